/** A page of a document → SVG. Letters of embedded TrueType fonts are drawn as outlines, so that glyph ids are kept; a clear text lies over them. */
import { escapeXml } from '../svg.ts'
import type { OfdDocument } from './model.ts'
import { readOfdPage } from './page.ts'
import { Refused } from './refused.ts'
import { createSink, type Sink } from './svg-sink.ts'
import { drawShapes } from './svg-shapes.ts'
import { num } from './svg-values.ts'

export type OfdSvgOptions = {
  /** stands before every id in the SVG, so that pages can share a screen; letters, digits and hyphens. Default ofd-N- */
  readonly idPrefix?: string
  /** CSS families for a font that is not embedded; the default knows the usual Chinese names */
  readonly fontFamily?: (font: { readonly name: string; readonly family: string }) => string
}

/**
 * One page (`pageIndex` from 0) as an SVG document in mm, without scripts and without references to anything outside. A page that
 * cannot be read is a blank sheet with the reason on it; `readOfdPage` gives the same as an error.
 */
export function ofdPageToSvg(document: OfdDocument, pageIndex: number, options: OfdSvgOptions = {}): string {
  const page = readOfdPage(document, pageIndex)
  const prefix = (options.idPrefix ?? `ofd-${pageIndex}-`).replace(/[^A-Za-z0-9-]/gu, '')
  const label = escapeXml(`第${pageIndex + 1}页`)
  if (!page.ok) return notice(document, pageIndex, page.error.code, page.error.message)
  const { box, shapes } = page.value
  const sink: Sink = createSink(prefix, options.fontFamily)
  try {
    drawShapes(shapes, sink)
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem
    return notice(document, pageIndex, problem.code, problem.message)
  }
  return sheet(box.width, box.height, `${num(box.x)} ${num(box.y)} ${num(box.width)} ${num(box.height)}`, label, sink.definitions(), sink.body())
}

function notice({ pageBox }: OfdDocument, pageIndex: number, code: string, message: string): string {
  const reason = escapeXml(`第${pageIndex + 1}页不能显示：${message}（${code}）`)
  const { width, height } = pageBox
  return sheet(width, height, `0 0 ${num(width)} ${num(height)}`, escapeXml(`第${pageIndex + 1}页`), '', `<text x="10" y="20" font-size="5" fill="#b00020">${reason}</text>`)
}

function sheet(width: number, height: number, viewBox: string, label: string, definitions: string, body: string): string {
  // Isolated, so that seals are multiplied onto this page and nothing behind it.
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${num(width)}mm" height="${num(height)}mm" viewBox="${viewBox}" role="document" aria-label="${label}" ` +
    `style="isolation:isolate"><title>${label}</title>${definitions === '' ? '' : `<defs>${definitions}</defs>`}` +
    `<rect x="${viewBox.split(' ')[0]}" y="${viewBox.split(' ')[1]}" width="${num(width)}" height="${num(height)}" fill="#ffffff"/>${body}</svg>`
  )
}
