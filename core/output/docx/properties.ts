/** What a document says of itself but does not print: carried as custom properties of the file (文件属性). */
import type { DocumentContent, Issue } from '#core/document'
import { declaration, element, escaped } from './markup.ts'

const prefix = '文枢.'

/** Custom properties by name without prefix: 文种, 版式, 发文机关, 发文机关标志, 公开属性, 印章, 标题, 印发机关, 不装订附件, 成文日期, 印发日期. Programs keep them when the file is edited. */
export type ExchangeProperties = ReadonlyMap<string, string>

export function exchangeProperties(content: DocumentContent, issue: Issue | null): ExchangeProperties {
  const separate = content.attachments.flatMap((item, i) => (item.kind === 'text' && item.binding === 'separate' ? [i + 1] : []))
  return new Map<string, string>([
    ['文种', content.kind],
    ['版式', content.form],
    ['发文机关', content.issuers.join('\n')],
    ['发文机关标志', content.issuerMark],
    ['公开属性', content.disclosure],
    ['印章', content.authentication],
    ['标题', content.title],
    ['印发机关', content.printer],
    ['不装订附件', separate.join(',')],
    ['成文日期', issue?.date ?? ''],
    ['印发日期', issue?.printDate ?? ''],
  ])
}

/** docProps/custom.xml */
export function customPropertiesPart(properties: ExchangeProperties): string {
  const entries = [...properties].map(([name, text], i) =>
    element('property', { fmtid: '{D5CDD505-2E9C-101B-9397-08002B2CF9AE}', pid: i + 2, name: prefix + name }, `<vt:lpwstr>${escaped(text)}</vt:lpwstr>`))
  return `${declaration}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">${entries.join('')}</Properties>`
}

/** The name of a property of ours without its prefix, or null. */
export function exchangeName(name: string): string | null {
  return name.startsWith(prefix) ? name.slice(prefix.length) : null
}

/** docProps/core.xml: title, issuing organs, and the document's own date; a draft without a date has none. */
export function corePropertiesPart(title: string, creator: string, date: string): string {
  const stamp = /^\d{4}-\d{2}-\d{2}$/u.test(date)
    ? ['created', 'modified'].map((name) => `<dcterms:${name} xsi:type="dcterms:W3CDTF">${date}T00:00:00Z</dcterms:${name}>`).join('')
    : ''
  return `${declaration}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
    `<dc:title>${escaped(title)}</dc:title><dc:creator>${escaped(creator)}</dc:creator>${stamp}</cp:coreProperties>`
}
