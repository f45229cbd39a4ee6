/** Makes seals and their signatures over documents (制章、签章), GB/T 38540-2020 version 4. */
import { readCertificate, readTimeStamp, verifyTimeStamp, type Signer } from '#core/crypto'
import {
  bitString, boolean, contextExplicit, equalBytes, formatErr, generalizedTime, ia5String, integer, octetString, oid, ok, printableString, sequence, utf8String,
  type FormatError, type Result,
} from '#core/formats'
import { judgeMaker, judgeValue, judgeValidity } from './judge-seal.ts'
import { maySign } from './judge-signature.ts'
import { readSeal } from './read-seal.ts'
import { readSealSignature } from './read-signature.ts'
import type { Seal, SealExtension, SealPicture, SealSigners } from './seal.ts'

const SM2_SM3 = '1.2.156.10197.1.501'
const VERSION = 4

/** What a seal is to say. Times ISO 8601 UTC to the second; the picture's sides whole mm. */
export type SealContent = {
  /** 1–64 ASCII characters, unique: 14 digits or a UUID without dashes. */
  readonly id: string
  /** Identifier of the maker's system, ASCII. */
  readonly vendor: string
  readonly type: number
  readonly name: string
  readonly certs: SealSigners
  readonly createdAt: string
  readonly validFrom: string
  readonly validTo: string
  readonly picture: SealPicture
  readonly extensions?: readonly SealExtension[]
}

/**
 * A seal signed by its maker, DER. It was read and verified again before it is returned.
 * Errors seal.content (with what is wrong), seal.algorithm (the maker's key is not SM2), seal.self-check.
 */
export const buildSeal = async (content: SealContent, maker: Signer): Promise<Result<Uint8Array, FormatError>> => {
  const problem = problemOf(content) ?? keyProblem(maker)
  if (problem !== undefined) return problem
  let info: Uint8Array
  try {
    info = infoOf(content)
  } catch (error) {
    if (error instanceof RangeError) return formatErr('seal.content', `印章内容不能编码：${error.message}`)
    throw error
  }
  const signature = await maker.sign(info)
  const der = sequence(info, octetString(maker.certificate), oid(SM2_SM3), bitString(signature))
  const seal = readSeal(der)
  if (!seal.ok) return formatErr('seal.self-check', `制章后的自检没有通过：${seal.error.message}`)
  const failure = failureOf((add) => judgeMaker(seal.value, add))
  return failure === undefined ? ok(der) : formatErr('seal.self-check', `制章后的自检没有通过：${failure}`)
}

/** The first failed step of a judgement, if any. */
const failureOf = (judge: (add: (name: string, result: string, detail: string) => void) => unknown): string | undefined => {
  let failure: string | undefined
  judge((name, result, detail) => {
    if (failure === undefined && (result === 'fail' || result === 'unknown')) failure = `${name}：${detail}`
  })
  return failure
}

const infoOf = (content: SealContent): Uint8Array => {
  const { picture, extensions } = content
  const header = sequence(ia5String('ES'), integer(VERSION), ia5String(content.vendor))
  const property = sequence(
    integer(content.type), utf8String(content.name), integer(content.certs.kind === 'certificates' ? 1 : 2), signerList(content.certs),
    generalizedTime(content.createdAt), generalizedTime(content.validFrom), generalizedTime(content.validTo),
  )
  const image = sequence(ia5String(picture.type), octetString(picture.data), integer(picture.width), integer(picture.height))
  return sequence(header, ia5String(content.id), property, image, ...(extensions === undefined ? [] : [sequence(...extensions.map(extension))]))
}

const signerList = (certs: SealSigners): Uint8Array => certs.kind === 'certificates'
  ? sequence(...certs.list.map(octetString))
  : sequence(...certs.list.map(({ type, value }) => sequence(printableString(type), octetString(value))))

const extension = ({ oid: name, critical, value }: SealExtension): Uint8Array =>
  sequence(oid(name), ...(critical ? [boolean(critical)] : []), octetString(value))

type Problem = { readonly ok: false; readonly error: FormatError }
const MAX_PICTURE = 4 * 1024 * 1024

const problemOf = (content: SealContent): Problem | undefined => {
  const bad = (message: string): Problem => formatErr('seal.content', message)
  const { picture, certs } = content
  if (!/^[\x21-\x7e]{1,64}$/.test(content.id)) return bad('印章标识应为 1 至 64 个 ASCII 字符')
  if (!/^[\x20-\x7e]{1,64}$/.test(content.vendor)) return bad('厂商标识应为 1 至 64 个 ASCII 字符')
  if (content.name.trim() === '' || [...content.name].length > 100) return bad('印章名称应为 1 至 100 字')
  if (!Number.isInteger(content.type) || content.type < 0) return bad('印章类型应为非负整数')
  if (certs.list.length === 0 || certs.list.length > 1000) return bad('至少要有一名签章者')
  if (certs.kind === 'certificates' && certs.list.some((der) => !readCertificate(der).ok)) return bad('签章者证书无法读取')
  if (!(Date.parse(content.validFrom) < Date.parse(content.validTo))) return bad('印章有效期的起止不对')
  for (const side of [picture.width, picture.height]) if (!Number.isInteger(side) || side < 1 || side > 200) return bad('印章图像的边长应为 1 至 200 毫米的整数')
  if (picture.data.length === 0 || picture.data.length > MAX_PICTURE) return bad(`印章图像应在 ${MAX_PICTURE / 1024 / 1024} MB 以内`)
  return undefined
}

const keyProblem = (signer: Omit<Signer, 'sign'>): Problem | undefined => {
  const certificate = readCertificate(signer.certificate)
  if (!certificate.ok) return formatErr('seal.certificate', `证书无法读取：${certificate.error.message}`)
  const isSm2 = signer.algorithm === 'sm2-sm3' && certificate.value.publicKey.algorithm === 'sm2'
  return isSm2 ? undefined : formatErr('seal.algorithm', '电子印章只用 SM2 密钥')
}

export type SealSignatureRequest = {
  /** The seal, DER, as it was issued: it goes in byte for byte. */
  readonly seal: Uint8Array
  /** ISO 8601 UTC. */
  readonly signedAt: string
  /** SM3 of the original, 32 bytes. */
  readonly dataHash: Uint8Array
  /** Path of the original, ASCII: in an OFD that of Signature.xml. */
  readonly propertyInfo: string
  /** Fetches an RFC 3161 token over the signature value's octets (port). */
  readonly timeStamp?: (signatureValue: Uint8Array) => Promise<Result<Uint8Array, FormatError>>
}

/**
 * What the key of a seal signs over a document (TBS_Sign), DER. Errors seal.* of readSeal, seal.version, seal.not-valid, seal.signer,
 * seal.algorithm, seal.content.
 */
export const sealSignatureOctets = (request: Omit<SealSignatureRequest, 'timeStamp'>, signer: Omit<Signer, 'sign'>): Result<Uint8Array, FormatError> => {
  const read = readSeal(request.seal)
  if (!read.ok) return read
  const problem = keyProblem(signer) ?? problemOfUse(read.value, request, signer)
  if (problem !== undefined) return problem
  try {
    return ok(sequence(integer(VERSION), request.seal, generalizedTime(request.signedAt), bitString(request.dataHash), ia5String(request.propertyInfo)))
  } catch (error) {
    if (error instanceof RangeError) return formatErr('seal.content', `签章内容不能编码：${error.message}`)
    throw error
  }
}

/**
 * Signature data of a sealed document, DER. The seal is verified before it is used, the signature before it is returned.
 * Errors seal.* of readSeal; seal.version (not version 4), seal.not-valid (the seal's own signature or its time), seal.signer
 * (the signer is not on the seal's list, or its certificate was not in force), seal.algorithm, seal.content, seal.time-stamp,
 * seal.self-check, and those of the port.
 */
export const buildSealSignature = async (request: SealSignatureRequest, signer: Signer): Promise<Result<Uint8Array, FormatError>> => {
  const octets = sealSignatureOctets(request, signer)
  if (!octets.ok) return octets
  const tbs = octets.value
  const value = await signer.sign(tbs)
  const token = request.timeStamp === undefined ? undefined : await request.timeStamp(value)
  if (token !== undefined && !token.ok) return token
  const stampFailure = token === undefined ? undefined : stampProblem(token.value, value)
  if (stampFailure !== undefined) return stampFailure
  const stamp = token === undefined ? [] : [contextExplicit(0, bitString(token.value))]
  const der = sequence(tbs, octetString(signer.certificate), oid(SM2_SM3), bitString(value), ...stamp)
  const failure = selfCheck(der, request.dataHash)
  return failure === undefined ? ok(der) : formatErr('seal.self-check', `签章后的自检没有通过：${failure}`)
}

/** Whether this seal may be used by this signer at this time. */
const problemOfUse = (seal: Seal, request: SealSignatureRequest, signer: Omit<Signer, 'sign'>): Problem | undefined => {
  if (seal.version !== VERSION) return formatErr('seal.version', '只能用 GB/T 38540-2020（第 4 版）的印章签章')
  if (request.dataHash.length !== 32) return formatErr('seal.content', '原文摘要应为 32 字节的 SM3 值')
  if (Number.isNaN(Date.parse(request.signedAt))) return formatErr('seal.content', '签章时间不合法')
  const failure = failureOf((add) => {
    judgeMaker(seal, add)
    judgeValidity(seal, request.signedAt, add)
  })
  if (failure !== undefined) return formatErr('seal.not-valid', `印章不能使用：${failure}`)
  if (!maySign(seal, signer.certificate)) return formatErr('seal.signer', '签章人证书不在这枚印章的签章者列表中')
  const certificate = readCertificate(signer.certificate)
  const at = Date.parse(request.signedAt)
  const inForce = certificate.ok && at >= Date.parse(certificate.value.notBefore) && at <= Date.parse(certificate.value.notAfter)
  return inForce ? undefined : formatErr('seal.signer', '签章人证书在签章时不在有效期内')
}

/** An authority that stamped something else must not end up in a file that then looks sealed. */
const stampProblem = (token: Uint8Array, value: Uint8Array): Problem | undefined => {
  const stamp = readTimeStamp(token)
  if (!stamp.ok) return stamp
  const { verdict, steps } = verifyTimeStamp(stamp.value, { bytes: value })
  return verdict === 'intact' ? undefined : formatErr('seal.time-stamp', `时间戳不可用：${steps.find((step) => step.result !== 'pass')?.detail ?? ''}`)
}

const selfCheck = (der: Uint8Array, dataHash: Uint8Array): string | undefined => {
  const read = readSealSignature(der)
  if (!read.ok) return read.error.message
  const certificate = readCertificate(read.value.signerCertificate)
  if (!certificate.ok) return certificate.error.message
  if (!equalBytes(read.value.dataHash, dataHash)) return '原文摘要不一致'
  return failureOf((add) => judgeValue('签名值', read.value, read.value.tbsRaw, certificate.value, add))
}
