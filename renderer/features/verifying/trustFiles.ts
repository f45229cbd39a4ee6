/** Roots and revocation lists that a person adds for one check (信任证书、吊销列表). */
import { readCertificate, readPem, readRevocationList } from '#core/crypto'
import { err, fromUtf8, ok, type Result } from '#core/formats'
import { maxTrustBytes } from './limits.ts'

export type AddedTrust = { readonly name: string; readonly kind: 'anchor' | 'crl'; readonly label: string; readonly der: Uint8Array }
export type TrustProblem = 'tooLarge' | 'privateKey' | 'unreadable'

/** PEM with any number of blocks, or one DER. A private key is refused: it has no business here. */
export const readTrustFile = (name: string, bytes: Uint8Array): Result<readonly AddedTrust[], TrustProblem> => {
  if (bytes.length > maxTrustBytes) return err('tooLarge')
  const text = fromUtf8(bytes)
  const blocks = text.ok && text.value.includes('-----BEGIN ') ? readPem(text.value) : ok([{ label: '', bytes }])
  if (!blocks.ok) return err('unreadable')
  if (blocks.value.some((block) => block.label.includes('PRIVATE KEY'))) return err('privateKey')
  const added = blocks.value.map((block): AddedTrust | null => {
    const certificate = readCertificate(block.bytes)
    if (certificate.ok) return { name, kind: 'anchor', label: certificate.value.subject.text, der: block.bytes }
    const crl = readRevocationList(block.bytes)
    return crl.ok ? { name, kind: 'crl', label: crl.value.issuer.text, der: block.bytes } : null
  })
  const read = added.filter((entry) => entry !== null)
  return read.length === 0 || read.length < added.length ? err('unreadable') : ok(read)
}

/** The common name of a certificate's subject, RFC 4514 text; the whole of it when it has none. */
export const commonName = (subject: string): string => /(?:^|,\s*)CN=([^,]+)/u.exec(subject)?.[1]?.trim() ?? subject
