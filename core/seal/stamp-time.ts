/** When something was signed (签名时间): a time stamp over the signature value, and the time that the signer claims. GB/T 38540-2020 §7.3 */
import { readTimeStamp, validateChain, verifyTimeStamp, type Certificate, type CheckStep } from '#core/crypto'
import type { VerifyOptions } from './report.ts'
import type { Trust } from './trust.ts'

type AddStep = (name: string, result: CheckStep['result'], detail: string) => void

/** Clocks of two machines differ: a time may lie so far ahead before it counts as one from the future. */
export const CLOCK_SKEW_MS = 5 * 60_000

/** id-kp-timeStamping */
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'

/** fails: one that does not hold is a failure; ignored: it stands where nobody signed, and whoever puts one there must not spoil the signature. */
type Wrong = 'fails' | 'ignored'

/**
 * Time of a token that holds over one of `values` (the octets of the signature value, as makers write them) and whose authority is
 * trusted (or trust is only reported), ISO 8601 UTC; undefined for any other. Steps 时间戳 and 时间戳机构.
 */
export const stampTime = (token: Uint8Array, values: readonly Uint8Array[], wrong: Wrong, options: VerifyOptions, trust: Trust, add: AddStep): string | undefined => {
  const told = (result: 'fail' | 'warn', detail: string): undefined => {
    add('时间戳', wrong === 'fails' ? result : 'warn', wrong === 'fails' ? detail : `时间戳不可用，不予采信：${detail}`)
    return undefined
  }
  const stamp = readTimeStamp(token)
  if (!stamp.ok) return told('fail', stamp.error.message)
  const verdicts = values.map((bytes) => verifyTimeStamp(stamp.value, { bytes }))
  const cms = verdicts.find(({ verdict }) => verdict === 'intact') ?? verdicts[0]!
  if (cms.verdict !== 'intact') {
    return told(cms.verdict === 'undecided' ? 'warn' : 'fail', cms.steps.find((step) => step.result === 'fail' || step.result === 'unknown')?.detail ?? '时间戳不成立')
  }
  add('时间戳', 'pass', `${stamp.value.time}，由 ${cms.certificate?.subject.text ?? '未知机构'} 出具`)
  if (options.trust === 'report') return stamp.value.time
  const trusted = isTrustedAuthority(cms.certificate, cms.pool, stamp.value.time, trust)
  // A time that an unknown authority states must not carry a certificate over its expiry.
  add('时间戳机构', trusted ? 'pass' : 'warn', trusted ? '时间戳机构可信' : '时间戳机构未经信任，时间按签名人自述对待')
  return trusted ? stamp.value.time : undefined
}

const isTrustedAuthority = (certificate: Certificate | undefined, pool: readonly Certificate[], at: string, trust: Trust): boolean =>
  certificate !== undefined && validateChain(certificate, pool, trust.anchors, { at, crls: trust.crls, ocsps: trust.ocsps, purpose: TIME_STAMPING }).verdict === 'trusted'

/** `claimed`: by the signer; `stamp`: of a time stamp that counts; ISO 8601 UTC. `about`: what else to say of the claimed time. */
export const judgeTime = (name: '签章时间' | '签名时间', claimed: string, stamp: string | undefined, about: string, { now }: VerifyOptions, add: AddStep): void => {
  const told = stamp === undefined ? `${claimed}（${name.slice(0, 2)}人自述${about}）` : `${stamp}（时间戳）；${name.slice(0, 2)}人自述 ${claimed}`
  const latest = Math.max(Date.parse(claimed), stamp === undefined ? -Infinity : Date.parse(stamp))
  if (now !== undefined && latest > Date.parse(now) + CLOCK_SKEW_MS) add(name, 'fail', `${told}，晚于当前时间 ${now}`)
  // Some makers write the local time and call it UTC. It decides nothing: the stamp is the time.
  else if (stamp !== undefined && Date.parse(claimed) > Date.parse(stamp) + CLOCK_SKEW_MS) add(name, 'warn', `${told}：自述时间晚于时间戳`)
  else add(name, 'pass', now === undefined ? `${told}；未与当前时间核对` : told)
}
