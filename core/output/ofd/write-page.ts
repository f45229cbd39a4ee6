/** One page of a layout → Content.xml. GB/T 33190 §7.7, §8–11 */
import type { FontKey, Page, PlacedImage, Rule } from '#core/typeset'
import { micro } from './numbers.ts'
import { colour, textObject, textRuns, type OfdFont } from './write-text.ts'

export const namespace = 'xmlns:ofd="http://www.ofdspec.org/2016"'
export const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'

export type PageParts = {
  readonly fonts: ReadonlyMap<FontKey, OfdFont>
  /** resource id of a picture by its hash */
  readonly images: ReadonlyMap<string, number>
  /** size of most pages; a page of another size says so */
  readonly usual: { readonly width: number; readonly height: number }
  /** ST_ID of the page; those of its objects follow it */
  readonly id: number
}

/** Which object holds what: the index of the first glyph or of the picture of the page → object id. */
export type ObjectIds = { readonly texts: ReadonlyMap<number, number>; readonly images: ReadonlyMap<number, number> }

/** How many ids a page may need at most. */
export const idsOf = (page: Page): number => 2 + page.rules.length + page.images.length + page.glyphs.length

/** The page's XML, and the ids of its objects in reading order. */
export function pageXml(page: Page, parts: PageParts): { readonly xml: string; readonly objects: ObjectIds } {
  const { usual } = parts
  let last = parts.id
  const nextId = (): number => ++last
  const out: string[] = [declaration, `<ofd:Page ${namespace}>`]
  if (page.width !== usual.width || page.height !== usual.height) {
    out.push(`<ofd:Area><ofd:PhysicalBox>0 0 ${micro(page.width)} ${micro(page.height)}</ofd:PhysicalBox></ofd:Area>`)
  }
  out.push(`<ofd:Content><ofd:Layer ID="${nextId()}" Type="Body">`)
  const filled = out.length
  for (const rule of page.rules) out.push(pathObject(nextId(), rule))
  const images = new Map<number, number>()
  for (const [index, image] of page.images.entries()) {
    const resource = parts.images.get(image.hash)
    if (resource === undefined) continue
    const id = nextId()
    images.set(index, id)
    out.push(imageObject(id, image, resource))
  }
  const texts = new Map<number, number>()
  for (const run of textRuns(page)) {
    const id = nextId()
    const text = textObject(id, run, parts.fonts)
    if (text === '') continue
    texts.set(run.from, id)
    out.push(text)
  }
  // The schema wants at least one object in a layer, and an empty layer is nothing: a blank page has no content.
  if (out.length === filled) out[filled - 1] = ''
  else out.push('</ofd:Layer></ofd:Content>')
  out.push('</ofd:Page>')
  return { xml: out.join(''), objects: { texts, images } }
}

function pathObject(id: number, rule: Rule): string {
  // The box leaves room around the line: what reaches out of it would be cut off.
  const left = Math.min(rule.x1, rule.x2) - rule.width
  const top = Math.min(rule.y1, rule.y2) - rule.width
  const width = Math.abs(rule.x2 - rule.x1) + 2 * rule.width
  const height = Math.abs(rule.y2 - rule.y1) + 2 * rule.width
  const [x, y] = [Math.round(left * 1000) / 1000, Math.round(top * 1000) / 1000]
  return (
    `<ofd:PathObject ID="${id}" Boundary="${micro(x)} ${micro(y)} ${micro(width)} ${micro(height)}" LineWidth="${micro(rule.width)}">` +
    `<ofd:StrokeColor Value="${colour(rule.color)}"/><ofd:AbbreviatedData>M ${micro(rule.x1 - x)} ${micro(rule.y1 - y)} ` +
    `L ${micro(rule.x2 - x)} ${micro(rule.y2 - y)}</ofd:AbbreviatedData></ofd:PathObject>`
  )
}

/** A picture fills the unit square of its object space; turned, its top is at the left. */
function imageObject(id: number, image: PlacedImage, resource: number): string {
  const [width, height] = [micro(image.width), micro(image.height)]
  const matrix = image.turn === 90 ? `0 -${height} ${width} 0 0 ${height}` : `${width} 0 0 ${height} 0 0`
  return `<ofd:ImageObject ID="${id}" Boundary="${micro(image.x)} ${micro(image.y)} ${width} ${height}" CTM="${matrix}" ResourceID="${resource}"/>`
}
