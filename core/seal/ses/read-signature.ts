/** Reads a seal's signature over a document (读电子签章数据): SignedValue.dat of an OFD, GM.sm2seal in a PDF. */
import { readTimeStamp } from '#core/crypto'
import { readBitString, readOctetString, readSmallInteger, type DerNode, type FormatError, type Result } from '#core/formats'
import { algorithmOf, attempt, explicitOctets, extensions, fault, looseTime, need, octets, parts, rootParts, text, time, unwrapped } from './fields.ts'
import { sealOf } from './read-seal.ts'
import type { SealSignature, SealTime } from './seal.ts'

/**
 * Reads SES_Signature of GM/T 0031-2014 or GB/T 38540-2020, DER, at most 16 MB, with the whole seal in it. Nothing is verified.
 * Errors seal.* and der.*; bytes behind the structure are der.trailing.
 */
export const readSealSignature = (der: Uint8Array): Result<SealSignature, FormatError> => attempt(() => {
  const { node, parts: outer } = rootParts(der)
  if (outer.length === 2) return firstShape(node, outer)
  if (outer.length === 4 || outer.length === 5) return laterShape(node, outer)
  return fault('seal.malformed', '不是电子签章数据：成员数目不对', node)
})

const laterShape = (node: DerNode, [tbs, certificate, algorithm, signature, stamp]: readonly DerNode[]): SealSignature => {
  const [version, eseal, timeInfo, dataHash, propertyInfo, ext] = parts(tbs, '待签章数据', 5, 6)
  const seal = sealOf(unwrapped(eseal)!)
  if (seal.version === 1) fault('seal.version', '签章数据与印章的版本不一致', eseal)
  const told = time(timeInfo)
  return {
    version: seal.version, statedVersion: need(readSmallInteger(version)), raw: node.raw, seal, tbsRaw: tbs!.raw,
    time: told.time, timeZone: told.zone,
    ...(stamp === undefined ? {} : { timeStamp: explicitOctets(stamp) }),
    dataHash: octets(dataHash), propertyInfo: text(propertyInfo, '原文属性'), extensions: extensions(ext),
    signerCertificate: need(readOctetString(certificate)), algorithm: algorithmOf(algorithm), signature: need(readBitString(signature)),
  }
}

const firstShape = (node: DerNode, [tbs, signature]: readonly DerNode[]): SealSignature => {
  const [version, eseal, timeInfo, dataHash, propertyInfo, certificate, algorithm] = parts(tbs, '待签章数据', 7)
  const seal = sealOf(unwrapped(eseal)!)
  if (seal.version !== 1) fault('seal.version', '签章数据与印章的版本不一致', eseal)
  const when = looseTime(timeInfo)
  const told = 'time' in when ? when.time : tokenTime(when.token)
  return {
    version: 1, statedVersion: need(readSmallInteger(version)), raw: node.raw, seal, tbsRaw: tbs!.raw,
    time: told.time, timeZone: told.zone,
    ...('token' in when ? { timeStamp: when.token } : {}),
    dataHash: octets(dataHash), propertyInfo: text(propertyInfo, '原文属性'), extensions: [],
    signerCertificate: need(readOctetString(certificate)), algorithm: algorithmOf(algorithm), signature: need(readBitString(signature)),
  }
}

const tokenTime = (token: Uint8Array): SealTime => ({ time: need(readTimeStamp(token)).time, zone: 'told' })
