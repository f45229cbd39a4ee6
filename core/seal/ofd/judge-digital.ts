/** A digital signature of an OFD (Type="Sign", 数字签名): GB/T 35275 signature data over Signature.xml. GM/T 0099-2020 §7.2.2 */
import { CMS, readSignedData, sm2Verify, sm2VerifyRaw, timeStampOf, verifyCmsSigner, type Certificate, type CheckStep, type SignedData } from '#core/crypto'
import { contextExplicit, isUniversal, oid, readDer, readSequence, sequence, TAG, type FormatError, type Result } from '#core/formats'
import { judgeTime, stampTime } from '../stamp-time.ts'
import { judgeCertificate, trustOf, type Trust } from '../trust.ts'
import type { ChainLink, SignatureReport, VerifyOptions } from '../report.ts'

export type DigitalJudgement = Pick<SignatureReport, 'signer' | 'signedAt' | 'timeSource'> & {
  readonly steps: readonly CheckStep[]
  readonly chain: readonly ChainLink[]
  /** the signature holds, but over other bytes */
  readonly modified: boolean
}

/** SignedData; some tools leave the ContentInfo around it out. */
export const readDigital = (value: Uint8Array): Result<SignedData, FormatError> => {
  const root = readDer(value)
  const parts = root.ok ? readSequence(root.value) : root
  const isBare = parts.ok && isUniversal(parts.value[0], TAG.integer) && isUniversal(parts.value[1], TAG.set)
  if (!isBare) return readSignedData(value)
  const wrapped = readSignedData(sequence(oid(CMS.gmSignedData), contextExplicit(0, value)))
  return wrapped.ok ? { ok: true, value: { ...wrapped.value, length: value.length } } : wrapped
}

/** Judges `value` over `original` (bytes of Signature.xml or of an entry list). `claimed`: the time that the file states, if it can be read. */
export const judgeDigital = (value: Uint8Array, original: Uint8Array, claimed: string | undefined, options: VerifyOptions): DigitalJudgement => {
  const steps: CheckStep[] = []
  const add = (name: string, result: CheckStep['result'], detail: string): void => { steps.push({ name, result, detail }) }
  const nobody = { signer: null, signedAt: claimed ?? null, timeSource: 'claimed', steps, chain: [], modified: false } as const
  const trust = trustOf(options)
  const data = readDigital(value)
  if (!data.ok) {
    if (isBareValue(value)) return judgeBare(value, original, claimed, options, trust)
    add('签名格式', 'fail', data.error.message)
    return nobody
  }
  const [signer, ...more] = data.value.signers
  if (signer === undefined || more.length > 0) {
    add('签名格式', 'fail', `签名数据中有 ${data.value.signers.length} 名签名者，应为一名`)
    return nobody
  }
  add('签名格式', 'pass', 'GB/T 35275 签名数据')
  const trailing = value.subarray(data.value.length)
  if (trailing.some((byte) => byte !== 0)) add('签名数据结尾', 'fail', '签名数据之后还有别的内容')
  const cms = verifyCmsSigner(data.value, signer, { bytes: original })
  steps.push(...cms.steps)
  if (cms.verdict === 'invalid') add('签名', 'fail', '签名无效')
  if (cms.verdict === 'modified' && !cms.steps.some((step) => step.result === 'fail')) add('原文摘要', 'fail', '原文与签名时不一致')
  if (cms.verdict === 'undecided' && !cms.steps.some((step) => step.result === 'unknown')) add('签名', 'unknown', '签名无法判断')
  const token = timeStampOf(signer)
  const stamp = token === undefined ? undefined : stampTime(token, [signer.signature], 'ignored', options, trust, add)
  const told = cms.claimedTime ?? claimed
  if (told !== undefined || stamp !== undefined) judgeTime('签名时间', told ?? stamp!, stamp, '', options, add)
  const signedAt = stamp ?? told ?? null
  const chain = cms.certificate === undefined ? [] : judgeSigner(cms.certificate, cms.pool, { signedAt, proven: stamp !== undefined }, options, trust, steps)
  return {
    signer: cms.certificate?.subject.text ?? null, signedAt, timeSource: stamp === undefined ? 'claimed' : 'timestamp', steps, chain, modified: cms.verdict === 'modified',
  }
}

/** The signer's certificate at the time of signing; its steps go to `steps`. */
const judgeSigner = (
  certificate: Certificate, pool: readonly Certificate[], when: { readonly signedAt: string | null; readonly proven: boolean }, options: VerifyOptions, trust: Trust, steps: CheckStep[],
): readonly ChainLink[] => {
  const at = options.at ?? when.signedAt ?? options.now
  if (at === undefined) {
    steps.push({ name: '签名时间', result: 'unknown', detail: '签名没有时间，证书无从按时判断' })
    return []
  }
  // A key that was lost later may have dated a claimed time back.
  const time = when.proven && options.at === undefined ? 'proven' : undefined
  const judged = judgeCertificate('签名者', certificate, pool, at, ['digitalSignature', 'nonRepudiation'], trust, time)
  steps.push(...judged.steps)
  return judged.chain
}

/** Some tools store the bare value. Without a certificate nobody can say whose it is, unless the judge was given the signer's own. */
const judgeBare = (value: Uint8Array, original: Uint8Array, claimed: string | undefined, options: VerifyOptions, trust: Trust): DigitalJudgement => {
  const holds = ({ publicKey }: Certificate): boolean =>
    publicKey.algorithm === 'sm2' && (value.length === 64 ? sm2VerifyRaw(original, value, publicKey.point) : sm2Verify(original, value, publicKey.point))
  const signer = trust.anchors.find(holds)
  const steps: CheckStep[] = []
  const signedAt = claimed ?? null
  if (signer === undefined) {
    steps.push({ name: '签名值', result: 'unknown', detail: '只有签名值而没有签名者证书，无法验证' })
    return { signer: null, signedAt, timeSource: 'claimed', steps, chain: [], modified: false }
  }
  steps.push({ name: '签名值', result: 'pass', detail: `签名值有效（SM2，所给的证书 ${signer.subject.text}）` })
  if (claimed !== undefined) judgeTime('签名时间', claimed, undefined, '', options, (name, result, detail) => { steps.push({ name, result, detail }) })
  const chain = judgeSigner(signer, [], { signedAt, proven: false }, options, trust, steps)
  return { signer: signer.subject.text, signedAt, timeSource: 'claimed', steps, chain, modified: false }
}

const isBareValue = (value: Uint8Array): boolean => {
  if (value.length === 64) return true
  const root = readDer(value)
  const parts = root.ok ? readSequence(root.value) : root
  return parts.ok && parts.value.length === 2 && value.length < 80
}
