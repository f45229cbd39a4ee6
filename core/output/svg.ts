/** Pages → SVG, for live preview and pictures. */
import type { FontKey, Page, PlacedGlyph, PlacedImage } from '#core/typeset'
import { continues } from './runs.ts'

export type SvgOptions = {
  /** CSS family for each key, e.g. '"wenshu-fangsong", FangSong, serif' */
  readonly fontFamily: (key: FontKey) => string
  /** Read out for the page; by default 第N页 */
  readonly label?: string
  /** Where the bytes of a picture are, by their SM3 (a blob: or data: address); without it, or for null, an empty frame stands there */
  readonly pictureHref?: (hash: string) => string | null
}

/** One page as an SVG document in mm. Text stays text: selectable, searchable, read aloud. */
export function pageToSvg(page: Page, options: SvgOptions): string {
  const label = escapeXml(options.label ?? `第${page.number}页`)
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${page.width}mm" height="${page.height}mm" viewBox="0 0 ${page.width} ${page.height}" ` +
    `role="document" aria-label="${label}"><title>${label}</title>${pageParts(page, options).join('')}</svg>`
  )
}

/** The elements of a page's SVG in order, one for each rule, picture and run of glyphs: a screen replaces only those that changed. */
export function pageParts(page: Page, options: SvgOptions): string[] {
  return [
    ...page.rules.map((rule) => `<line x1="${rule.x1}" y1="${rule.y1}" x2="${rule.x2}" y2="${rule.y2}" stroke="${rule.color}" stroke-width="${rule.width}"/>`),
    ...page.images.map((image) => pictureElement(image, options)),
    ...runsOf(page.glyphs).map((run) => textElement(run, options)),
  ]
}

/** Consecutive glyphs of one line and one look. */
function runsOf(glyphs: readonly PlacedGlyph[]): PlacedGlyph[][] {
  const runs: PlacedGlyph[][] = []
  for (const glyph of glyphs) {
    const run = runs.at(-1)
    if (run !== undefined && continues(run[0]!, glyph)) run.push(glyph)
    else runs.push([glyph])
  }
  return runs
}

function pictureElement(image: PlacedImage, options: SvgOptions): string {
  const href = options.pictureHref?.(image.hash) ?? null
  const isTurned = image.turn === 90
  const place = isTurned ? `transform="translate(${image.x} ${micrometre(image.y + image.height)}) rotate(-90)"` : `x="${image.x}" y="${image.y}"`
  const [width, height] = isTurned ? [image.height, image.width] : [image.width, image.height]
  const label = escapeXml(image.name)
  return href === null
    ? `<rect ${place} width="${width}" height="${height}" fill="none" stroke="#8c8c8c" stroke-width="0.2" role="img" aria-label="${label}"/>`
    : `<image ${place} width="${width}" height="${height}" preserveAspectRatio="none" role="img" aria-label="${label}" href="${escapeXml(href)}"/>`
}

const micrometre = (value: number): number => Math.round(value * 1000) / 1000

function textElement(run: readonly PlacedGlyph[], options: SvgOptions): string {
  const first = run[0]!
  const isTurned = first.turn === 90
  const scale = (first.widthPercent ?? 100) / 100
  // Turned text counts from its own origin, upwards on the page.
  const along = (glyph: PlacedGlyph): number => (isTurned ? first.y - glyph.y : glyph.x)
  // Positions count UTF-16 units, so a character outside the BMP needs its x twice.
  // Shaped letters stand where the face's own advances put them, and a position of its own would cut a letter from its neighbours.
  const xs = (first.shaped === undefined ? run : [first]).flatMap((glyph) => {
    const x = isTurned || scale !== 1 ? micrometre(along(glyph) / scale) : glyph.x
    return glyph.char.length > 1 && first.shaped === undefined ? [x, x] : [x]
  })
  const steps = [...(isTurned ? [`translate(${first.x} ${first.y}) rotate(-90)`] : []), ...(scale === 1 ? [] : [`scale(${scale} 1)`])]
  const transform = steps.length === 0 ? '' : ` transform="${steps.join(' ')}"`
  const text = run.map((glyph) => glyph.char).join('')
  return (
    `<text${transform} x="${xs.join(' ')}" y="${isTurned ? 0 : first.y}" font-family="${escapeXml(options.fontFamily(first.font))}" ` +
    `font-size="${first.size}" fill="${first.color}" xml:space="preserve">${escapeXml(text)}</text>`
  )
}

const special = /[&<>"\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/

/** Text for XML content and double-quoted attributes. Characters XML cannot hold become U+FFFD. */
export function escapeXml(text: string): string {
  // Nearly every text is Han characters and punctuation, and stays as it is.
  if (!special.test(text)) return text
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
