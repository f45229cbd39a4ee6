/**
 * A PDF that was prepared for its seal elsewhere (待签版式文件): whether it is the file that was on screen and one empty seal more, and nothing
 * else. What is signed is worked out here, never taken from whoever prepared it.
 */
import { digest, digestOfAlgorithm, signedAttributes, type SignatureAlgorithm } from '#core/crypto'
import { formatErr, type FormatError, type Result } from '#core/formats'
import type { SealPosition } from '#core/route'
import { preparedSeal } from '../pdf/index.ts'

/** Rounding of the numbers in a PDF, mm. */
const slack = 0.02

type PreparedPdf = {
  /** as it was on screen */
  readonly base: Uint8Array
  /** what the preparation appended to it */
  readonly added: Uint8Array
  readonly place: SealPosition
  /** ISO 8601 UTC, whole seconds */
  readonly signedAt: string
  readonly certificate: Uint8Array
  readonly algorithm: SignatureAlgorithm
}

/** The octets for the key of the seal. Errors desk.pdf-*: what was prepared is something else; pdf.*: it cannot be read. */
export const pdfOctets = ({ base, added, place, signedAt, certificate, algorithm }: PreparedPdf): Result<Uint8Array, FormatError> => {
  const found = preparedSeal(base, added)
  if (!found.ok) return found
  const { page, x, y, width, height, time, covered } = found.value
  const apart = (value: number, micrometres: number): boolean => !(Math.abs(value - micrometres / 1000) <= slack)
  if (page !== place.page || apart(x, place.x) || apart(y, place.y)) return formatErr('desk.pdf-place', '准备的 PDF 中印章的位置与用印声明不符')
  if (apart(width, place.diameter) || apart(height, place.diameter)) return formatErr('desk.pdf-place', '准备的 PDF 中印章的大小与用印声明不符')
  if (time !== signedAt) return formatErr('desk.pdf-time', '准备的 PDF 所写的用印时间与服务器给出的不符')
  try {
    return { ok: true, value: signedAttributes(algorithm, certificate, digest(digestOfAlgorithm(algorithm), covered)) }
  } catch (error) {
    if (error instanceof RangeError) return formatErr('desk.certificate', '印章登记的 PDF 证书无法读取')
    throw error
  }
}
