/** A digital signature of an OFD (Type="Sign", 数字签名): GB/T 35275 signature data over Signature.xml. seal.md §1.11 */
import { CMS, readSignedData, timeStampOf, verifyCmsSigner, type CheckStep, type SignedData } from '#core/crypto'
import { contextExplicit, isUniversal, oid, readDer, readSequence, sequence, TAG, type FormatError, type Result } from '#core/formats'
import { judgeTime, stampTime } from '../stamp-time.ts'
import { judgeCertificate, trustOf } from '../trust.ts'
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
  const data = readDigital(value)
  if (!data.ok) {
    // Some tools store the bare value; without a certificate nobody can say whose it is.
    if (isBareValue(value)) add('签名值', 'unknown', '只有签名值而没有签名者证书，无法验证')
    else add('签名格式', 'fail', data.error.message)
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
  const trust = trustOf(options)
  const token = timeStampOf(signer)
  const stamp = token === undefined ? undefined : stampTime(token, signer.signature, options, trust, add)
  const told = cms.claimedTime ?? claimed
  if (told !== undefined || stamp !== undefined) judgeTime('签名时间', told ?? stamp!, stamp, '', options, add)
  const signedAt = stamp ?? told ?? null
  let chain: readonly ChainLink[] = []
  if (cms.certificate !== undefined) {
    const at = options.at ?? signedAt ?? options.now
    if (at === undefined) add('签名时间', 'unknown', '签名没有时间，证书无从按时判断')
    else {
      // A key that was lost later may have dated a claimed time back.
      const time = stamp !== undefined && options.at === undefined ? 'proven' : undefined
      const judged = judgeCertificate('签名者', cms.certificate, cms.pool, at, ['digitalSignature', 'nonRepudiation'], trust, time)
      steps.push(...judged.steps)
      chain = judged.chain
    }
  }
  return {
    signer: cms.certificate?.subject.text ?? null, signedAt, timeSource: stamp === undefined ? 'claimed' : 'timestamp', steps, chain, modified: cms.verdict === 'modified',
  }
}

const isBareValue = (value: Uint8Array): boolean => {
  if (value.length === 64) return true
  const root = readDer(value)
  const parts = root.ok ? readSequence(root.value) : root
  return parts.ok && parts.value.length === 2 && value.length < 80
}
