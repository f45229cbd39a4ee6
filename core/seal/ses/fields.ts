/** Reading single fields of seal structures: strict on shape, tolerant where vendors are known to differ. */
import {
  formatErr, fromUtf8, isContext, isUniversal, ok, readBitString, readBoolean, readDer, readOctetString, readOid, readSequence, readText, TAG,
  type DerNode, type FormatError, type Result,
} from '#core/formats'
import type { SealExtension, SealTime } from './seal.ts'

/** What a reader below met; turned into a value at the folder's door. */
class Fault extends Error {
  readonly error: FormatError
  constructor(error: FormatError) {
    super(error.message)
    this.error = error
  }
}

/** The value, or the end of this reading. */
export const need = <T>(result: Result<T, FormatError>): T => {
  if (!result.ok) throw new Fault(result.error)
  return result.value
}

export const fault = (code: string, message: string, node?: DerNode): never => {
  throw new Fault({ code, message, ...(node === undefined ? {} : { offset: node.offset }) })
}

export const attempt = <T>(read: () => T): Result<T, FormatError> => {
  try {
    return ok(read())
  } catch (error) {
    if (error instanceof Fault) return { ok: false, error: error.error }
    throw error
  }
}

/** Seals are small; one with a picture of many megabytes is refused before it is taken apart. */
const MAX_BYTES = 16 * 1024 * 1024
const LIMITS = { maxBytes: MAX_BYTES, maxDepth: 16, maxChildren: 10_000 } as const

/** A structure, or the one inside an OCTET STRING, where some makers put a seal. */
export const unwrapped = (node: DerNode | undefined): DerNode | undefined =>
  isUniversal(node, TAG.octetString) ? need(readDer(need(readOctetString(node)), LIMITS)) : node

/** Parts of the outermost SEQUENCE, which fills the input. */
export const rootParts = (der: Uint8Array): { readonly node: DerNode; readonly parts: readonly DerNode[] } => {
  if (der.length > MAX_BYTES) fault('seal.too-large', `印章数据超过 ${MAX_BYTES / 1024 / 1024} MB`)
  const node = need(readDer(der, LIMITS))
  return { node, parts: need(readSequence(node)) }
}

/** A SEQUENCE of `min` to `max` parts. */
export const parts = (node: DerNode | undefined, what: string, min: number, max = min): readonly DerNode[] => {
  const list = need(readSequence(node))
  if (list.length < min || list.length > max) fault('seal.malformed', `${what}的成员数目不对`, node)
  return list
}

const MAX_TEXT = 4096

/** A string; some makers put the code of their system (GBK) into strings of any kind but that of two bytes a character. */
export const text = (node: DerNode | undefined, what: string): string => {
  const value = isUniversal(node, TAG.bmpString) ? need(readText(node)) : (gbkOf(node) ?? need(readText(node)))
  if (value.length > MAX_TEXT) fault('seal.malformed', `${what}过长`, node)
  return value
}

/** Undefined where it is UTF-8, and ASCII is; or no GBK either. */
const gbkOf = (node: DerNode | undefined): string | undefined => {
  if (node?.class !== 'universal' || node.constructed || node.content.length > 4 * MAX_TEXT || fromUtf8(node.content).ok) return undefined
  try {
    return readText(node).ok || node.tag === TAG.utf8String ? new TextDecoder('gbk', { fatal: true }).decode(node.content) : undefined
  } catch {
    return undefined
  }
}

/** Octets of a BIT STRING, or of an OCTET STRING where vendors take the one for the other. */
export const octets = (node: DerNode | undefined): Uint8Array => (isUniversal(node, TAG.octetString) ? need(readOctetString(node)) : need(readBitString(node)))

/** An OBJECT IDENTIFIER, also where a whole AlgorithmIdentifier was written. */
export const algorithmOf = (node: DerNode | undefined): string => need(readOid(isUniversal(node, TAG.sequence) ? parts(node, '算法标识', 1, 2)[0] : node))

/** `[0] EXPLICIT` around a token. */
export const explicitOctets = (node: DerNode): Uint8Array => {
  const inner = need(node.children())
  if (!isContext(node, 0) || inner.length !== 1) fault('seal.malformed', '时间戳的格式不对', node)
  return octets(inner[0])
}

const TIME = /^(\d\d|\d{4})-?(\d\d)-?(\d\d)[T ]?(\d\d):?(\d\d):?(\d\d)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/
const BEIJING = '+08:00'

/**
 * A time as text of any form met in seals: "200422021807Z", "20200422021807Z", "2020-01-25T07:31:56.377Z", "2020-01-25 07:31:56".
 * Undefined when it is none of them or no such time exists.
 */
export const timeOfText = (written: string): SealTime | undefined => {
  const match = TIME.exec(written.trim())
  if (match === null) return undefined
  const [, y = '', month, day, hour, minute, second, fraction = '', zone] = match
  const year = y.length === 4 ? y : `${Number(y) >= 50 ? '19' : '20'}${y}`
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  // Date.parse rolls 30 February over on some engines: the text must come back as it went in.
  const plain = Date.parse(`${local}Z`)
  if (Number.isNaN(plain) || new Date(plain).toISOString().slice(0, 19) !== local) return undefined
  const offset = zone === undefined ? BEIJING : zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`
  const millis = Date.parse(`${local}${offset}`)
  if (Number.isNaN(millis)) return undefined
  return { time: `${new Date(millis).toISOString().slice(0, 19)}${fraction.replace(/\.?0+$/, '')}Z`, zone: zone === undefined ? 'assumed' : 'told' }
}

/** A UTCTime or GeneralizedTime; also one with an offset or without a zone, which some makers write. */
export const time = (node: DerNode | undefined): SealTime => {
  if (!isUniversal(node, TAG.utcTime) && !isUniversal(node, TAG.generalizedTime)) return fault('seal.time', '此处应为时间', node)
  const read = timeOfText(String.fromCharCode(...node.content.subarray(0, 40)))
  return read ?? fault('seal.time', '时间格式不合规范', node)
}

/**
 * extDatas: SEQUENCE OF at the end, untagged; also met behind `[0]` and inside an OCTET STRING. `critical` may be written out
 * although it is the default FALSE. What some makers put into the untagged list in a form of their own says nothing that
 * could be critical: it is left out.
 */
export const extensions = (node: DerNode | undefined): readonly SealExtension[] => {
  if (node === undefined) return []
  if (isContext(node, 0)) {
    const inner = need(node.children())
    // EXPLICIT holds one SEQUENCE of extensions; IMPLICIT would hold the extensions themselves.
    const [first] = inner
    const explicit = inner.length === 1 && first !== undefined && isUniversal(first, TAG.sequence) && first.content[0] === 0x30
    return (explicit ? need(readSequence(first)) : inner).map(extension)
  }
  return need(readSequence(unwrapped(node))).flatMap((entry) => {
    const named = readSequence(entry)
    return named.ok && isUniversal(named.value[0], TAG.oid) ? [extension(entry)] : []
  })
}

const extension = (node: DerNode): SealExtension => {
  const fields = parts(node, '扩展数据', 2, 3)
  return {
    oid: need(readOid(fields[0])),
    critical: fields.length === 3 ? need(readBoolean(fields[1])) : false,
    value: need(readOctetString(fields.at(-1))),
  }
}

/** Time of version 1: the bits hold an encoded time, its text, or a time-stamp token (returned as `token`). */
export const looseTime = (node: DerNode | undefined): { readonly time: SealTime } | { readonly token: Uint8Array } => {
  if (isUniversal(node, TAG.utcTime) || isUniversal(node, TAG.generalizedTime)) return { time: time(node) }
  const bytes = octets(node)
  const inner = readDer(bytes)
  if (inner.ok && isUniversal(inner.value, TAG.sequence)) return { token: bytes }
  if (inner.ok && (isUniversal(inner.value, TAG.utcTime) || isUniversal(inner.value, TAG.generalizedTime))) return { time: time(inner.value) }
  const written = bytes.length <= 40 ? fromUtf8(bytes) : formatErr('seal.time', '')
  const read = written.ok ? timeOfText(written.value) : undefined
  return read === undefined ? fault('seal.time', '签章时间格式不合规范', node) : { time: read }
}
