/** Keys of seals on a token at the seal desk (用印台密钥): the register has their certificates, an order brings their signatures. Rules K60–K66. */
import { checkSignature, readCertificate, readSignatureScheme, writeSignatureAlgorithm, type Certificate, type SignatureAlgorithm, type Signer } from '#core/crypto'
import { fromBase64, readDer } from '#core/formats'
import type { DeskSignatures } from '#core/route'

/** What the register has in place of a key's address. */
export const deskAddress = 'desk'

/** Own certificate first, then its issuers, base64 DER. */
export type DeskCertificates = { readonly pdf: readonly string[]; readonly ofd: readonly string[] }

/** What was signed is not what has to be signed now. */
export class DeskMismatch extends Error {}

/** K65: what the desk signed cannot be used any more, in words; the clerk prepares anew. */
export type PrepareAgain = { readonly kind: 'prepareAgain'; readonly detail: string }

const certificateIn = (list: readonly string[]): Certificate | null => {
  const der = fromBase64(list[0] ?? '')
  const read = der.ok ? readCertificate(der.value) : der
  return read.ok ? read.value : null
}

const algorithmOf = ({ publicKey }: Certificate): SignatureAlgorithm | null => {
  switch (publicKey.algorithm) {
    case 'rsa': return publicKey.modulus.toString(2).length >= 2048 ? 'rsa-sha256' : null
    case 'p256': return 'ecdsa-p256-sha256'
    case 'sm2': return 'sm2-sm3'
    default: return null
  }
}

/** Why these certificates cannot seal, in words, or null (K60). @param now ISO 8601 UTC */
export const certificatesProblem = (certificates: DeskCertificates, now: string): string | null => {
  for (const [use, list] of [['PDF', certificates.pdf], ['OFD', certificates.ofd]] as const) {
    const own = certificateIn(list)
    if (own === null || list.some((_, index) => certificateIn(list.slice(index)) === null)) return `用印台密钥的 ${use} 证书无法读取`
    const algorithm = algorithmOf(own)
    if (algorithm === null) return `用印台密钥的 ${use} 证书的密钥种类或长度不能用于签章`
    if ((algorithm === 'sm2-sm3') !== (use === 'OFD')) return use === 'OFD' ? 'OFD 证书不是 SM2 证书：GB/T 38540 的签章须用 SM2' : 'PDF 证书应为 RSA（2048 位以上）或 ECDSA P-256 证书'
    if (now > own.notAfter) return `用印台密钥的 ${use} 证书已过有效期（到 ${own.notAfter.slice(0, 10)} 为止）`
  }
  return null
}

/** Why such a definition cannot be entered, in words, or null: both keys are at the desk, or neither. */
export const deskProblem = (
  { pdfKey, ofdKey, deskCertificates }: { readonly pdfKey?: string; readonly ofdKey?: string; readonly deskCertificates?: DeskCertificates }, now: string,
): string | null => {
  const atDesk = [pdfKey, ofdKey].filter((address) => address === deskAddress).length
  if (atDesk === 0) return deskCertificates === undefined ? null : '只有用印台密钥须登记证书'
  if (atDesk === 1) return '印章的两把密钥须同在用印台，或都不在'
  return deskCertificates === undefined ? '用印台密钥须登记 PDF 和 OFD 两张证书' : certificatesProblem(deskCertificates, now)
}

const bytes = (text: string): Uint8Array => {
  const read = fromBase64(text)
  return read.ok ? read.value : new Uint8Array()
}

type DeskSigner = Signer & { readonly chain: readonly Uint8Array[] }
type DeskRow = { readonly name: string; readonly pdf_key: string; readonly desk_certificates: DeskCertificates | null }

/** A signer that has signed already: it gives its signature for what it was made over, and for nothing else. */
const signed = (list: readonly string[], signature: string | null): DeskSigner => {
  const own = certificateIn(list)
  const algorithm = own === null ? null : algorithmOf(own)
  if (own === null || algorithm === null) throw new Error('印章登记的用印台证书无法读取')
  return {
    algorithm, certificate: bytes(list[0]!), chain: list.map(bytes),
    sign: async (message) => {
      const identifier = readDer(writeSignatureAlgorithm(algorithm))
      const scheme = identifier.ok ? readSignatureScheme(identifier.value) : identifier
      const value = bytes(signature ?? '')
      if (!scheme.ok || checkSignature(scheme.value, message, value, own.publicKey) !== 'valid') throw new DeskMismatch('用印台的签名与现在应签的内容不符，请重新用印')
      return value
    },
  }
}

/** The signers of a seal whose keys are at the desk; null for other seals. @param desk null to prepare: then nothing can be signed */
export const deskSigners = ({ pdf_key: pdf, desk_certificates: certificates }: DeskRow, desk: DeskSignatures | null) =>
  pdf !== deskAddress || certificates === null ? null : {
    pdf: signed(certificates.pdf, desk?.pdfSignature ?? null), ofd: signed(certificates.ofd, desk?.ofdSignature ?? null), close: async () => undefined,
  }

/** How far a desk's time may be ahead of the clock of the instance that takes the order, milliseconds. */
const aheadMs = 5_000

/** An order comes with the desk's signatures when the seal's keys are there, and soon after it was prepared. @param seconds how soon */
export const deskOrderProblem = (seconds: number, { desk, now }: { readonly desk: DeskSignatures | null; readonly now: string }, row: DeskRow): PrepareAgain | string | null => {
  if (row.pdf_key !== deskAddress) return desk === null ? null : { kind: 'prepareAgain', detail: `印章“${row.name}”的密钥不在用印台，请重新用印` }
  if (desk === null) return `印章“${row.name}”的密钥在用印台的密码设备上，须在用印台签名后提交`
  const age = Date.parse(now) - Date.parse(desk.signedAt)
  return age <= seconds * 1000 && age >= -aheadMs ? null : { kind: 'prepareAgain', detail: `用印台的签名已超过${seconds}秒，公文未用印，请重新用印` }
}
