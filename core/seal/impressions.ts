/** Where the first seal of a sealed file shows (印章所在), as the file itself says: the place that a statement names is held against it. */
import { err, formatErr, ok, type FormatError, type Result } from '#core/formats'
import { readOfd } from '#core/output'
import { impressionInPdf } from './pdf/index.ts'

/** Page from 1, centre and width, mm from the page's upper left. */
type Impression = { readonly page: number; readonly x: number; readonly y: number; readonly width: number }

/** Errors seal.no-impression (no signature that shows), pdf.*, ofd.*, zip.*. Whether it holds is for the verifier. */
export const sealImpression = (bytes: Uint8Array): Result<Impression, FormatError> => {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return impressionInPdf(bytes)
  const document = readOfd(bytes)
  if (!document.ok) return err(document.error)
  const [stamp] = document.value.signatures.flatMap((signature) => signature.stamps)
  const page = document.value.pages.findIndex((entry) => entry.id === stamp?.page)
  if (stamp === undefined || page === -1) return formatErr('seal.no-impression', '文件上没有可见的印章')
  const { x, y, width, height } = stamp.boundary
  return ok({ page: page + 1, x: x + width / 2, y: y + height / 2, width })
}
