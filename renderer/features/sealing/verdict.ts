/** The verifier's report as sentences (验章结论). */
import type { VerifyReport, VerifyVerdict } from '#core/seal'

const verdicts: readonly VerifyVerdict[] = ['valid', 'invalid', 'unusable', 'unsigned', 'undecided']

/** Null when the host answered something that is no report. */
export const readReport = (value: unknown): VerifyReport | null => {
  if (typeof value !== 'object' || value === null) return null
  const report = value as Partial<VerifyReport>
  return verdicts.includes(report.verdict as VerifyVerdict) && Array.isArray(report.signatures) && Array.isArray(report.warnings) ? report as VerifyReport : null
}

/** What a receipt says: anything that is not proven whole and trusted is not 'valid'. */
export const receiptVerdict = (report: VerifyReport): 'valid' | 'invalid' | 'undecided' => {
  switch (report.verdict) {
    case 'valid': return 'valid'
    case 'undecided': return 'undecided'
    case 'invalid': case 'unusable': case 'unsigned': return 'invalid'
  }
}

export const toneOf = (verdict: VerifyVerdict): 'good' | 'warn' | 'bad' => (verdict === 'valid' ? 'good' : verdict === 'undecided' ? 'warn' : 'bad')

/** The name in a certificate's subject: people know the seal by it, not by its directory path. */
export const signerName = (subject: string): string => /(?:^|,\s*)CN=([^,]+)/u.exec(subject)?.[1]?.trim() ?? subject

/** How much was checked, beside the verdict: `open` is what could not be or is to be noted. */
export const countsOf = ({ signatures }: VerifyReport): { readonly pass: number; readonly fail: number; readonly open: number } => {
  const steps = signatures.flatMap((signature) => signature.steps)
  const count = (...results: readonly string[]): number => steps.filter((step) => results.includes(step.result)).length
  return { pass: count('pass'), fail: count('fail'), open: count('warn', 'unknown') }
}
