/** Reads an electronic seal (读电子印章): shape first, version number second. */
import { isUniversal, readOctetString, readOid, readSequence, readSmallInteger, readBitString, sequence, TAG, type DerNode, type FormatError, type Result } from '#core/formats'
import { algorithmOf, attempt, explicitOctets, extensions, fault, need, parts, rootParts, text, time } from './fields.ts'
import type { Seal, SealPicture, SealSigners } from './seal.ts'

/**
 * Reads a seal of GM/T 0031-2014, GB/T 38540-2020 or GM/T 0031-2025, DER, at most 16 MB. Nothing is verified.
 * Errors seal.* (malformed, time, version, too-large) and der.*; bytes behind the structure are der.trailing.
 */
export const readSeal = (der: Uint8Array): Result<Seal, FormatError> => attempt(() => {
  const { node, parts: outer } = rootParts(der)
  return sealOf(node, outer)
})

/** A seal inside a larger structure. */
export const sealOf = (node: DerNode, outer: readonly DerNode[] = need(readSequence(node))): Seal => {
  const [info, ...rest] = outer
  if (info === undefined || outer.length > 5) return fault('seal.malformed', '不是电子印章：成员数目不对', node)
  const isFirst = outer.length === 2
  if (!isFirst && outer.length < 4) fault('seal.malformed', '不是电子印章：成员数目不对', node)
  const head = infoOf(info)
  const [certificate, algorithm, signature, stamp] = isFirst ? parts(rest[0], '印章签名', 3) : rest
  const makerCertificate = need(readOctetString(certificate))
  return {
    ...head,
    version: isFirst ? 1 : outer.length === 5 || head.statedVersion === 5 ? 5 : 4,
    raw: node.raw,
    infoRaw: info.raw,
    signedBytes: isFirst ? sequence(info.raw, certificate!.raw, algorithm!.raw) : info.raw,
    makerCertificate,
    algorithm: algorithmOf(algorithm),
    signature: need(readBitString(signature)),
    ...(stamp === undefined ? {} : { timeStamp: explicitOctets(stamp) }),
  }
}

type Info = Pick<Seal, 'statedVersion' | 'id' | 'vendor' | 'type' | 'name' | 'createdAt' | 'validFrom' | 'validTo' | 'certs' | 'picture' | 'extensions'>

const infoOf = (node: DerNode): Info => {
  const [header, id, property, picture, extDatas] = parts(node, '印章信息', 4, 5)
  const [mark, version, vendor] = parts(header, '头信息', 3)
  if (text(mark, '头标识') !== 'ES') fault('seal.malformed', '头标识不是“ES”', mark)
  const statedVersion = need(readSmallInteger(version))
  if (statedVersion < 0 || statedVersion > 1000) fault('seal.version', '印章版本号不合理', version)
  return {
    statedVersion,
    vendor: text(vendor, '厂商标识'),
    id: text(id, '印章标识'),
    ...propertyOf(property),
    picture: pictureOf(picture),
    extensions: extensions(extDatas),
  }
}

type Property = Pick<Seal, 'type' | 'name' | 'createdAt' | 'validFrom' | 'validTo' | 'certs'>

const propertyOf = (node: DerNode | undefined): Property => {
  // Version 1 has no type of the list; drafts between the versions have.
  const fields = parts(node, '印章属性', 6, 7)
  const [type, name] = fields
  const dates = fields.slice(-3)
  const list = fields.at(-4)
  const listType = fields.length === 6 ? 1 : need(readSmallInteger(fields[2]))
  return {
    type: need(readSmallInteger(type)),
    name: text(name, '印章名称'),
    certs: signersOf(list, listType),
    createdAt: time(dates[0]).time,
    validFrom: time(dates[1]).time,
    validTo: time(dates[2]).time,
  }
}

const signersOf = (node: DerNode | undefined, listType: number): SealSigners => {
  const list = need(readSequence(node))
  if (list.length > 1000) fault('seal.malformed', '签章者过多', node)
  switch (listType) {
    case 1:
      return { kind: 'certificates', list: list.map((entry) => need(readOctetString(entry))) }
    case 2:
      return {
        kind: 'digests',
        list: list.map((entry) => {
          const [type, value] = parts(entry, '证书杂凑', 2)
          const named = isUniversal(type, TAG.oid) ? need(readOid(type)) : text(type, '杂凑算法')
          return { type: named, value: need(readOctetString(value)) }
        }),
      }
    default:
      return fault('seal.malformed', `不认识的签章者列表类型 ${listType}`, node)
  }
}

/** Some makers write other units than mm, or nothing: told where the seal is judged, refused where it is to be used. */
const MAX_SIDE = 1_000_000

const pictureOf = (node: DerNode | undefined): SealPicture => {
  const [type, data, width, height] = parts(node, '印章图像', 4)
  const size = (side: DerNode | undefined): number => {
    const millimetres = need(readSmallInteger(side))
    return millimetres >= 0 && millimetres <= MAX_SIDE ? millimetres : fault('seal.picture', '印章图像的尺寸不合理', side)
  }
  return { type: text(type, '图像类型'), data: need(readOctetString(data)), width: size(width), height: size(height) }
}

/** Whether these bytes begin like a seal's signature over a document and not like a seal: toSign starts with a number. */
export const isSignatureShape = (outer: readonly DerNode[]): boolean => {
  const inner = readSequence(outer[0])
  return inner.ok && isUniversal(inner.value[0], TAG.integer)
}
