/** WordprocessingML as text: elements, escaping, runs and paragraphs. ECMA-376 Part 1 §17 */
import { escapeXml } from '#core/formats'

const namespaces = {
  w: 'http://schemas.openxmlformats.org/wordprocessingml/2006/main',
  r: 'http://schemas.openxmlformats.org/officeDocument/2006/relationships',
  wp: 'http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing',
  a: 'http://schemas.openxmlformats.org/drawingml/2006/main',
  pic: 'http://schemas.openxmlformats.org/drawingml/2006/picture',
  wps: 'http://schemas.microsoft.com/office/word/2010/wordprocessingShape',
  mc: 'http://schemas.openxmlformats.org/markup-compatibility/2006',
} as const

export const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

/** The namespace declarations of a part's root. */
export const rootNames = Object.entries(namespaces).map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`).join(' ')

/** Text or attribute value; characters that XML cannot hold are left out, because a part with one does not open at all. */
export function escaped(text: string): string {
  return escapeXml(text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu, ''))
}

type Attributes = Readonly<Record<string, string | number | undefined>>

/** One element; attributes that are undefined are left out, `content` is markup. */
export function element(name: string, attributes: Attributes = {}, content = ''): string {
  const list = Object.entries(attributes).map(([key, value]) => (value === undefined ? '' : ` ${key}="${escaped(String(value))}"`)).join('')
  return content === '' ? `<${name}${list}/>` : `<${name}${list}>${content}</${name}>`
}

/** w:name w:val="…" */
export function value(name: string, val: string | number): string {
  return element(`w:${name}`, { 'w:val': val })
}

/** Text of one run: tabs and line ends become their elements. */
function runText(text: string): string {
  return text.split(/(\t|\r\n|[\n\r\u2028])/u).map((piece) => {
    if (piece === '') return ''
    if (piece === '\t') return '<w:tab/>'
    if (/^[\n\r\u2028]/u.test(piece)) return '<w:br/>'
    return `<w:t xml:space="preserve">${escaped(piece)}</w:t>`
  }).join('')
}

/** A run of text. `style` is a character style, `properties` further run properties in schema order (after w:rStyle). */
export function run(text: string, style = '', properties = ''): string {
  if (text === '') return ''
  const rPr = (style === '' ? '' : value('rStyle', style)) + properties
  return `<w:r>${rPr === '' ? '' : `<w:rPr>${rPr}</w:rPr>`}${runText(text)}</w:r>`
}

/** A paragraph of a style; `properties` are further paragraph properties in schema order (after w:pStyle). */
export function paragraph(style: string, runs: string, properties = ''): string {
  return `<w:p><w:pPr>${value('pStyle', style)}${properties}</w:pPr>${runs}</w:p>`
}
