/** The verdict in official wording (验章结论): what is said of a file and of each signature. Never a bare 有效: see `statementOf`. */
import type { SignatureReport, StepCode, VerifyReport } from '#core/seal'

export type Conclusion =
  /** holds, covers everything, is trusted */
  | 'valid'
  /** holds and is trusted; later signatures were added, or files lie beside what it covers */
  | 'validPart'
  /** the signature itself holds, the document is another one now */
  | 'modified'
  /** the signature holds, the certificate is revoked, expired, or not for this use */
  | 'badCertificate'
  | 'invalid'
  /** holds; no trusted root leads to the certificate */
  | 'untrusted'
  /** holds; nobody could say whether the certificate was revoked */
  | 'revocationUnknown'
  | 'undecided'
  /** a seal that is genuine and may not be used now: not yet, or no longer */
  | 'notInForce'
  | 'unsigned'
  | 'unusable'

export type Tone = 'good' | 'warn' | 'bad'

export const toneOf = (conclusion: Conclusion): Tone => {
  switch (conclusion) {
    case 'valid': return 'good'
    case 'validPart': case 'untrusted': case 'revocationUnknown': case 'undecided': case 'notInForce': case 'unsigned': return 'warn'
    case 'modified': case 'badCertificate': case 'invalid': case 'unusable': return 'bad'
  }
}

type Step = SignatureReport['steps'][number]

const is = (step: Step, ...codes: readonly StepCode[]): boolean => step.code !== undefined && codes.includes(step.code)
/** A step that only sums the others up: it decides nothing by itself. */
const isSummary = (step: Step): boolean => is(step, 'conclusion')
/** Steps about a certificate and its chain. */
const isAboutTrust = (step: Step): boolean => step.code?.startsWith('trust.') === true
/** Steps about the value of the signature: a document can be "modified" only under a signature that holds by itself. */
const isAboutValue = (step: Step): boolean => step.code?.startsWith('value.') === true || is(step, 'seal.signature', 'seal.algorithm', 'seal.encoding')

export const conclusionOf = (signature: SignatureReport): Conclusion => {
  const failed = signature.steps.filter((step) => step.result === 'fail' && !isSummary(step))
  const unknown = signature.steps.filter((step) => step.result === 'unknown' && !isSummary(step))
  switch (signature.verdict) {
    case 'invalid':
      // A log that was rewritten was signed anew by its own keeper: there is nothing left of it that could be called good.
      if (signature.modifiedAfter && !failed.some((step) => isAboutValue(step) || isAboutTrust(step) || is(step, 'ledger.history'))) return 'modified'
      return failed.length > 0 && failed.every(isAboutTrust) ? 'badCertificate' : 'invalid'
    case 'undecided':
      if (unknown.length === 0 || !unknown.every(isAboutTrust)) return 'undecided'
      return unknown.some((step) => is(step, 'trust.anchor')) ? 'untrusted' : 'revocationUnknown'
    case 'valid':
      return signature.coverage === 'whole' ? 'valid' : 'validPart'
  }
}

const gravest: readonly Conclusion[] = ['invalid', 'modified', 'badCertificate', 'undecided', 'untrusted', 'revocationUnknown', 'validPart', 'valid']

/**
 * Of several signatures the gravest speaks for the file. Where an earlier signature covers a revision and a later one the whole
 * file, the file is whole.
 */
export const fileConclusion = (report: VerifyReport): Conclusion => {
  if (report.verdict === 'unusable' || report.verdict === 'unsigned') return report.verdict
  const all = report.signatures.map(conclusionOf)
  const worst = gravest.find((candidate) => all.includes(candidate))
  switch (report.verdict) {
    case 'invalid': return worst !== undefined && toneOf(worst) === 'bad' ? worst : 'invalid'
    case 'undecided': return worst !== undefined && toneOf(worst) === 'warn' && worst !== 'validPart' ? worst : 'undecided'
    case 'valid':
      if (report.warnings.some((warning) => warning.code === 'seal.not-in-force')) return 'notInForce'
      return all.length > 0 && !all.includes('valid') ? 'validPart' : 'valid'
  }
}

/** What decided against the file, each once: said right under the verdict. */
export const failuresOf = (report: VerifyReport): readonly Step[] => {
  const failed = report.signatures.flatMap((signature) => signature.steps.filter((step) => step.result === 'fail'))
  const real = failed.filter((step) => !is(step, 'conclusion', 'trust.conclusion'))
  return (real.length > 0 ? real : failed).filter((step, index, all) => all.findIndex((other) => other.name === step.name && other.detail === step.detail) === index)
}

export type Counts = { readonly pass: number; readonly fail: number; readonly warn: number; readonly unknown: number }

export const countSteps = (report: VerifyReport): Counts => {
  const counts = { pass: 0, fail: 0, warn: 0, unknown: 0 }
  for (const signature of report.signatures) for (const step of signature.steps) if (!isSummary(step)) counts[step.result] += 1
  return counts
}

/** One sentence each, said beside the verdict: what could not be checked or was not (未核对的事项). Keys of `verify.unchecked`. */
export type Unchecked = { readonly key: 'noAnchor' | 'noRevocation' | 'claimedTime' | 'meaning' | 'authority' | 'skipped'; readonly detail?: string }

export const uncheckedOf = (report: VerifyReport): readonly Unchecked[] => {
  if (report.verdict === 'unusable' || report.verdict === 'unsigned') return [{ key: 'meaning' }]
  const steps = report.signatures.flatMap((signature) => signature.steps)
  const unknown = steps.filter((step) => step.result === 'unknown')
  const told = new Set<string>()
  const once = (detail: string): boolean => !told.has(detail) && Boolean(told.add(detail))
  return [
    ...(unknown.some((step) => is(step, 'trust.anchor')) ? [{ key: 'noAnchor' } as const] : []),
    ...(unknown.some((step) => is(step, 'trust.revocation')) ? [{ key: 'noRevocation' } as const] : []),
    ...unknown.filter((step) => !is(step, 'trust.anchor', 'trust.revocation', 'trust.conclusion', 'conclusion'))
      .map((step) => `${step.name}${step.detail === '' ? '' : `：${step.detail}`}`).filter(once).map((detail) => ({ key: 'skipped', detail }) as const),
    ...(report.signatures.some((signature) => signature.timeSource === 'claimed') ? [{ key: 'claimedTime' } as const] : []),
    { key: 'meaning' }, { key: 'authority' },
  ]
}
