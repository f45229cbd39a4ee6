/** Values of a PDF file as a checker reads them. ISO 32000-1 §7.3 */

export type PdfName = { readonly kind: 'name'; readonly name: string }
export type PdfText = { readonly kind: 'string'; readonly bytes: Uint8Array }
export type PdfArray = { readonly kind: 'array'; readonly items: readonly PdfValue[] }
export type PdfDict = { readonly kind: 'dict'; readonly entries: ReadonlyMap<string, PdfValue> }
export type PdfRef = { readonly kind: 'ref'; readonly number: number }
export type PdfStream = { readonly kind: 'stream'; readonly dict: PdfDict; readonly raw: Uint8Array }
/** An operator of a content stream, or a keyword. */
export type PdfWord = { readonly kind: 'word'; readonly word: string }
export type PdfValue = null | boolean | number | PdfName | PdfText | PdfArray | PdfDict | PdfRef | PdfStream | PdfWord

type Kind = Exclude<PdfValue, null | boolean | number>['kind']
const isKind = (value: PdfValue | undefined, kind: Kind): boolean => typeof value === 'object' && value !== null && value.kind === kind

export const isDict = (value: PdfValue | undefined): value is PdfDict => isKind(value, 'dict')
export const isArray = (value: PdfValue | undefined): value is PdfArray => isKind(value, 'array')
export const isRef = (value: PdfValue | undefined): value is PdfRef => isKind(value, 'ref')
export const isStream = (value: PdfValue | undefined): value is PdfStream => isKind(value, 'stream')
export const isText = (value: PdfValue | undefined): value is PdfText => isKind(value, 'string')
export const isWord = (value: PdfValue | undefined): value is PdfWord => isKind(value, 'word')
export const nameOf = (value: PdfValue | undefined): string | undefined => (isKind(value, 'name') ? (value as PdfName).name : undefined)
export const numberOf = (value: PdfValue | undefined): number | undefined => (typeof value === 'number' ? value : undefined)

/** One character for each byte. */
export function latin(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192))
  return text
}

/** Thrown inside the checker only, where a part cannot be read; its door turns it into a finding. */
export class Unreadable extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
