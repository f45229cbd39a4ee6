/** Small DOCX packages built by hand, as Word, WPS and attackers write them. */
import { utf8, writeZip, type ZipInput } from '#core/formats'
import { readDocx, type DocxReading } from '../index.ts'

const transitional = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
export const strict = 'http://purl.oclc.org/ooxml/wordprocessingml/main'
const strictRelations = 'http://purl.oclc.org/ooxml/officeDocument/relationships'
const relationTypes = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

export type PackageParts = {
  /** markup inside w:body */
  readonly body?: string
  readonly styles?: string
  readonly numbering?: string
  readonly footnotes?: string
  /** further parts by path */
  readonly parts?: Readonly<Record<string, string | Uint8Array>>
  /** further relations of the document: id → type and target, `!` before an external target */
  readonly relations?: Readonly<Record<string, readonly [type: string, target: string]>>
  readonly namespace?: string
  readonly mainType?: string
  readonly prefix?: string
}

export function packageOf(given: PackageParts): Uint8Array {
  const { namespace = transitional, prefix = 'w', mainType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml' } = given
  const types = namespace === strict ? strictRelations : relationTypes
  const root = (name: string, content: string): string =>
    `<?xml version="1.0" encoding="UTF-8"?><${prefix}:${name} xmlns:${prefix}="${namespace}" xmlns:r="${relationTypes}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">${content}</${prefix}:${name}>`
  const own: [string, string, string | undefined][] = [['styles', 'styles', given.styles], ['numbering', 'numbering', given.numbering], ['footnotes', 'footnotes', given.footnotes]]
  const relations = [
    ...own.filter(([, , content]) => content !== undefined).map(([name], i) => `<Relationship Id="own${i}" Type="${types}/${name}" Target="${name}.xml"/>`),
    ...Object.entries(given.relations ?? {}).map(([id, [type, target]]) => `<Relationship Id="${id}" Type="${types}/${type}" Target="${target.replace(/^!/u, '').replaceAll('&', '&amp;')}"${target.startsWith('!') ? ' TargetMode="External"' : ''}/>`),
  ]
  const entries: [string, string | Uint8Array][] = [
    ['[Content_Types].xml', `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="${mainType}"/></Types>`],
    ['_rels/.rels', `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${types}/officeDocument" Target="word/document.xml"/></Relationships>`],
    ...(given.body === undefined ? [] : ([['word/document.xml', root('document', `<${prefix}:body>${given.body}</${prefix}:body>`)]] as [string, string][])),
    ['word/_rels/document.xml.rels', `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${relations.join('')}</Relationships>`],
    ...own.flatMap(([name, element, content]): [string, string][] => (content === undefined ? [] : [[`word/${name}.xml`, root(element, content)]])),
    ...Object.entries(given.parts ?? {}),
  ]
  return writeZip(entries.map(([path, content]): ZipInput => ({ path, bytes: typeof content === 'string' ? utf8(content) : content })))
}

/** A paragraph: text with markup escaped by the caller. */
export function para(text: string, properties = '', runProperties = ''): string {
  return `<w:p><w:pPr>${properties}</w:pPr><w:r><w:rPr>${runProperties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`
}

export function read(given: PackageParts): DocxReading {
  const reading = readDocx(packageOf(given))
  if (!reading.ok) throw new Error(`${reading.error.code} ${reading.error.message}`)
  return reading.value
}

export const codesOf = (reading: DocxReading): string[] => reading.repairs.map((repair) => repair.code)
