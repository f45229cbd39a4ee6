/** A digital signature of an OFD (Type="Sign", 数字签名): GB/T 35275 signature data over Signature.xml. seal.md §1.11 */
import { readSignedData, readTimeStamp, timeStampOf, verifyCmsSigner, verifyTimeStamp, type CheckStep, type CmsSigner } from '#core/crypto'
import { readDer, readSequence } from '#core/formats'
import { judgeCertificate, trustOf } from '../trust.ts'
import type { ChainLink, SignatureReport, VerifyOptions } from '../report.ts'

export type DigitalJudgement = Pick<SignatureReport, 'signer' | 'signedAt'> & {
  readonly steps: readonly CheckStep[]
  readonly chain: readonly ChainLink[]
  /** the signature holds, but over other bytes */
  readonly modified: boolean
}

/** Judges `value` over `original` (bytes of Signature.xml or of an entry list). `claimed`: the time that the file states, if it can be read. */
export const judgeDigital = (value: Uint8Array, original: Uint8Array, claimed: string | undefined, options: VerifyOptions): DigitalJudgement => {
  const steps: CheckStep[] = []
  const add = (name: string, result: CheckStep['result'], detail: string): void => { steps.push({ name, result, detail }) }
  const nobody = { signer: null, signedAt: claimed ?? null, steps, chain: [], modified: false }
  const data = readSignedData(value)
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
  judgeStamp(signer, add)
  const signedAt = cms.claimedTime ?? claimed ?? null
  const trust = trustOf(options)
  let chain: readonly ChainLink[] = []
  if (cms.certificate !== undefined) {
    const at = options.at ?? signedAt ?? options.now
    if (at === undefined) add('签名时间', 'unknown', '签名没有时间，证书无从按时判断')
    else {
      const judged = judgeCertificate('签名者', cms.certificate, cms.pool, at, ['digitalSignature', 'nonRepudiation'], trust)
      steps.push(...judged.steps)
      chain = judged.chain
    }
  }
  return { signer: cms.certificate?.subject.text ?? null, signedAt, steps, chain, modified: cms.verdict === 'modified' }
}

/** Told only: the time that the signer claims stays the one that certificates are judged at. */
const judgeStamp = (signer: CmsSigner, add: (name: string, result: CheckStep['result'], detail: string) => void): void => {
  const token = timeStampOf(signer)
  if (token === undefined) return
  const stamp = readTimeStamp(token)
  if (!stamp.ok) return add('时间戳', 'fail', stamp.error.message)
  const { verdict, steps, certificate } = verifyTimeStamp(stamp.value, { bytes: signer.signature })
  if (verdict === 'intact') return add('时间戳', 'pass', `${stamp.value.time}，由 ${certificate?.subject.text ?? '未知机构'} 出具`)
  add('时间戳', verdict === 'undecided' ? 'warn' : 'fail', steps.find((step) => step.result === 'fail' || step.result === 'unknown')?.detail ?? '时间戳无效')
}

const isBareValue = (value: Uint8Array): boolean => {
  if (value.length === 64) return true
  const root = readDer(value)
  const parts = root.ok ? readSequence(root.value) : root
  return parts.ok && parts.value.length === 2 && value.length < 80
}
