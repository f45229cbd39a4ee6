/** Algorithms that no longer prove anything by themselves (弱算法). A time proven before they fell keeps them good. */
import type { Certificate, DigestAlgorithm, SignatureScheme } from '#core/crypto'

/** The day from which forgery was within reach: SHAttered (2017-02-23), and NIST SP 800-131A for RSA below 2048 bits. */
const SHA1_FELL = '2017-01-01T00:00:00Z'
const RSA_FELL = '2014-01-01T00:00:00Z'

export type Weakness = { readonly what: string; readonly until: string }

/** What is weak in one signature: the digest of the content, the digest that was signed, the key. */
export const weaknessesOf = (digest: DigestAlgorithm | undefined, scheme: SignatureScheme | undefined, certificate: Certificate | undefined): readonly Weakness[] => {
  const found: Weakness[] = []
  const inScheme = scheme !== undefined && 'digest' in scheme ? scheme.digest : undefined
  if (digest === 'sha1' || inScheme === 'sha1') found.push({ what: '摘要算法 SHA-1', until: SHA1_FELL })
  const key = certificate?.publicKey
  if (key?.algorithm === 'rsa') {
    const bits = key.modulus.toString(2).length
    if (bits < 2048) found.push({ what: `${bits} 位 RSA 密钥`, until: RSA_FELL })
  }
  return found
}

/** Certificates of the chain whose own signature uses SHA-1; a root's signature carries nothing. */
export const weakIssues = (path: readonly Certificate[]): readonly Certificate[] =>
  path.filter((certificate) => certificate.subject.text !== certificate.issuer.text && 'digest' in certificate.scheme && certificate.scheme.digest === 'sha1')

/** warn: weak today, but proven older than its fall. unknown: nothing proves that it is not a forgery. */
export const judgeWeakness = ({ what, until }: Weakness, proven: string | undefined, trust: 'decide' | 'report'): { readonly result: 'warn' | 'unknown'; readonly detail: string } => {
  if (proven !== undefined && Date.parse(proven) < Date.parse(until)) return { result: 'warn', detail: `使用${what}，现已不安全；时间戳证明签名早于其失效（${until.slice(0, 10)}）` }
  return { result: trust === 'report' ? 'warn' : 'unknown', detail: `使用${what}，已不安全，且没有时间戳证明签名早于 ${until.slice(0, 10)}，不能排除伪造` }
}
