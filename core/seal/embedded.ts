/** Finds the seals in a file (查找印章): a seal by itself, signature data, an OFD, a PDF. */
import { formatErr, ok, readDerPrefix, readZip, type FormatError, type Result } from '#core/formats'
import { embeddedInPdf } from './pdf/index.ts'
import { readSeal, readSealSignature, type Seal, type SealSignature } from './ses/index.ts'

/** `where`: path in the OFD, field of the PDF, or '' for the file itself. `original`: in an OFD, what the signature's hash is of. */
export type FoundSeal = { readonly where: string; readonly seal: Seal; readonly signature?: SealSignature; readonly original?: Uint8Array }

/** A seal is small; anything larger in an OFD is not one. */
const MAX_BYTES = 16 * 1024 * 1024

/**
 * All seals of a file in the order found, none judged. An OFD without seals gives none; a file that is neither gives the error of
 * reading it: zip.*, pdf.*, der.*, seal.*.
 */
export const findSeals = (bytes: Uint8Array): Result<readonly FoundSeal[], FormatError> => {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return inOfd(bytes)
  if (startsWith(bytes, '%PDF-')) return inPdf(bytes)
  if (bytes[0] !== 0x30) return formatErr('seal.unknown-format', '不是印章、签章数据、OFD 或 PDF')
  const signature = readSealSignature(bytes)
  if (signature.ok) return ok([{ where: '', seal: signature.value.seal, signature: signature.value }])
  const seal = readSeal(bytes)
  return seal.ok ? ok([{ where: '', seal: seal.value }]) : seal
}

const startsWith = (bytes: Uint8Array, text: string): boolean => [...text].every((character, i) => bytes[i] === character.charCodeAt(0))

const inOfd = (bytes: Uint8Array): Result<readonly FoundSeal[], FormatError> => {
  const entries = readZip(bytes)
  if (!entries.ok) return entries
  return ok(entries.value.flatMap(({ path, bytes: der }): readonly FoundSeal[] => {
    if (der[0] !== 0x30 || der.length > MAX_BYTES) return []
    const signature = readSealSignature(der)
    if (signature.ok) {
      const wanted = signature.value.propertyInfo.replace(/^\/+/, '')
      const original = entries.value.find((entry) => entry.path === wanted)?.bytes
      return [{ where: path, seal: signature.value.seal, signature: signature.value, ...(original === undefined ? {} : { original }) }]
    }
    const seal = readSeal(der)
    return seal.ok ? [{ where: path, seal: seal.value }] : []
  }))
}

const inPdf = (bytes: Uint8Array): Result<readonly FoundSeal[], FormatError> => {
  const found = embeddedInPdf(bytes)
  if (!found.ok) return found
  return ok(found.value.flatMap(({ field, contents }): readonly FoundSeal[] => {
    const node = readDerPrefix(contents)
    const signature = node.ok ? readSealSignature(node.value.raw) : node
    return signature.ok ? [{ where: field, seal: signature.value.seal, signature: signature.value }] : []
  }))
}
