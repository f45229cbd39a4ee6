/** Opening a DOCX: what the bytes are, its parts and relations, and what is refused. ECMA-376 Part 2 */
import { childElement, childElements, equalBytes, formatErr, ok, readXml, readZip, type FormatError, type Result, type XmlNode } from '#core/formats'
import type { Repairs } from './repairs.ts'

/** A relation of a part: its target inside the package, or an address outside it. */
export type Relation = { readonly type: string; readonly target: string; readonly isExternal: boolean }

export type DocxPackage = {
  readonly parts: ReadonlyMap<string, Uint8Array>
  /** path of the main part, e.g. word/document.xml */
  readonly main: string
  /** relations of a part by id; empty when it has none */
  relationsOf(part: string): ReadonlyMap<string, Relation>
}

/** Wide of any real document, far below what fills the memory. Bytes after unpacking. */
const zipLimits = { maxEntries: 5000, maxEntryBytes: 64 * 1024 * 1024, maxTotalBytes: 256 * 1024 * 1024, maxRatio: 500 }
const maxFileBytes = 128 * 1024 * 1024
/** A page of text has some hundred elements; nested tables some ten levels. */
const partLimits = { bytes: 32 * 1024 * 1024, depth: 120, elements: 1_000_000 }

/** The attribute of a local name, whatever its prefix (transitional and strict documents differ only in namespaces). */
export function attributeOf(node: XmlNode | undefined, name: string): string | undefined {
  if (node === undefined) return undefined
  const direct = node.attributes[`w:${name}`] ?? node.attributes[name]
  if (direct !== undefined) return direct
  const key = Object.keys(node.attributes).find((one) => one.endsWith(`:${name}`))
  return key === undefined ? undefined : node.attributes[key]
}

/** The element at the end of a path of local names. */
export function at(node: XmlNode | undefined, ...path: readonly string[]): XmlNode | undefined {
  return path.reduce<XmlNode | undefined>((parent, name) => (parent === undefined ? undefined : childElement(parent, name)), node)
}

/** The text of w:val in the element at the end of a path. */
export function valueAt(node: XmlNode | undefined, ...path: readonly string[]): string | undefined {
  return attributeOf(at(node, ...path), 'val')
}

/**
 * Errors docx.*: empty, encrypted, legacy-doc, not-docx, too-large, bomb, unsafe-path, damaged, no-document, and xml.* of a
 * part turned into docx.doctype, docx.too-deep, docx.damaged.
 */
export function openDocx(bytes: Uint8Array, repairs: Repairs): Result<DocxPackage, FormatError> {
  const other = otherKind(bytes)
  if (other !== null) return other
  const entries = readZip(bytes, zipLimits)
  if (!entries.ok) return zipError(entries.error)
  const parts = new Map(entries.value.map((entry) => [entry.path, entry.bytes]))
  const byLowerCase = new Map([...parts.keys()].map((path) => [path.toLowerCase(), path]))
  const find = (path: string): string | undefined => (parts.has(path) ? path : byLowerCase.get(path.toLowerCase()))
  const relations = new Map<string, ReadonlyMap<string, Relation>>()
  const relationsOf = (part: string): ReadonlyMap<string, Relation> => {
    let known = relations.get(part)
    if (known === undefined) {
      known = readRelations(parts, part, find)
      relations.set(part, known)
    }
    return known
  }
  const root = [...relationsOf('').values()].find((relation) => relation.type === 'officeDocument' && !relation.isExternal)
  const main = find(root?.target ?? 'word/document.xml') ?? find('word/document.xml')
  if (main === undefined) return missingDocument(parts)
  reportMacros(parts, main, repairs)
  return ok({ parts, main, relationsOf })
}

function missingDocument(parts: ReadonlyMap<string, Uint8Array>): Result<never, FormatError> {
  const has = (prefix: string): boolean => [...parts.keys()].some((path) => path.startsWith(prefix))
  if (has('xl/')) return formatErr('docx.not-docx', '这是 Excel 工作簿，不是 Word 文档；请另存为 .docx')
  if (has('ppt/')) return formatErr('docx.not-docx', '这是演示文稿，不是 Word 文档；请另存为 .docx')
  if (parts.has('content.xml')) return formatErr('docx.not-docx', '这是 ODF 文档（.odt），不是 .docx；请在办公软件里另存为 .docx')
  if (parts.has('OFD.xml')) return formatErr('docx.not-docx', '这是 OFD 版式文件，不是 .docx')
  return formatErr('docx.no-document', '压缩包里没有 Word 文档的正文（word/document.xml），文件可能不完整')
}

function zipError(error: FormatError): Result<never, FormatError> {
  const code = ({ 'zip.bomb': 'docx.bomb', 'zip.too-many': 'docx.bomb', 'zip.overlap': 'docx.bomb', 'zip.path': 'docx.unsafe-path', 'zip.link': 'docx.unsafe-path', 'zip.encrypted': 'docx.encrypted', 'zip.no-directory': 'docx.not-docx' } as Readonly<Record<string, string>>)[error.code] ?? 'docx.damaged'
  const prefix = code === 'docx.not-docx' ? '不是 .docx 文件' : '文档打不开'
  return formatErr(code, `${prefix}：${error.message}`, error.offset)
}

/** What is plainly something else, with what to do about it. */
function otherKind(bytes: Uint8Array): Result<never, FormatError> | null {
  if (bytes.length === 0) return formatErr('docx.empty', '文件是空的')
  if (bytes.length > maxFileBytes) return formatErr('docx.too-large', `文件超过 ${maxFileBytes / 1024 / 1024} MB 的上限`)
  if (equalBytes(bytes.subarray(0, 8), Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1))) return compoundKind(bytes)
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 200)).trimStart().toLowerCase()
  if (start.startsWith('{\\rtf')) return formatErr('docx.not-docx', '这是 RTF 文件，只是扩展名为 .docx；请在 Word 或 WPS 里打开后另存为 .docx')
  if (start.startsWith('%pdf')) return formatErr('docx.not-docx', '这是 PDF 文件，不是 .docx')
  if (/^(?:\u00ef\u00bb\u00bf)?<(?:!doctype html|html)/u.test(start)) return formatErr('docx.not-docx', '这是网页文件，只是扩展名为 .docx；请在 Word 或 WPS 里打开后另存为 .docx')
  return null
}

/** An OLE compound file (MS-CFB): its directory entries stand on multiples of 128 bytes and begin with their name. */
function compoundKind(bytes: Uint8Array): Result<never, FormatError> {
  const names = ['EncryptedPackage', 'WordDocument', 'Workbook', 'PowerPoint Document'].map((name) => ({ name, utf16: Uint8Array.from([...name, '\0'].flatMap((char) => [char.charCodeAt(0), 0])) }))
  const found = new Set<string>()
  for (let start = 512; start + 128 <= bytes.length; start += 128) {
    for (const { name, utf16 } of names) if (bytes[start] === utf16[0] && equalBytes(bytes.subarray(start, start + utf16.length), utf16)) found.add(name)
  }
  if (found.has('EncryptedPackage')) return formatErr('docx.encrypted', '文档设有打开密码（已加密），无法读取；请在 Word 或 WPS 里取消密码后再试')
  if (found.has('WordDocument')) return formatErr('docx.legacy-doc', '这是旧版 Word 文档（.doc），不是 .docx；请在 Word 或 WPS 里另存为 .docx')
  return formatErr('docx.not-docx', '这是其他办公软件的旧版文件，不是 .docx 文档')
}

function reportMacros(parts: ReadonlyMap<string, Uint8Array>, main: string, repairs: Repairs): void {
  const types = readXml(parts.get('[Content_Types].xml') ?? new Uint8Array(), partLimits)
  const mainType = types.ok ? childElements(types.value, 'Override').find((one) => one.attributes['PartName']?.toLowerCase() === `/${main.toLowerCase()}`)?.attributes['ContentType'] : undefined
  const hasMacros = [...parts.keys()].some((path) => /vbaproject|vbadata|activex/iu.test(path)) || (mainType ?? '').includes('macroEnabled')
  if (hasMacros) repairs.add('docx.macros-dropped', '文档带有宏或控件，已全部去除，只读取文字')
  if ([...parts.keys()].some((path) => /\/(?:embeddings|oleObject)/iu.test(path))) repairs.add('docx.embedded-dropped', '文档内嵌的其他文件（如 Excel 表格）已去除')
}

/** A part as XML, or null when the package has none. */
export function readPart(docx: DocxPackage, path: string | undefined): Result<XmlNode | null, FormatError> {
  const bytes = path === undefined ? undefined : docx.parts.get(path)
  if (bytes === undefined) return ok(null)
  const xml = readXml(bytes, partLimits)
  if (xml.ok) return xml
  const code = ({ 'xml.doctype': 'docx.doctype', 'xml.too-deep': 'docx.too-deep', 'xml.too-large': 'docx.too-large' } as Readonly<Record<string, string>>)[xml.error.code] ?? 'docx.damaged'
  const message = code === 'docx.too-deep' ? '文档里的表格或文本框嵌套过深，无法读取' : `文档内容损坏：${xml.error.message}`
  return formatErr(code, message)
}

/** The part of a type that a part relates to. */
export function relatedPart(docx: DocxPackage, part: string, type: string): string | undefined {
  return [...docx.relationsOf(part).values()].find((relation) => relation.type === type && !relation.isExternal)?.target
}

function readRelations(parts: ReadonlyMap<string, Uint8Array>, part: string, find: (path: string) => string | undefined): ReadonlyMap<string, Relation> {
  const folder = part.includes('/') ? part.slice(0, part.lastIndexOf('/') + 1) : ''
  const file = find(`${folder}_rels/${part.slice(folder.length)}.rels`)
  const xml = file === undefined ? undefined : readXml(parts.get(file)!, partLimits)
  const relations = new Map<string, Relation>()
  if (xml === undefined || !xml.ok) return relations
  for (const element of childElements(xml.value, 'Relationship')) {
    const { Id, Type = '', Target = '', TargetMode } = element.attributes
    if (Id === undefined) continue
    const isExternal = TargetMode === 'External'
    const target = isExternal ? Target : (find(resolvePath(folder, Target)) ?? resolvePath(folder, Target))
    relations.set(Id, { type: Type.slice(Type.lastIndexOf('/') + 1), target, isExternal })
  }
  return relations
}

/** A target inside the package; what climbs out of it names no part and is simply not found. */
function resolvePath(folder: string, target: string): string {
  const steps = (target.startsWith('/') ? target.slice(1) : folder + target).split('/')
  const path: string[] = []
  for (const step of steps) {
    if (step === '..') path.pop()
    else if (step !== '.' && step !== '') path.push(step)
  }
  return path.join('/')
}
