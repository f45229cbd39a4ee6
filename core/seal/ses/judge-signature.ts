/** Judges a seal's signature over a document (验电子签章), GB/T 38540-2020 §7.3: every step told, also after a failure. */
import { digest, digestOfOid, readCertificate, readTimeStamp, type CheckStep, type DigestAlgorithm } from '#core/crypto'
import { bitString, equalBytes } from '#core/formats'
import { CLOCK_SKEW_MS, judgeTime, stampTime } from '../stamp-time.ts'
import { judgeCertificate, trustOf, verdictOf, type Trust } from '../trust.ts'
import type { ChainLink, SignatureReport, VerifyOptions, VerifyWarning } from '../report.ts'
import { judgeFormat, judgeMaker, judgeMakerChain, judgeValidity, judgeValue, signersOf, STANDARD, type AddStep } from './judge-seal.ts'
import { readSealSignature } from './read-signature.ts'
import type { Seal, SealSignature } from './seal.ts'

/** The pieces of a SignatureReport that a seal's signature gives; coverage is the business of the file that carries it. */
export type SealJudgement = Pick<SignatureReport, 'verdict' | 'signer' | 'signedAt' | 'timeSource'> & {
  readonly steps: readonly CheckStep[]
  /** the signer's chain, and the seal maker's */
  readonly chain: readonly ChainLink[]
  readonly makerChain: readonly ChainLink[]
  /** absent when the bytes are no such structure */
  readonly signature?: SealSignature
  readonly warnings: readonly VerifyWarning[]
}

/**
 * Judges one signature. `dataHash`: SM3 of the original as the caller found it (in an OFD: of Signature.xml as stored);
 * absent: the original is not at hand and the verdict is undecided at best. `sealFile`: a Seal.esl lying beside, which must
 * be the seal inside, byte for byte. Certificates are judged at `options.at`, else at the time of a trusted time stamp, else
 * at the time that the signer claims.
 */
export const judgeSealSignature = (given: SealSignature | Uint8Array, options: VerifyOptions, dataHash?: Uint8Array, sealFile?: Uint8Array): SealJudgement => {
  const steps: CheckStep[] = []
  const add: AddStep = (name, result, detail) => { steps.push({ name, result, detail }) }
  const trust = trustOf(options)
  const read = given instanceof Uint8Array ? readSealSignature(given) : { ok: true as const, value: given }
  if (!read.ok) {
    add('签章格式', 'fail', read.error.message)
    return { verdict: 'invalid', signer: null, signedAt: null, timeSource: 'claimed', steps, chain: [], makerChain: [], warnings: trust.warnings }
  }
  const signature = read.value
  const { seal } = signature
  judgeShape(signature, add)
  judgeFormat(seal, add)

  const signer = readCertificate(signature.signerCertificate)
  if (!signer.ok) add('签名值', 'fail', `签章人证书无法读取：${signer.error.message}`)
  else judgeValue('签名值', signature, signature.tbsRaw, signer.value, add)
  judgeMembership(seal, signature.signerCertificate, add)
  const maker = judgeMaker(seal, add)

  const stamp = stampOf(signature, options, trust, add)
  const signedAt = stamp ?? signature.time
  judgeWhen(signature, stamp, options, add)
  judgeValidity(seal, signedAt, add)
  const at = options.at ?? signedAt
  // A key that was lost later may have dated a claimed time back.
  const time = stamp !== undefined && options.at === undefined ? 'proven' : undefined
  const makerChain = maker === undefined ? [] : judgeMakerChain(seal, maker, at, trust, add, time)
  const pool = [...signersOf(seal), ...(maker === undefined ? [] : [maker])]
  const own = signer.ok ? judgeCertificate('签章人', signer.value, pool, at, ['digitalSignature', 'nonRepudiation'], trust, time) : undefined
  for (const step of own?.steps ?? []) add(step.name, step.result, step.detail)

  if (dataHash === undefined) add('原文摘要', 'unknown', '没有原文，不能核对原文摘要')
  else {
    const same = equalBytes(dataHash, signature.dataHash)
    add('原文摘要', same ? 'pass' : 'fail', same ? '原文与签章时一致' : '原文与签章时不一致')
  }
  if (sealFile !== undefined) {
    const same = equalBytes(sealFile, seal.raw)
    add('印章文件', same ? 'pass' : 'fail', same ? '随附的印章与签章所用一致' : '随附的印章不是签章所用的印章')
  }
  return {
    verdict: verdictOf(steps, options), signer: signer.ok ? signer.value.subject.text : null, signedAt, timeSource: stamp === undefined ? 'claimed' : 'timestamp',
    steps, chain: own?.chain ?? [], makerChain, signature, warnings: trust.warnings,
  }
}

const judgeShape = (signature: SealSignature, add: AddStep): void => {
  // Makers of the first version number the data 1 and the seal 1, 2 or 3; both numbers are signed.
  const first = signature.version === 1 && [signature.statedVersion, signature.seal.statedVersion].every((stated) => stated >= 1 && stated <= 3)
  const agree = signature.statedVersion === signature.seal.statedVersion
  if (!agree && first) add('印章版本', 'warn', `签章版本号 ${signature.statedVersion} 与印章版本号 ${signature.seal.statedVersion} 不一致`)
  if (!agree && !first) add('签章格式', 'fail', `签章版本号 ${signature.statedVersion} 与印章版本号 ${signature.seal.statedVersion} 不一致`)
  else if (signature.dataHash.length !== 32) add('签章格式', 'fail', '原文摘要不是 32 字节的 SM3 值')
  else add('签章格式', 'pass', `${STANDARD[signature.version]} 电子签章数据`)
  const critical = signature.extensions.filter((extension) => extension.critical)
  if (critical.length > 0) add('签章扩展', 'unknown', `不认识的关键扩展 ${critical.map((extension) => extension.oid).join('、')}`)
}

const DIGEST_NAMES: Readonly<Record<string, DigestAlgorithm>> = { sm3: 'sm3', sha1: 'sha1', sha256: 'sha256', sha384: 'sha384', sha512: 'sha512' }
const digestNamed = (name: string): DigestAlgorithm | undefined => digestOfOid(name) ?? DIGEST_NAMES[name.toLowerCase().replace(/[-_ ]/g, '')]

/** Whether the seal lets this certificate sign: without this anyone's certificate could use any seal. */
const membership = (seal: Seal, certificate: Uint8Array): 'member' | 'stranger' | 'unknown' | 'weak' => {
  if (seal.certs.kind === 'certificates') return seal.certs.list.some((member) => equalBytes(member, certificate)) ? 'member' : 'stranger'
  let unknown = false
  for (const { type, value } of seal.certs.list) {
    const algorithm = digestNamed(type)
    if (algorithm === undefined) unknown = true
    else if (equalBytes(value, digest(algorithm, certificate))) return algorithm === 'sha1' ? 'weak' : 'member'
  }
  return unknown ? 'unknown' : 'stranger'
}

const judgeMembership = (seal: Seal, certificate: Uint8Array, add: AddStep): void => {
  const kind = seal.certs.kind === 'certificates' ? '证书' : '证书杂凑'
  switch (membership(seal, certificate)) {
    case 'member':
      return add('签章人名单', 'pass', `签章人证书在印章的签章者${kind}列表中`)
    case 'stranger':
      return add('签章人名单', 'fail', `签章人证书不在印章的签章者${kind}列表中`)
    case 'weak':
      return add('签章人名单', 'fail', '签章者列表用弱杂凑算法 SHA-1 指认证书')
    case 'unknown':
      return add('签章人名单', 'unknown', '签章者列表用了不认识的杂凑算法')
  }
}

/** May the certificate sign with this seal? For refusing before anything is signed. */
export const maySign = (seal: Seal, certificate: Uint8Array): boolean => membership(seal, certificate) === 'member'

/** Of version 1 the token was made before the signature value was there: what it stamps is not told by the standard's text. */
const stampOf = (signature: SealSignature, options: VerifyOptions, trust: Trust, add: AddStep): string | undefined => {
  if (signature.timeStamp === undefined) return undefined
  if (signature.version !== 1) return stampTime(signature.timeStamp, [signature.signature, bitString(signature.signature)], 'fails', options, trust, add)
  const stamp = readTimeStamp(signature.timeStamp)
  if (stamp.ok) add('时间戳', 'warn', `签章时间取自时间戳 ${stamp.value.time}，所盖内容不能核对，按自述时间对待`)
  else add('时间戳', 'fail', stamp.error.message)
  return undefined
}

const judgeWhen = (signature: SealSignature, stamp: string | undefined, options: VerifyOptions, add: AddStep): void => {
  judgeTime('签章时间', signature.time, stamp, signature.timeZone === 'assumed' ? '，原文未注明时区，按北京时间' : '', options, add)
  const latest = Math.max(Date.parse(signature.time), stamp === undefined ? -Infinity : Date.parse(stamp))
  if (Date.parse(signature.seal.createdAt) > latest + CLOCK_SKEW_MS) add('印章制作时间', 'warn', `印章制作于 ${signature.seal.createdAt}，晚于签章时间`)
}
