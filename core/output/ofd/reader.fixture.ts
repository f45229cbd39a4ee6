/** Small packages made by hand, for tests of the reader. */
import { utf8, writeZip } from '#core/formats'
import { readOfd, readOfdPage, type OfdDocument, type OfdPage, type OfdShape } from './index.ts'

const ns = 'xmlns:ofd="http://www.ofdspec.org/2016"'

export type Parts = Readonly<Record<string, string | Uint8Array>>

export const root = `<ofd:OFD ${ns} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>0</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`
export const documentXml = (common = '', rest = ''): string =>
  `<ofd:Document ${ns}><ofd:CommonData><ofd:MaxUnitID>9</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 100 80</ofd:PhysicalBox></ofd:PageArea>${common}</ofd:CommonData>` +
  `<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages>${rest}</ofd:Document>`
export const pageXml = (content: string, before = ''): string => `<ofd:Page ${ns}>${before}<ofd:Content><ofd:Layer ID="2">${content}</ofd:Layer></ofd:Content></ofd:Page>`
export const resXml = (content: string): string => `<ofd:Res ${ns} BaseLoc="Res">${content}</ofd:Res>`

/** A package with one page; `parts` add to it or stand in place of its parts ('' leaves one out). */
export function packageOf(parts: Parts): Uint8Array {
  const all: Parts = { 'OFD.xml': root, 'Doc_0/Document.xml': documentXml(), 'Doc_0/Pages/Page_0/Content.xml': pageXml(''), ...parts }
  return writeZip(Object.entries(all).filter(([, value]) => value !== '').map(([path, value]) => ({ path, bytes: typeof value === 'string' ? utf8(value) : value })))
}

/** The error code of opening a package and reading its first page, 'ok' when there is none. */
export function verdict(bytes: Uint8Array): string {
  const document = readOfd(bytes)
  if (!document.ok) return document.error.code
  const page = readOfdPage(document.value, 0)
  return page.ok ? 'ok' : page.error.code
}

export function opened(parts: Parts): OfdDocument {
  const document = readOfd(packageOf(parts))
  if (!document.ok) throw new Error(`${document.error.code} ${document.error.message}`)
  return document.value
}

export function firstPage(parts: Parts): OfdPage {
  const page = readOfdPage(opened(parts), 0)
  if (!page.ok) throw new Error(`${page.error.code} ${page.error.message}`)
  return page.value
}

/** All shapes that are no groups, in drawing order. */
export function leaves(shapes: readonly OfdShape[]): Exclude<OfdShape, { kind: 'group' }>[] {
  return shapes.flatMap((shape) => (shape.kind === 'group' ? leaves(shape.shapes) : [shape]))
}

/** A white PNG of one pixel. */
export const png = Uint8Array.from(
  '89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63f80f00010101001bb6ee560000000049454e44ae426082'.match(/../gu)!,
  (byte) => Number.parseInt(byte, 16),
)
