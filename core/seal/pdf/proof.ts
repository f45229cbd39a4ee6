/**
 * When a signature existed at the latest (存在时间), ETSI EN 319 102-1 §5.6: its own time stamp, then the document time stamps
 * over it. Each stamp is judged at the time it tells, so that a chain of renewals still speaks when all its certificates ran out.
 */
import { validateChain, type CheckStep } from '#core/crypto'
import type { VerifyOptions } from '../report.ts'
import { linksOf, sayLacking, type Trust } from '../trust.ts'
import type { Stamp } from './signature-value.ts'

/** id-kp-timeStamping */
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'
/** Clocks of two machines differ by so much before one of them counts as wrong. */
export const CLOCK_SKEW_MS = 5 * 60_000

/** A document time stamp that holds: everything before `end` existed at `time`. */
export type Archive = { readonly end: number; readonly stamp: Stamp; readonly trusted: boolean }

export const judgeAuthority = ({ certificate, pool, time }: Stamp, trust: Trust) =>
  certificate === undefined ? undefined : validateChain(certificate, pool, trust.anchors, { at: time, crls: trust.crls, ocsps: trust.ocsps, purpose: TIME_STAMPING })

/** A time that an unknown authority states must not carry a certificate over its expiry, so it counts as told, not as proven. */
export const isTrustedStamp = (stamp: Stamp, options: VerifyOptions, trust: Trust): boolean =>
  options.trust === 'report' || judgeAuthority(stamp, trust)?.verdict === 'trusted'

/** Chain of a document time stamp, judged at its own time. */
export const authoritySteps = (stamp: Stamp, trust: Trust, prefix: string) => {
  const chain = judgeAuthority(stamp, trust)
  if (chain !== undefined) sayLacking(chain, trust)
  if (chain === undefined) return { steps: [{ name: `${prefix}证书`, result: 'unknown', detail: '时间戳中没有机构证书' } as CheckStep], chain: [] }
  const steps = chain.steps.map((step): CheckStep => ({
    name: `${prefix}${step.name}`, result: step.name === '信任锚' ? 'unknown' : step.result,
    detail: step.name === '信任锚' && trust.anchors.length === 0 ? '没有提供信任的根证书' : step.detail,
  }))
  const told: CheckStep = chain.verdict === 'trusted'
    ? { name: `${prefix}结论`, result: 'pass', detail: `按时间戳自身的时间 ${stamp.time} 判断，时间戳机构可信` }
    : { name: `${prefix}结论`, result: chain.verdict === 'invalid' ? 'fail' : 'unknown', detail: `按时间戳自身的时间 ${stamp.time} 判断，时间戳机构${chain.verdict === 'invalid' ? '证书无效' : '不能确认可信'}` }
  return { steps: [...steps, told], chain: linksOf(chain.path, trust) }
}

/** The earliest document time stamp over the bytes up to `end` whose authority is trusted. */
export const archiveOver = (end: number, archives: readonly Archive[]): Archive | undefined =>
  archives.filter((archive) => archive.end > end && archive.trusted).sort((a, b) => Date.parse(a.stamp.time) - Date.parse(b.stamp.time))[0]

/** Whether a stamp is itself kept alive: by a later one made before its certificate ran out. `present`: the judge's time. */
export const renewalStep = (end: number, stamp: Stamp, archives: readonly Archive[], present: string | undefined): CheckStep | undefined => {
  const expiry = stamp.certificate?.notAfter
  if (expiry === undefined || present === undefined || Date.parse(present) <= Date.parse(expiry)) return undefined
  const later = archiveOver(end, archives)
  if (later !== undefined && Date.parse(later.stamp.time) <= Date.parse(expiry)) {
    return { name: '时间戳续期', result: 'pass', detail: `时间戳机构证书已于 ${expiry} 过期；此前已由 ${later.stamp.time} 的归档时间戳续期` }
  }
  return { name: '时间戳续期', result: 'warn', detail: `时间戳机构证书已于 ${expiry} 过期，其后没有续期；按时间戳自身的时间 ${stamp.time} 判断，依赖其算法至今未被攻破` }
}
