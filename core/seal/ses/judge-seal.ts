/** Judges a seal by itself (验印章), GB/T 38540-2020 §6.3: format, the maker's signature, certificate of the maker, validity. */
import { checkSignature, readCertificate, readSignatureScheme, readTimeStamp, sm2VerifyRaw, verifyTimeStamp, type Certificate, type CheckStep } from '#core/crypto'
import { oid, readDer, sequence } from '#core/formats'
import { CLOCK_SKEW_MS } from '../stamp-time.ts'
import { judgeCertificate, SEAL_PERIOD_STEP, type Trust } from '../trust.ts'
import type { VerifyOptions } from '../report.ts'
import type { Seal, SealVersion } from './seal.ts'

export const STANDARD: Readonly<Record<SealVersion, string>> = { 1: 'GM/T 0031-2014', 4: 'GB/T 38540-2020', 5: 'GM/T 0031-2025' }
const SM2_SM3 = '1.2.156.10197.1.501'

export type AddStep = (name: string, result: CheckStep['result'], detail: string) => void

/** Steps 格式 and 版本 of a seal that could be read; `steps` hold from here on in the order of GB/T 38540. */
export const judgeFormat = (seal: Seal, add: AddStep): void => {
  add('印章格式', 'pass', `${STANDARD[seal.version]}，印章标识 ${seal.id}，厂商 ${seal.vendor}`)
  const usual = seal.version === 1 ? seal.statedVersion >= 1 && seal.statedVersion <= 3 : seal.statedVersion === seal.version
  if (!usual) add('印章版本', 'warn', `结构符合 ${STANDARD[seal.version]}，标注的版本号是 ${seal.statedVersion}`)
  const { width, height } = seal.picture
  if (![width, height].every((side) => side >= 1 && side <= 1000)) add('印章格式', 'warn', `印章图像的尺寸 ${width}×${height} 毫米不合理`)
  const critical = seal.extensions.filter((extension) => extension.critical)
  if (critical.length > 0) add('印章扩展', 'unknown', `不认识的关键扩展 ${critical.map((extension) => extension.oid).join('、')}`)
}

/** Checks a signature value of a seal or of a document: identifier, key and value belong together. */
export const judgeValue = (
  name: string, what: { readonly algorithm: string; readonly signature: Uint8Array; readonly version: SealVersion }, message: Uint8Array, certificate: Certificate, add: AddStep,
): void => {
  const { algorithm, signature, version } = what
  const { publicKey } = certificate
  const read = readDer(sequence(oid(algorithm)))
  const scheme = read.ok ? readSignatureScheme(read.value) : read
  if (!scheme.ok || scheme.value.kind === 'unknown') return add(name, 'unknown', `不支持的签名算法 ${algorithm}`)
  if (scheme.value.kind !== 'sm2') {
    // GB/T 38540 allows SM2 with SM3 alone; only old seals carry RSA.
    if (version !== 1) return add(name, 'fail', `签名算法 ${algorithm} 不是 SM2，不合 ${STANDARD[version]}`)
    const weak = 'digest' in scheme.value && (scheme.value.digest === undefined || scheme.value.digest === 'sha1')
    const good = checkSignature(scheme.value, message, signature, publicKey) === 'valid'
    if (!good) return add(name, 'fail', '签名值无效')
    add(name, 'pass', `签名值有效（${algorithm}）`)
    return add(`${name}算法`, weak ? 'fail' : 'warn', weak ? `弱算法 ${algorithm}，不能据以认定` : `不是国密算法：${algorithm}`)
  }
  if (publicKey.algorithm !== 'sm2') return add(name, 'fail', '签名算法与证书的密钥不符')
  const raw = signature.length === 64
  const good = raw ? sm2VerifyRaw(message, signature, publicKey.point) : checkSignature(scheme.value, message, signature, publicKey) === 'valid'
  add(name, good ? 'pass' : 'fail', good ? `签名值有效（SM2，${certificate.subject.text}）` : '签名值无效')
  if (algorithm !== SM2_SM3) add(`${name}算法`, 'warn', `算法标识 ${algorithm} 不是 SM2 签名与 SM3（${SM2_SM3}）`)
  if (raw) add(`${name}编码`, 'warn', '签名值为 64 字节裸值，不是 DER 编码')
}

/** The maker's signature over the seal. @returns the maker's certificate where it can be read */
export const judgeMaker = (seal: Seal, add: AddStep): Certificate | undefined => {
  const maker = readCertificate(seal.makerCertificate)
  if (!maker.ok) {
    add('印章签名', 'fail', `制章者证书无法读取：${maker.error.message}`)
    return undefined
  }
  judgeValue('印章签名', seal, seal.signedBytes, maker.value, add)
  if (seal.timeStamp !== undefined) judgeStamp(seal.timeStamp, seal.signature, add)
  return maker.value
}

/** Version 5: a time stamp over the maker's signature value. It dates the seal; nothing here depends on that date. */
const judgeStamp = (token: Uint8Array, value: Uint8Array, add: AddStep): void => {
  const stamp = readTimeStamp(token)
  // What is no token proves nothing, for or against; anyone may have put it there, or may take it away.
  if (!stamp.ok) return add('印章时间戳', 'warn', `不是时间戳，不予理会：${stamp.error.message}`)
  const { verdict, steps, certificate } = verifyTimeStamp(stamp.value, { bytes: value })
  if (verdict === 'intact') return add('印章时间戳', 'pass', `${stamp.value.time}，由 ${certificate?.subject.text ?? '未知机构'} 出具`)
  add('印章时间戳', verdict === 'undecided' ? 'unknown' : 'fail', steps.find((step) => step.result === 'fail' || step.result === 'unknown')?.detail ?? '时间戳不成立')
}

/** Readable certificates of those who may sign: the pool for paths. */
export const signersOf = (seal: Seal): readonly Certificate[] => seal.certs.kind === 'digests' ? [] : seal.certs.list.flatMap((der) => {
  const read = readCertificate(der)
  return read.ok ? [read.value] : []
})

/** Chain of the maker at time `at`, ISO 8601 UTC. */
export const judgeMakerChain = (seal: Seal, maker: Certificate, at: string, trust: Trust, add: AddStep, time?: 'proven') => {
  const judged = judgeCertificate('制章者', maker, signersOf(seal), at, ['digitalSignature', 'nonRepudiation'], trust, time)
  for (const step of judged.steps) add(step.name, step.result, step.detail)
  return judged.chain
}

/** Whether the seal was in force at `at`. */
export const judgeValidity = (seal: Seal, at: string, add: AddStep): void => {
  const period = `${seal.validFrom} 至 ${seal.validTo}`
  const time = Date.parse(at)
  if (Date.parse(seal.validFrom) > Date.parse(seal.validTo)) add(SEAL_PERIOD_STEP, 'fail', `起止颠倒：${period}`)
  else if (time < Date.parse(seal.validFrom)) add(SEAL_PERIOD_STEP, 'fail', `按 ${at} 判断尚未生效（${period}）`)
  else if (time > Date.parse(seal.validTo)) add(SEAL_PERIOD_STEP, 'fail', `按 ${at} 判断已过期（${period}）`)
  else add(SEAL_PERIOD_STEP, 'pass', `按 ${at} 判断在有效期内（${period}）`)
}

/** A bare seal is held against its own date: it has no signing time. See verifySeal. */
export const judgeBareValidity = (seal: Seal, options: VerifyOptions, add: AddStep): void => {
  if (options.at !== undefined) return judgeValidity(seal, options.at, add)
  const period = `${seal.validFrom} 至 ${seal.validTo}`
  if (Date.parse(seal.validFrom) > Date.parse(seal.validTo)) return add(SEAL_PERIOD_STEP, 'fail', `起止颠倒：${period}`)
  if (options.now === undefined) return add(SEAL_PERIOD_STEP, 'pass', `${period}；未给出判断时间，是否在用须按签章时间判断`)
  const now = Date.parse(options.now)
  if (Date.parse(seal.createdAt) > now + CLOCK_SKEW_MS) return add(SEAL_PERIOD_STEP, 'fail', `制作时间 ${seal.createdAt} 晚于当前时间 ${options.now}`)
  if (now > Date.parse(seal.validTo)) return add(SEAL_PERIOD_STEP, 'warn', `现已过期（${period}）；有效期内所盖的章仍按签章时间判断`)
  if (now < Date.parse(seal.validFrom)) return add(SEAL_PERIOD_STEP, 'warn', `尚未生效（${period}）`)
  add(SEAL_PERIOD_STEP, 'pass', `现在有效期内（${period}）`)
}
