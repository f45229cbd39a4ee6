/** wenshu verify: PDF, OFD, seals and their signature data, archive package as folder or ZIP (验证). Needs no server, and no network unless asked to. */
import { verifyPackage, verifyPackageZip } from '#core/archive'
import { fetchRevocation, type RevocationAsking, type RevocationQuestion } from '#core/crypto'
import { verifyLedger, verifyOfd, verifyPdf, verifySeal, type LedgerVerifyOptions, type VerifyReport } from '#core/seal'
import { randomBytes } from '#keys'
import type { Language } from '../messages.ts'
import { ledgersBeside, readTarget } from './read-path.ts'
import { webGet, webPost } from '../web.ts'
import { readTrust, type Trust } from './read-trust.ts'
import { reportText } from './text.ts'

export type VerifyRequest = {
  readonly paths: readonly string[]
  /** files or folders with certificates, revocation lists, OCSP responses, ledger files */
  readonly trust?: readonly string[]
  /** `none`: chain and revocation are reported but do not decide (--no-trust) */
  readonly trustMode?: 'decide' | 'none'
  /** YYYY-MM-DD or ISO 8601 with zone; the signing time when absent */
  readonly at?: string
  /** of the report for people; Chinese when absent */
  readonly language?: Language
}

export type VerifyOutcome = {
  /** 0 all valid · 1 something invalid · 2 unreadable or refused · 3 nothing to verify · 4 intact but undecided */
  readonly exitCode: 0 | 1 | 2 | 3 | 4
  readonly reports: readonly { readonly path: string; readonly report: VerifyReport }[]
  /** for people */
  readonly text: string
  /** for machines: one report, or a list of {path, …report} when several paths were given */
  readonly json: string
}

const exitCodes = { valid: 0, invalid: 1, unusable: 2, unsigned: 3, undecided: 4 } as const
/** With several paths the gravest counts. */
const gravity = [1, 2, 4, 3, 0] as const

/** Judges every path. A mistake in the request itself (no path, bad time, unreadable trust) is refused with 2. */
export const verifyPaths = (request: VerifyRequest): VerifyOutcome => {
  const prepared = prepare(request)
  return 'problem' in prepared ? refused(prepared.problem) : outcomeOf(judgeAll(request.paths, prepared.options), request.language)
}

export type Web = Pick<RevocationAsking, 'post' | 'get'>

/**
 * The same with the network (--online): what nobody told about certificates under the given anchors is asked of their issuers,
 * and everything is judged once more with the answers. Who could not be asked is a warning; verifying never fails for it.
 */
export const verifyPathsOnline = async (request: VerifyRequest, web: Web): Promise<VerifyOutcome> => {
  const prepared = prepare(request)
  if ('problem' in prepared) return refused(prepared.problem)
  const { options } = prepared
  const questions: RevocationQuestion[] = []
  const first = judgeAll(request.paths, { ...options, lacking: (question) => questions.push(question) })
  if (questions.length === 0) return outcomeOf(first, request.language)
  const { crls, ocsps, problems } = await fetchRevocation({ ...web, questions, entropy: randomBytes, now: () => new Date().toISOString() })
  const warnings = problems.map(({ code, message }) => ({ code, detail: `联网查询吊销未成：${message}` }))
  const answered = judgeAll(request.paths, { ...options, crls: [...options.crls, ...crls], ocsps: [...(options.ocsps ?? []), ...ocsps] })
  return outcomeOf(answered.map(({ path, report }) => ({ path, report: { ...report, warnings: [...report.warnings, ...warnings] } })), request.language)
}

type Judged = VerifyOutcome['reports']

const judgeAll = (paths: readonly string[], options: LedgerVerifyOptions): Judged => paths.map((path) => ({ path, report: verifyPath(path, options) }))

const outcomeOf = (reports: Judged, language?: Language): VerifyOutcome => {
  const codes = reports.map(({ report }) => exitCodes[report.verdict])
  return {
    exitCode: gravity.find((code) => codes.includes(code)) ?? 2,
    reports,
    text: reports.map(({ path, report }) => reportText(path, report, language)).join('\n\n'),
    json: JSON.stringify(reports.length === 1 ? reports[0]!.report : reports.map(({ path, report }) => ({ path, ...report })), null, 2),
  }
}

/** The command: judges one path, prints for people or for machines, returns the exit code. */
export const runVerify = async (
  asked: { readonly path: string; readonly trust: readonly string[]; readonly at?: string; readonly noTrust: boolean; readonly online: boolean; readonly json: boolean; readonly language: Language },
): Promise<number> => {
  const request: VerifyRequest = {
    paths: [asked.path], trust: asked.trust, ...(asked.at === undefined ? {} : { at: asked.at }), trustMode: asked.noTrust ? 'none' : 'decide', language: asked.language,
  }
  const outcome = asked.online ? await verifyPathsOnline(request, { post: webPost, get: webGet }) : verifyPaths(request)
  process.stdout.write(`${asked.json ? outcome.json : outcome.text}\n`)
  return outcome.exitCode
}

const refused = (detail: string): VerifyOutcome => ({
  exitCode: 2, reports: [], text: detail, json: JSON.stringify({ verdict: 'unusable', signatures: [], warnings: [{ code: 'verify.request', detail }] }, null, 2),
})

const prepare = (request: VerifyRequest): { readonly options: LedgerVerifyOptions } | { readonly problem: string } => {
  const isEnglish = request.language === 'en'
  if (request.paths.length === 0) return { problem: isEnglish ? 'Name the file or folder to verify' : '请指明要验证的文件或文件夹' }
  let at: string | undefined
  if (request.at !== undefined) {
    const day = /^\d{4}-\d\d-\d\d$/.test(request.at)
    const time = Date.parse(day ? `${request.at}T23:59:59Z` : request.at)
    const zoned = day || /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(request.at)
    if (!zoned || Number.isNaN(time)) return { problem: isEnglish ? `Not a time: ${request.at} (YYYY-MM-DD, or ISO 8601 with a zone)` : `判断时间不正确：${request.at}（应为 YYYY-MM-DD 或带时区的 ISO 8601 时间）` }
    at = new Date(time).toISOString()
  }
  let trust: Trust
  try {
    trust = readTrust(request.trust ?? [])
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
  const { ledgers, ...certificates } = trust
  return { options: { ...certificates, known: ledgers, now: new Date().toISOString(), ...(at === undefined ? {} : { at }), trust: request.trustMode === 'none' ? 'report' : 'decide' } }
}

const verifyPath = (path: string, options: LedgerVerifyOptions): VerifyReport => {
  const target = readTarget(path)
  switch (target.kind) {
    case 'pdf':
      return verifyPdf(target.bytes, options)
    case 'ofd':
      return verifyOfd(target.bytes, options)
    case 'seal':
      // A bare seal has no signing time: whether it is still in force is asked of today.
      return verifySeal(target.bytes, options)
    case 'ledger':
      return verifyLedger(target.bytes, { ...options, known: [...(options.known ?? []), ...ledgersBeside(path)] })
    case 'zip':
      return nothingIfForeign(verifyPackageZip(target.bytes, options, verifyPdf))
    case 'folder':
      return nothingIfForeign(verifyPackage(target.files, options, verifyPdf))
    case 'refused':
      return { kind: 'package', verdict: 'unusable', signatures: [], warnings: [{ code: target.code, detail: target.detail }] }
  }
}

/** A folder or archive that never was a package can be read well enough; there is only nothing to verify in it. */
const nothingIfForeign = (report: VerifyReport): VerifyReport =>
  report.verdict === 'unusable' && report.warnings.some((warning) => warning.code === 'archive.not-a-package') ? { ...report, verdict: 'unsigned' } : report
