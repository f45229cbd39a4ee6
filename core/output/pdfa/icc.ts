/** Headers of ICC profiles. ISO 15076-1 §7.2 */
import { latin } from './values.ts'

export type IccHeader = { readonly deviceClass: string; readonly colourSpace: string; readonly version: number }

/** Null when there is no header. */
export function iccHeader(data: Uint8Array): IccHeader | null {
  if (data.length < 128 || latin(data.subarray(36, 40)) !== 'acsp') return null
  return { deviceClass: latin(data.subarray(12, 16)), colourSpace: latin(data.subarray(16, 20)), version: data[8]! }
}

export const componentsOf: Readonly<Record<string, number | undefined>> = { 'GRAY': 1, 'RGB ': 3, 'Lab ': 3, 'CMYK': 4 }
