/** Measured glyphs gathered into lines of text, with the edges of their ink. */
import type { Glyph, MeasuredPage } from './measure.ts'
import { ascent, descent, point } from './standard.ts'

export type Line = {
  readonly text: string
  readonly glyphs: readonly Glyph[]
  /** baseline */
  readonly y: number
  /** type size of the largest glyph, points */
  readonly points: number
  /** left edge of the first character's cell and right edge of the last one's, as its face gives them; mm */
  readonly left: number
  readonly right: number
  /** top and bottom of the em box */
  readonly top: number
  readonly bottom: number
}

const isBlank = (glyph: Glyph): boolean => glyph.char.trim() === '' || glyph.char === '\u3000'

export const widthOf = (glyph: Glyph): number => glyph.advance * glyph.points * glyph.condensed * point

/** The upright lines of a page from top to bottom. Blanks at the ends do not count. */
export function linesOf(page: MeasuredPage, wanted: (glyph: Glyph) => boolean = () => true): Line[] {
  const upright = page.glyphs.filter((glyph) => !glyph.isTurned && wanted(glyph)).sort((a, b) => a.y - b.y || a.x - b.x)
  const groups: Glyph[][] = []
  for (const glyph of upright) {
    const last = groups.at(-1)
    if (last !== undefined && Math.abs(last[0]!.y - glyph.y) < 0.05) last.push(glyph)
    else groups.push([glyph])
  }
  return groups.flatMap((group) => {
    const glyphs = group.sort((a, b) => a.x - b.x)
    const inked = glyphs.filter((glyph) => !isBlank(glyph))
    const [first, last] = [inked[0], inked.at(-1)]
    if (first === undefined || last === undefined) return []
    const points = Math.max(...inked.map((glyph) => glyph.points))
    return [{
      text: glyphs.map(({ char }) => char).join(''), glyphs, y: first.y, points, left: first.x, right: last.x + widthOf(last),
      top: first.y - ascent * points * point, bottom: first.y + descent * points * point,
    }]
  })
}

/** Lines inside the 版心, so without the page number. */
export const textLines = (page: MeasuredPage): Line[] => linesOf(page).filter(({ y }) => y < 264)

/** The line whose text is this, blanks aside; an error names the page's lines. */
export function lineSaying(page: MeasuredPage, text: string): Line {
  const bare = (value: string): string => value.replace(/[\s\u3000]/gu, '')
  const lines = linesOf(page)
  const found = lines.find((line) => bare(line.text) === bare(text))
  if (found === undefined) throw new Error(`no line 「${text}」 on page ${page.number}:\n${lines.map((line) => line.text).join('\n')}`)
  return found
}

/** Page and line with this text, wherever it is. */
export function anywhere(pages: readonly MeasuredPage[], text: string): { readonly page: MeasuredPage; readonly line: Line } {
  const bare = (value: string): string => value.replace(/[\s\u3000]/gu, '')
  for (const page of pages) {
    const line = linesOf(page).find((candidate) => bare(candidate.text) === bare(text))
    if (line !== undefined) return { page, line }
  }
  throw new Error(`no line 「${text}」 on any page`)
}

/** Part of a line: the glyphs of the first occurrence of a text. */
export function part(line: Line, text: string): Line {
  const at = line.text.indexOf(text)
  if (at < 0) throw new Error(`no 「${text}」 in 「${line.text}」`)
  let from = 0
  for (let passed = 0; passed < at; from++) passed += line.glyphs[from]!.char.length
  const glyphs = line.glyphs.slice(from, from + [...text].length)
  const last = glyphs.at(-1)!
  return { ...line, text, glyphs, left: glyphs[0]!.x, right: last.x + widthOf(last), points: Math.max(...glyphs.map(({ points }) => points)) }
}
