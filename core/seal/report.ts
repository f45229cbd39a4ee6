/** What a verification found (验证报告), for people and for machines. The same shape for a PDF and for an archive package. */
import type { RevocationQuestion } from '#core/crypto'
import type { ReportStep } from './step-code.ts'

/** 有效 · 无效 · 无法读取 · 没有签名 · 完整但无法判断 */
export type VerifyVerdict = 'valid' | 'invalid' | 'unusable' | 'unsigned' | 'undecided'

export type SignatureReport = {
  /** what carries the signature: a form field of a PDF, a file of a package */
  readonly id: string
  readonly type: string
  readonly verdict: 'valid' | 'invalid' | 'undecided'
  /** subject of the signer's certificate, or null when there is none */
  readonly signer: string | null
  /** ISO 8601 UTC, or null when no time is told */
  readonly signedAt: string | null
  readonly timeSource: 'claimed' | 'timestamp'
  readonly coverage: 'whole' | 'partial'
  /** what the signature does not cover */
  readonly uncovered: readonly string[]
  /** content was changed after this signature in a way that no signature allows */
  readonly modifiedAfter: boolean
  readonly steps: readonly ReportStep[]
  /** certificates from the signer upwards, as far as they are known */
  readonly chain?: readonly ChainLink[]
  /** what the signature covers, where that can be listed: files of an OFD, bytes of a PDF */
  readonly covered?: readonly string[]
}

/** One certificate as it is shown: names in RFC 4514 text, ISO 8601 UTC times, serial in hexadecimal. */
export type ChainLink = {
  readonly subject: string; readonly issuer: string; readonly serial: string
  readonly notBefore: string; readonly notAfter: string
  /** it is one of the anchors that the judge was given */
  readonly anchor: boolean
}

export type VerifyWarning = { readonly code: string; readonly detail: string }

/** One revision of a PDF (版本): what it added to the one before. */
export type RevisionReport = {
  /** offset behind its last byte */
  readonly end: number
  /** the signature that closes it, by id; null for one that nobody signed */
  readonly signature: string | null
  readonly changes: readonly string[]
}

export type VerifyReport = {
  readonly kind: 'pdf' | 'ofd' | 'seal' | 'package' | 'ledger'
  readonly verdict: VerifyVerdict
  readonly signatures: readonly SignatureReport[]
  readonly warnings: readonly VerifyWarning[]
  /** of a PDF with more than one, oldest first */
  readonly revisions?: readonly RevisionReport[]
}

export type VerifyOptions = {
  /** Trusted roots, DER. What a file carries is never one. */
  readonly anchors: readonly Uint8Array[]
  /** Revocation lists, DER. */
  readonly crls: readonly Uint8Array[]
  /** OCSP responses, DER. */
  readonly ocsps?: readonly Uint8Array[]
  /** The judge's own clock, ISO 8601 UTC: a signature that claims a later time is refused. Absent: not checked, and said so. */
  readonly now?: string
  /** Time to judge certificates at, ISO 8601 UTC; the signing time when absent. */
  readonly at?: string
  /**
   * Called for each certificate on a path to an anchor about whose revocation nothing was known. A judge with a network asks its
   * issuer (fetchRevocation) and verifies once more.
   */
  readonly lacking?: (question: RevocationQuestion) => void
  /** 'report': chain and revocation are told but decide nothing. */
  readonly trust: 'decide' | 'report'
}

/** One verdict for several: the worst counts. */
export const overall = (signatures: readonly Pick<SignatureReport, 'verdict'>[]): VerifyVerdict => {
  if (signatures.length === 0) return 'unsigned'
  if (signatures.some((signature) => signature.verdict === 'invalid')) return 'invalid'
  return signatures.some((signature) => signature.verdict === 'undecided') ? 'undecided' : 'valid'
}
