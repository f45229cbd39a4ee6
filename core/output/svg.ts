/** Pages → SVG, for live preview and pictures. */
import type { FontKey, Page, PlacedGlyph } from '#core/typeset'

export type SvgOptions = {
  /** CSS family for each key, e.g. '"wenshu-fangsong", FangSong, serif' */
  readonly fontFamily: (key: FontKey) => string
  /** Read out for the page; by default 第N页 */
  readonly label?: string
}

/** One page as an SVG document in mm. Text stays text: selectable, searchable, read aloud. */
export function pageToSvg(page: Page, options: SvgOptions): string {
  const label = escapeXml(options.label ?? `第${page.number}页`)
  const rules = page.rules.map(
    (rule) => `<line x1="${rule.x1}" y1="${rule.y1}" x2="${rule.x2}" y2="${rule.y2}" stroke="${rule.color}" stroke-width="${rule.width}"/>`,
  )
  const texts = runsOf(page.glyphs).map((run) => textElement(run, options))
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${page.width}mm" height="${page.height}mm" viewBox="0 0 ${page.width} ${page.height}" ` +
    `role="document" aria-label="${label}"><title>${label}</title>${rules.join('')}${texts.join('')}</svg>`
  )
}

/** Consecutive glyphs of one line and one look. */
export function runsOf(glyphs: readonly PlacedGlyph[]): PlacedGlyph[][] {
  const runs: PlacedGlyph[][] = []
  for (const glyph of glyphs) {
    const run = runs.at(-1)
    const first = run?.[0]
    const isSame =
      first !== undefined && first.y === glyph.y && first.size === glyph.size && first.font === glyph.font &&
      first.color === glyph.color && first.widthPercent === glyph.widthPercent
    if (isSame) run!.push(glyph)
    else runs.push([glyph])
  }
  return runs
}

function textElement(run: readonly PlacedGlyph[], options: SvgOptions): string {
  const first = run[0]!
  const scale = (first.widthPercent ?? 100) / 100
  // Positions count UTF-16 units, so a character outside the BMP needs its x twice.
  const xs = run.flatMap((glyph) => {
    const x = scale === 1 ? glyph.x : Math.round((glyph.x / scale) * 1000) / 1000
    return glyph.char.length > 1 ? [x, x] : [x]
  })
  const transform = scale === 1 ? '' : ` transform="scale(${scale} 1)"`
  const text = run.map((glyph) => glyph.char).join('')
  return (
    `<text${transform} x="${xs.join(' ')}" y="${first.y}" font-family="${escapeXml(options.fontFamily(first.font))}" ` +
    `font-size="${first.size}" fill="${first.color}" xml:space="preserve">${escapeXml(text)}</text>`
  )
}

/** Text for XML content and double-quoted attributes. Characters XML cannot hold become U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
