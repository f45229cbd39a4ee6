/** Signature.xml (签名描述文件) and the list of them, as far as judging needs it. GB/T 33190 §18.2 */
import { childElement, childElements, err, innerText, ok, type FormatError, type Result, type XmlNode } from '#core/formats'
import { findOfdFile, ofdFolder, readOfdPart, type OfdFiles } from '#core/output'
import { unescaped } from './reach.ts'

/** One protected file: as it is named, where it lies (null: not in the package), and the digest that it should have. */
export type FileReference = { readonly named: string; readonly path: string | null; readonly checkValue: string }

export type SignatureFile = {
  readonly path: string
  /** as written; null when the attribute is absent (the schema's default is then MD5) */
  readonly checkMethod: string | null
  readonly references: readonly FileReference[]
  /** paths of the references that are in the package, changed or not */
  readonly protects: ReadonlySet<string>
  /** path of the signed value, null when there is none */
  readonly signedValue: string | null
  /** the seal beside the signature: null when none is named, 'missing' when the named one is not there */
  readonly sealFile: string | null
  /** as written */
  readonly signedAt: string
  /** ids of the pages that the seal is to show on, as written */
  readonly stampPages: readonly string[]
  /** what the file says twice or not at all; readers would disagree about it */
  readonly problems: readonly string[]
}

/** One line of Signatures.xml. */
export type ListedSignature = {
  readonly id: string
  /** Seal 签章 or Sign 数字签名, as written */
  readonly type: string
  readonly file: Result<SignatureFile, FormatError>
}

export type SignatureList = {
  /** path of Signatures.xml */
  readonly path: string
  readonly root: XmlNode
  readonly signatures: readonly ListedSignature[]
}

const MAX_SIGNATURES = 500

/** All lists that the documents of a package name, each once; an error stands for a list that is named and cannot be read. */
export const readSignatureLists = (files: OfdFiles, entry: XmlNode): readonly Result<SignatureList, FormatError>[] => {
  const named = childElements(entry, 'DocBody').flatMap((body) => childElements(body, 'Signatures')).map((element) => innerText(element).trim())
  const locations = new Map(named.filter((location) => location !== '').map((location) => [findOfdFile(files, '', location) ?? location, location]))
  return [...locations.values()].map((location) => {
    const part = readOfdPart(files, '', location)
    if (!part.ok) return part
    const entries = childElements(part.value.root, 'Signature')
    if (entries.length > MAX_SIGNATURES) return err({ code: 'ofd.too-many-signatures', message: `签名超过 ${MAX_SIGNATURES} 个` })
    const signatures = entries.map((listed) => ({
      id: listed.attributes['ID'] ?? '', type: (listed.attributes['Type'] ?? 'Seal').trim(),
      file: readSignatureFile(files, part.value.folder, listed.attributes['BaseLoc'] ?? ''),
    }))
    return ok({ path: part.value.path, root: part.value.root, signatures })
  })
}

const readSignatureFile = (files: OfdFiles, folder: string, location: string): Result<SignatureFile, FormatError> => {
  const part = readOfdPart(files, folder, location)
  if (!part.ok) return part
  const { root, path } = part.value
  const problems: string[] = []
  /** What a reader takes from one of two is up to the reader: only one is accepted. */
  const single = (parent: XmlNode | undefined, name: string, need: 'required' | 'optional'): XmlNode | undefined => {
    const found = parent === undefined ? [] : childElements(parent, name)
    if (found.length > 1) problems.push(`${name} 出现 ${found.length} 次`)
    if (found.length === 0 && need === 'required') problems.push(`缺少 ${name}`)
    return found[0]
  }
  const own = ofdFolder(path)
  const info = single(root, 'SignedInfo', 'required')
  const list = single(info, 'References', 'required')
  const value = single(root, 'SignedValue', 'required')
  const seal = single(info, 'Seal', 'optional')
  const sealAt = seal === undefined ? undefined : childElement(seal, 'BaseLoc')
  const signedAt = info === undefined ? undefined : childElement(info, 'SignatureDateTime')
  const references = (list === undefined ? [] : childElements(list, 'Reference')).map((reference) => {
    const named = reference.attributes['FileRef'] ?? ''
    const check = single(reference, 'CheckValue', 'optional')
    return { named, path: protectedFile(files, own, named), checkValue: check === undefined ? '' : padded(innerText(check).replaceAll(/\s+/g, '')) }
  })
  return ok({
    path, references, protects: new Set(references.flatMap((reference) => reference.path ?? [])), problems: [...new Set(problems)],
    stampPages: (info === undefined ? [] : childElements(info, 'StampAnnot')).map((stamp) => (stamp.attributes['PageRef'] ?? '').trim()),
    checkMethod: list?.attributes['CheckMethod']?.trim() ?? null,
    signedValue: value === undefined ? null : findOfdFile(files, own, innerText(value)),
    sealFile: sealAt === undefined ? null : findOfdFile(files, own, innerText(sealAt)) ?? 'missing',
    signedAt: signedAt === undefined ? '' : innerText(signedAt).trim(),
  })
}

/** Some makers write names of files as addresses are written. What is meant shows in the digest, so trying costs nothing. */
const protectedFile = (files: OfdFiles, folder: string, named: string): string | null =>
  findOfdFile(files, folder, named) ?? (named.includes('%') ? findOfdFile(files, folder, unescaped(named)) : null)

/** Base64 as some makers cut it: without the signs that fill the last group. */
const padded = (base64: string): string => base64.padEnd(Math.ceil(base64.length / 4) * 4, '=')

/** Times as vendors write them: "20201010151120(Z)", "2021-05-19 20:53:44" (Beijing time), ISO 8601. */
export const isoOf = (text: string): string | undefined => {
  const parts = /^(\d{4})-?(\d\d)-?(\d\d)[T ]?(\d\d):?(\d\d):?(\d\d)(?:\.\d+)?(Z?)$/.exec(text)
  if (parts === null) return undefined
  const [, year, month, day, hour, minute, second, zulu] = parts
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zulu === 'Z' ? 'Z' : '+08:00'}`)
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().replace('.000Z', 'Z')
}
