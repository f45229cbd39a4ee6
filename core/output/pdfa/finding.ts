/** What a check found (检查结果). */

export type PdfAFinding = {
  /** clause of ISO 19005-2:2011 */
  readonly clause: string
  /** pdfa.…, stable */
  readonly code: string
  readonly message: string
}

export type Report = {
  /** Adds a finding once: the same code with the same message is not repeated. */
  add(clause: string, code: string, message: string): void
  readonly findings: readonly PdfAFinding[]
}

/** After this many a file is broken enough. */
const maxFindings = 200

export function createReport(): Report {
  const findings: PdfAFinding[] = []
  const seen = new Set<string>()
  return {
    findings,
    add(clause, code, message) {
      const key = `${clause} ${code} ${message}`
      if (seen.has(key) || findings.length >= maxFindings) return
      seen.add(key)
      findings.push({ clause, code: `pdfa.${code}`, message })
    },
  }
}
