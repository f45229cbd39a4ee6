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

/** How many ids a page may need at most. */
export const idsOf = (page: Page): number => 2 + page.rules.length + page.images.length + page.glyphs.length

/** The page's XML: rules, pictures, then texts in reading order. */
export function pageXml(page: Page, parts: PageParts): string {
  const { usual } = parts
  let last = parts.id
  const nextId = (): number => ++last
  const out: string[] = [declaration, `<ofd:Page ${namespace}>`]
  if (page.width !== usual.width || page.height !== usual.height) {
    out.push(`<ofd:Area><ofd:PhysicalBox>0 0 ${micro(page.width)} ${micro(page.height)}</ofd:PhysicalBox></ofd:Area>`)
  }
  out.push(`<ofd:Content><ofd:Layer ID="${nextId()}" Type="Body">`)
  const before = out.length
  for (const rule of page.rules) out.push(pathObject(nextId(), rule))
  for (const image of page.images) {
    const resource = parts.images.get(image.hash)
    if (resource !== undefined) out.push(imageObject(nextId(), image, resource))
  }
  for (const run of textRuns(page)) {
    const object = textObject(nextId(), run, parts.fonts)
    if (object !== '') out.push(object)
  }
  // The schema wants at least one object in a layer: a blank page has no content.
  if (out.length === before) out.pop()
  else out.push('</ofd:Layer></ofd:Content>')
  out.push('</ofd:Page>')
  return out.join('')
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
