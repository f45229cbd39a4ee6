/** Where the seals of a sealed file show (印章所在), as the file itself says: the places that statements name are held against them. */
import { err, formatErr, ok, type FormatError, type Result } from '#core/formats'
import { readOfd } from '#core/output'
import { impressionsInPdf } from './pdf/index.ts'

/** Page from 1, centre and width, mm from the page's upper left. `signature`: its id in a verification report. */
export type Impression = { readonly signature: string; readonly page: number; readonly x: number; readonly y: number; readonly width: number }

/** One for each signature that shows, in the order of signing. Errors seal.no-impression (none shows), pdf.*, ofd.*, zip.*. Whether they hold is for the verifier. */
export const sealImpressions = (bytes: Uint8Array): Result<readonly Impression[], FormatError> => {
  const found = bytes[0] !== 0x50 || bytes[1] !== 0x4b ? impressionsInPdf(bytes) : impressionsInOfd(bytes)
  return found.ok && found.value.length === 0 ? formatErr('seal.no-impression', '文件上没有可见的印章') : found
}

const impressionsInOfd = (bytes: Uint8Array): Result<readonly Impression[], FormatError> => {
  const document = readOfd(bytes)
  if (!document.ok) return err(document.error)
  return ok(document.value.signatures.flatMap(({ path, stamps: [stamp] }): readonly Impression[] => {
    const page = document.value.pages.findIndex((entry) => entry.id === stamp?.page)
    if (stamp === undefined || page === -1) return []
    const { x, y, width, height } = stamp.boundary
    return [{ signature: path, page: page + 1, x: x + width / 2, y: y + height / 2, width }]
  }))
}
