/**
 * The value of a signature (签名数据), in every shape that is met: CMS of PAdES and of Adobe, RFC 3161 tokens, and the four of
 * Chinese makers (GB/T 38540 SES_Signature, bare SM2, GM/T 0010 SignedData over the digest, CMS with SM2 identifiers).
 */
import {
  checkSignature, digest, readCertificate, readSignedData, readTimeStamp, sm2VerifyRaw, timeStampOf, verifyCmsSigner, verifyTimeStamp,
  type Certificate, type CheckStep, type CmsVerdict, type CmsSigner, type DigestAlgorithm, type SignatureScheme, type SignedData,
} from '#core/crypto'
import { BER_LIMITS, equalBytes, joinOctets, readDer, readDerPrefix, readSequence } from '#core/formats'
import type { PdfFile } from './file.ts'
import { weaknessesOf, type Weakness } from './strength.ts'
import { isArray, isString, nameOf, type PdfDict } from './value.ts'

export type AddStep = (name: string, result: CheckStep['result'], detail: string) => void

/** A token that holds over what it stamps; whether its authority is trusted is not said here. */
export type Stamp = { readonly time: string; readonly certificate: Certificate | undefined; readonly pool: readonly Certificate[] }

export type SignatureValue = {
  readonly certificate: Certificate | undefined
  readonly pool: readonly Certificate[]
  readonly claimedTime: string | undefined
  /** over the signature value, or over the document for a document time stamp */
  readonly stamp: Stamp | undefined
  /** revocation lists that came inside, DER */
  readonly crls: readonly Uint8Array[]
  readonly weaknesses: readonly Weakness[]
  /** SES_Signature, DER, for the judge of seals */
  readonly seal?: Uint8Array
}

const NONE: SignatureValue = { certificate: undefined, pool: [], claimedTime: undefined, stamp: undefined, crls: [], weaknesses: [] }

/** Signers of one value that are looked at. */
const MAX_SIGNERS = 10

export const DOCUMENT_TIME_STAMP = 'ETSI.RFC3161'

/** Checks the value against the covered bytes. Undefined when there is nothing that can be judged; the steps say why. */
export const judgeSignatureValue = (file: PdfFile, dict: PdfDict, contents: Uint8Array, covered: Uint8Array, add: AddStep): SignatureValue | undefined => {
  const filter = nameOf(file.resolve(dict.entries.get('SubFilter'))) ?? ''
  switch (filter) {
    case 'ETSI.CAdES.detached':
      if (dict.entries.has('Cert')) add('签名格式', 'warn', '签名字典带有 Cert 项，PAdES 不允许')
      return judgeCms(filter, contents, covered, 'detached', add)
    case 'adbe.pkcs7.detached':
      return judgeCms(filter, contents, covered, 'detached', add)
    case 'adbe.pkcs7.sha1':
      return judgeCms(filter, contents, covered, 'sha1', add)
    case 'GM.sm2cms.detached':
      return judgeCms(filter, contents, covered, 'sm3', add)
    case DOCUMENT_TIME_STAMP:
      return judgeDocumentStamp(contents, covered, add)
    case 'GM.sm2seal':
      return judgeSeal(contents, add)
    case 'GM.SM2':
    case 'adbe.x509.rsa_sha1':
      return judgeBare(filter, contents, covered, certificateIn(file, dict), add)
    default:
      add('签名格式', 'unknown', `不支持的签名格式 ${filter === '' ? '（未注明）' : filter}`)
      return undefined
  }
}

/**
 * The value without what fills the room behind it. Zeros belong there; programs that sign encrypted files leave encrypted zeros, which
 * look like anything. It is covered by nothing and shown by nobody, so it is told and decides nothing.
 */
const unpadded = (contents: Uint8Array, length: number, add: AddStep): Uint8Array => {
  if (!contents.subarray(length).every((byte) => byte === 0)) add('签名格式', 'warn', '签名数据之后的填充不是零')
  return contents.subarray(0, length)
}

/** `inside`: what the SignedData may hold itself: nothing, or the digest of the covered bytes. */
const judgeCms = (filter: string, contents: Uint8Array, covered: Uint8Array, inside: 'detached' | 'sha1' | 'sm3', add: AddStep): SignatureValue | undefined => {
  const data = readSignedData(contents)
  if (!data.ok) {
    add('签名格式', 'fail', data.error.message)
    return undefined
  }
  const [signer, ...others] = data.value.signers
  if (signer === undefined) {
    add('签名格式', 'fail', '签名数据没有签名者')
    return undefined
  }
  unpadded(contents, data.value.length, add)
  // Content inside the signature would be what is verified, while the reader sees something else.
  if (data.value.content !== undefined && !holdsDigest(data.value, covered, inside, add)) return undefined
  add('签名格式', 'pass', filter)
  const cms = verifyInner(data.value, covered, inside)
  for (const step of cms.steps) add(step.name, step.result, step.detail)
  judgeOthers(data.value, others, covered, add)
  if (filter === 'ETSI.CAdES.detached' && cms.claimedTime !== undefined) add('签名时间属性', 'warn', '签名属性含有签名时间，PAdES 不允许')
  const token = timeStampOf(signer)
  return {
    certificate: cms.certificate, pool: cms.pool, claimedTime: cms.claimedTime, crls: data.value.crls,
    stamp: token === undefined ? undefined : judgeStamp(token, signer.signature, 'signature', add),
    weaknesses: [...weaknessesOf(signer.digest, signer.scheme, cms.certificate), ...(inside === 'sha1' ? weaknessesOf('sha1', undefined, undefined) : [])].slice(0, 3),
  }
}

/** PDF wants one signer (ISO 32000-2 §12.8.3.3.1). More of them show as one; each must hold, and whose signature it is stays open. */
const judgeOthers = (data: SignedData, others: readonly CmsSigner[], covered: Uint8Array, add: AddStep): void => {
  if (others.length === 0) return
  const bad = others.slice(0, MAX_SIGNERS).filter((other) => verifyCmsSigner(data, other, { bytes: covered }).verdict !== 'intact')
  if (bad.length > 0) add('签名格式', 'fail', `签名数据有 ${others.length + 1} 个签名者，其中 ${bad.length} 个的签名无效或无法验证`)
  else add('签名格式', 'unknown', `签名数据有 ${others.length + 1} 个签名者，PDF 只允许一个，阅读器只显示其中之一`)
}

const holdsDigest = (data: SignedData, covered: Uint8Array, inside: 'detached' | 'sha1' | 'sm3', add: AddStep): boolean => {
  if (inside === 'detached') {
    const own = equalBytes(data.content ?? new Uint8Array(0), covered)
    add('签名格式', own ? 'warn' : 'fail', own ? '签名数据内另存一份文件内容，与文件一致；PDF 要求不含内容' : '签名数据内另含内容，不是对文件的签名')
    return own
  }
  const same = equalBytes(data.content ?? new Uint8Array(0), digest(inside, covered))
  add('文件摘要', same ? 'pass' : 'fail', same ? '签名数据内的摘要与文件一致' : '签名数据内的摘要与文件不一致，文件被修改')
  return true
}

/** Some makers leave the digest out although it is what they signed. */
const verifyInner = (data: SignedData, covered: Uint8Array, inside: 'detached' | 'sha1' | 'sm3'): CmsVerdict => {
  const [signer] = data.signers
  const own = verifyCmsSigner(data, signer!, { bytes: covered })
  if (inside !== 'sm3' || data.content !== undefined || own.verdict === 'intact') return own
  const overDigest = verifyCmsSigner(data, signer!, { bytes: digest('sm3', covered) })
  return overDigest.verdict === 'intact' ? overDigest : own
}

const judgeDocumentStamp = (contents: Uint8Array, covered: Uint8Array, add: AddStep): SignatureValue | undefined => {
  const data = readSignedData(contents)
  if (!data.ok) {
    add('签名格式', 'fail', data.error.message)
    return undefined
  }
  const stamp = judgeStamp(unpadded(contents, data.value.length, add), covered, 'document', add)
  if (stamp === undefined) return undefined
  const [signer] = data.value.signers
  return { ...NONE, certificate: stamp.certificate, pool: stamp.pool, stamp, crls: data.value.crls, weaknesses: weaknessesOf(signer?.digest, signer?.scheme, stamp.certificate) }
}

/**
 * The token when it holds over `message`. Its steps are summed up in one. At a signature it stands in a place that nobody signed: whoever
 * puts a wrong one there must not be able to spoil the signature, so it is told and not used (EN 319 102-1 §5.5.4).
 */
const judgeStamp = (token: Uint8Array, message: Uint8Array, of: 'signature' | 'document', add: AddStep): Stamp | undefined => {
  const told = (result: 'fail' | 'unknown', detail: string): undefined => {
    if (of === 'document') add('时间戳', result, detail)
    else add('时间戳', 'warn', `时间戳不可用，不予采信：${detail}`)
    return undefined
  }
  const stamp = readTimeStamp(token)
  if (!stamp.ok) return told('fail', stamp.error.message)
  const cms = verifyTimeStamp(stamp.value, { bytes: message })
  if (cms.verdict !== 'intact') return told(cms.verdict === 'undecided' ? 'unknown' : 'fail', cms.steps.find((step) => step.result === 'fail' || step.result === 'unknown')?.detail ?? '')
  add('时间戳', 'pass', `${stamp.value.time}，由 ${cms.certificate?.subject.text ?? '未知机构'} 出具`)
  return { time: stamp.value.time, certificate: cms.certificate, pool: cms.pool }
}

const judgeSeal = (contents: Uint8Array, add: AddStep): SignatureValue | undefined => {
  const root = readDerPrefix(contents, BER_LIMITS)
  if (!root.ok) {
    add('签名格式', 'fail', `不是电子签章数据：${root.error.message}`)
    return undefined
  }
  const seal = unpadded(contents, root.value.raw.length, add)
  add('签名格式', 'pass', 'GM.sm2seal（GB/T 38540 电子签章数据）')
  return { ...NONE, seal }
}

const certificateIn = (file: PdfFile, dict: PdfDict): Certificate | undefined => {
  const entry = file.resolve(dict.entries.get('Cert'))
  const first = isArray(entry) ? file.resolve(entry.items[0]) : entry
  const read = isString(first) ? readCertificate(first.bytes) : undefined
  return read?.ok === true ? read.value : undefined
}

/** A signature value alone, the certificate beside it in the dictionary (ISO 32000-1 §12.8.3.2; GM.SM2). */
const judgeBare = (filter: 'GM.SM2' | 'adbe.x509.rsa_sha1', contents: Uint8Array, covered: Uint8Array, certificate: Certificate | undefined, add: AddStep): SignatureValue | undefined => {
  add('签名格式', 'pass', filter)
  if (certificate === undefined) {
    add('签名者证书', 'unknown', '签名字典中没有可读的签名者证书')
    return undefined
  }
  add('签名者证书', 'pass', certificate.subject.text)
  const scheme: SignatureScheme = filter === 'GM.SM2' ? { kind: 'sm2' } : { kind: 'rsa-pkcs1', digest: 'sha1' }
  const value = bareValue(filter, contents, add)
  if (value === undefined) return undefined
  const over = (message: Uint8Array): boolean => value.length === 64 && certificate.publicKey.algorithm === 'sm2' && filter === 'GM.SM2'
    ? sm2VerifyRaw(message, value, certificate.publicKey.point)
    : checkSignature(scheme, message, value, certificate.publicKey) === 'valid'
  const good = over(covered) || (filter === 'GM.SM2' && over(digest('sm3', covered)))
  add('签名值', good ? 'pass' : 'fail', good ? '签名值有效' : '签名值无效，或文件被修改')
  const own: DigestAlgorithm = filter === 'GM.SM2' ? 'sm3' : 'sha1'
  return { ...NONE, certificate, pool: [certificate], weaknesses: weaknessesOf(own, scheme, certificate) }
}

/** RSA: an OCTET STRING around the value. SM2: SEQUENCE of two numbers, or 64 bytes. */
const bareValue = (filter: 'GM.SM2' | 'adbe.x509.rsa_sha1', contents: Uint8Array, add: AddStep): Uint8Array | undefined => {
  const root = readDerPrefix(contents, BER_LIMITS)
  if (filter === 'adbe.x509.rsa_sha1') {
    const octets = root.ok ? joinOctets(root.value) : root
    if (root.ok && octets.ok) {
      unpadded(contents, root.value.raw.length, add)
      return octets.value
    }
    add('签名格式', 'fail', '签名数据不是 PKCS#1 签名值')
    return undefined
  }
  const isDer = root.ok && readDer(root.value.raw).ok && readSequence(root.value).ok
  return unpadded(contents, isDer && root.ok ? root.value.raw.length : 64, add)
}
