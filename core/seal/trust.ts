/** Judging certificates for every kind of signature (信任判断): anchors and lists come from outside, never from the file. */
import {
  readCertificate, readOcspResponse, readRevocationList, validateChain,
  type Certificate, type ChainVerdict, type CheckStep, type KeyUsage, type OcspResponse, type RevocationList,
} from '#core/crypto'
import { equalBytes } from '#core/formats'
import type { ChainLink, SignatureReport, VerifyOptions, VerifyWarning } from './report.ts'

/** Steps whose name starts so are about trust and revocation: they do not decide when trust is only reported. */
export const TRUST_STEP = '证书链：'

export type Trust = { readonly anchors: readonly Certificate[]; readonly crls: readonly RevocationList[]; readonly ocsps: readonly OcspResponse[]; readonly warnings: readonly VerifyWarning[]; readonly lacking?: VerifyOptions['lacking'] }

/** What the options bring; one that cannot be read is a warning, since the rest may well do. */
export const trustOf = (options: VerifyOptions): Trust => {
  const warnings: VerifyWarning[] = []
  const anchors = options.anchors.flatMap((der) => {
    const read = readCertificate(der)
    if (!read.ok) warnings.push({ code: 'trust.certificate', detail: '一张信任证书无法读取' })
    return read.ok ? [read.value] : []
  })
  const crls = options.crls.flatMap((der) => {
    const read = readRevocationList(der)
    if (!read.ok) warnings.push({ code: 'trust.crl', detail: '一份吊销列表无法读取' })
    return read.ok ? [read.value] : []
  })
  const ocsps = (options.ocsps ?? []).flatMap((der) => {
    const read = readOcspResponse(der)
    if (!read.ok) warnings.push({ code: 'trust.ocsp', detail: '一份证书状态应答无法读取' })
    return read.ok ? [read.value] : []
  })
  return { anchors, crls, ocsps, warnings, ...(options.lacking === undefined ? {} : { lacking: options.lacking }) }
}

/** Says which certificates of a judged path nobody told anything about. A path to no anchor is a stranger's: nothing is asked for it. */
export const sayLacking = ({ path, evidence }: ChainVerdict, trust: Trust): void => {
  const { lacking } = trust
  const last = path.at(-1)
  if (lacking === undefined || last === undefined || !isAnchor(last, trust)) return
  for (const [i, certificate] of path.entries()) {
    const issuer = path[i + 1]
    if (issuer !== undefined && !evidence.some((known) => known.certificate === certificate)) lacking({ certificate, issuer })
  }
}

type Judged = { readonly steps: readonly CheckStep[]; readonly chain: readonly ChainLink[] }

/**
 * One certificate up to an anchor at time `at` (ISO 8601 UTC); `role` names whose it is: 签章人, 制章者. `time`: whether a trusted
 * time stamp proves `at`: then a key that was lost later does not matter.
 */
export const judgeCertificate = (
  role: string, leaf: Certificate, pool: readonly Certificate[], at: string, usage: readonly KeyUsage[], trust: Trust, time?: 'proven',
): Judged => {
  const chain = validateChain(leaf, pool, trust.anchors, { at, crls: trust.crls, ocsps: trust.ocsps, revocation: 'required', usage, ...(time === undefined ? {} : { time }) })
  sayLacking(chain, trust)
  const steps: CheckStep[] = chain.steps.map((step) => ({
    name: `${TRUST_STEP}${role}${step.name}`,
    // No path to an anchor is a lack of knowledge, not a sign of forgery.
    result: step.name === '信任锚' ? 'unknown' : step.result,
    detail: step.name === '信任锚' && trust.anchors.length === 0 ? '没有提供信任的根证书' : step.detail,
  }))
  if (!chain.steps.some((step) => step.name === '吊销')) {
    // Without an issuer nobody can even be asked; silence here would read like "not revoked".
    steps.push({ name: `${TRUST_STEP}${role}吊销`, result: chain.path.length === 1 && isAnchor(leaf, trust) ? 'pass' : 'unknown', detail: isAnchor(leaf, trust) ? '信任锚本身，不作吊销判断' : '未检查吊销' })
  }
  steps.push({ name: `${TRUST_STEP}${role}结论`, ...conclusion(chain.verdict, at) })
  return { steps, chain: linksOf(chain.path, trust) }
}

const conclusion = (verdict: ChainVerdict['verdict'], at: string): Pick<CheckStep, 'result' | 'detail'> => {
  switch (verdict) {
    case 'trusted':
      return { result: 'pass', detail: `按 ${at} 判断，证书可信` }
    case 'invalid':
      return { result: 'fail', detail: `按 ${at} 判断，证书无效` }
    case 'untrusted':
      return { result: 'unknown', detail: '证书不受信任：没有到信任锚的路径' }
    case 'undecided':
      return { result: 'unknown', detail: `按 ${at} 判断，证书状态不能确定` }
  }
}

const isAnchor = (certificate: Certificate, trust: Trust): boolean => trust.anchors.some((anchor) => equalBytes(anchor.raw, certificate.raw))

/** Certificates as they are shown, leaf first. */
export const linksOf = (path: readonly Certificate[], trust: Trust): readonly ChainLink[] => path.map((certificate) => ({
  subject: certificate.subject.text, issuer: certificate.issuer.text, serial: certificate.serial,
  notBefore: certificate.notBefore, notAfter: certificate.notAfter, anchor: isAnchor(certificate, trust),
}))

/** A seal's own period is a matter of trust as that of a certificate is: the issuer's word, beside what the signature proves. */
export const SEAL_PERIOD_STEP = '印章有效期'

/** Whether a step counts for the verdict; with trust only reported, the standing of certificates and seals does not. */
export const decides = (step: CheckStep, { trust }: Pick<VerifyOptions, 'trust'>): boolean =>
  trust === 'decide' || !(step.name.startsWith(TRUST_STEP) || step.name === SEAL_PERIOD_STEP)

/** The verdict that the steps add up to: one failure is invalid, one thing not known is undecided, warnings decide nothing. */
export const verdictOf = (steps: readonly CheckStep[], options: Pick<VerifyOptions, 'trust'>): SignatureReport['verdict'] => {
  const deciding = steps.filter((step) => decides(step, options))
  if (deciding.some((step) => step.result === 'fail')) return 'invalid'
  return deciding.some((step) => step.result === 'unknown') ? 'undecided' : 'valid'
}
