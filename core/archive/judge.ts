/** The notebook of a verification: steps that were made, and trust in certificates (验证步骤与证书信任). */
import { readCertificate, readRevocationList, sm3Hex, validateChain, type Certificate, type CheckStep, type RevocationList } from '#core/crypto'
import { toHex } from '#core/formats'
import type { SignatureReport, VerifyOptions } from '#core/seal'

export type AddStep = (name: string, result: CheckStep['result'], detail: string) => void

/** Steps of certificate chains carry this prefix: they do not decide when trust is only reported. */
const TRUST_PREFIX = '证书链：'

export type Notebook = { readonly steps: CheckStep[]; readonly add: AddStep; readonly check: (name: string, good: boolean, pass: string, fail: string) => boolean }

export const notebook = (): Notebook => {
  const steps: CheckStep[] = []
  const add: AddStep = (name, result, detail) => void steps.push({ name, result, detail })
  const check = (name: string, good: boolean, pass: string, fail: string): boolean => {
    add(name, good ? 'pass' : 'fail', good ? pass : fail)
    return good
  }
  return { steps, add, check }
}

/** Verdict of a list of steps under the caller's choice about trust. */
export const verdictOf = (steps: readonly CheckStep[], trust: VerifyOptions['trust']): SignatureReport['verdict'] => {
  const counted = steps.filter((step) => trust === 'decide' || !step.name.startsWith(TRUST_PREFIX))
  if (counted.some((step) => step.result === 'fail')) return 'invalid'
  return counted.some((step) => step.result === 'unknown') ? 'undecided' : 'valid'
}

/** Each byte string once: a list that is given and carried along would be verified twice for every certificate. */
export const distinct = (list: readonly Uint8Array[]): readonly Uint8Array[] => [...new Map(list.map((bytes) => [sm3Hex(bytes), bytes])).values()]

/** Certificates of people and devices carry their identifier (UID); those of the installation itself (archive, log, system) do not. */
export const isInstallation = (certificate: Certificate): boolean => !certificate.subject.parts.some((part) => part.type === 'UID')

/** Judges a certificate at a time (ISO 8601 UTC) and notes one step. */
export type TrustJudge = (certificate: Certificate, at: string, who: string, add: AddStep) => void

/** @param issuers, crls what the package carries: links of chains and revocation evidence, never anchors */
export const trustJudge = (options: VerifyOptions, issuers: readonly Uint8Array[], crls: readonly Uint8Array[]): TrustJudge => {
  const certificates = (list: readonly Uint8Array[]): Certificate[] => list.flatMap((der) => {
    const read = readCertificate(der)
    return read.ok ? [read.value] : []
  })
  const anchors = certificates(options.anchors)
  const pool = certificates(issuers)
  const lists = distinct([...options.crls, ...crls]).flatMap((der): RevocationList[] => {
    const read = readRevocationList(der)
    return read.ok ? [read.value] : []
  })
  const known = new Map<string, Omit<CheckStep, 'name'>>()
  const judge = (certificate: Certificate, at: string): Omit<CheckStep, 'name'> => {
    if (anchors.length === 0) return { result: 'unknown', detail: `${certificate.subject.text}：没有提供信任的根证书` }
    const chain = validateChain(certificate, pool, anchors, { at, crls: lists, revocation: 'required', usage: ['digitalSignature', 'nonRepudiation'] })
    if (chain.verdict === 'trusted') return { result: 'pass', detail: `${certificate.subject.text}：按 ${at} 判断可信` }
    const reasons = chain.steps.filter((step) => step.result === 'fail' || step.result === 'unknown').map((step) => step.detail)
    return { result: chain.verdict === 'invalid' ? 'fail' : 'unknown', detail: `${certificate.subject.text}：${reasons.join('；')}` }
  }
  return (certificate, claimed, who, add) => {
    const at = options.at ?? claimed
    const key = `${toHex(certificate.raw)} ${at}`
    let outcome = known.get(key)
    if (outcome === undefined) known.set(key, (outcome = judge(certificate, at)))
    add(`${TRUST_PREFIX}${who}`, outcome.result, outcome.detail)
  }
}
