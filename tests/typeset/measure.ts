/** What `mutool trace` finds on the pages of a PDF: glyph origins, rules and pictures, in mm from the top left of the page. */
import { fixtures, type Fixture } from './fixtures.ts'
import { point } from './standard.ts'
import { run } from './tools.ts'

export type Glyph = {
  readonly char: string
  /** origin on the baseline */
  readonly x: number
  readonly y: number
  /** height of the em, points */
  readonly points: number
  /** width by height of the em; below 1 for condensed type */
  readonly condensed: number
  /** the face's own advance, em */
  readonly advance: number
  readonly font: string
  /** #rrggbb */
  readonly color: string
  /** true when it stands on its side, its top to the left */
  readonly isTurned: boolean
}
export type Rule = { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number; readonly width: number; readonly color: string }
export type Picture = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
export type MeasuredPage = {
  readonly number: number
  readonly width: number
  readonly height: number
  readonly glyphs: readonly Glyph[]
  readonly rules: readonly Rule[]
  readonly pictures: readonly Picture[]
}

let kept: ReadonlyMap<string, readonly MeasuredPage[]> | undefined

/** Pages of a fixture's PDF. All are traced in one run: starting the tool costs more than its work. */
export function measured(fixture: Fixture): readonly MeasuredPage[] {
  kept ??= traced(fixtures.map(({ pdf }) => pdf))
  return kept.get(fixture.pdf)!
}

function traced(paths: readonly string[]): ReadonlyMap<string, readonly MeasuredPage[]> {
  const documents = run('mutool', 'trace', ...paths).split('</document>')
  return new Map(paths.map((path, i) => [path, readTrace(documents[i]!)]))
}

type Matrix = readonly [number, number, number, number, number, number]
type Building = { number: number; width: number; height: number; glyphs: Glyph[]; rules: Rule[]; pictures: Picture[] }

function readTrace(xml: string): readonly MeasuredPage[] {
  const pages: Building[] = []
  let page: Building | undefined
  let matrix: Matrix = [1, 0, 0, 1, 0, 0]
  let color = '#000000'
  let stroke: number | null = null
  let span: { font: string; trm: readonly number[] } | null = null
  let path: { x: number; y: number }[] = []
  for (const text of xml.split('\n')) {
    const tag = /<(\/?[a-z_]+)/u.exec(text)?.[1]
    switch (tag) {
      case 'page': {
        const box = numbers(attribute(text, 'mediabox'))
        page = { number: pages.length + 1, width: (box[2]! - box[0]!) * point, height: (box[3]! - box[1]!) * point, glyphs: [], rules: [], pictures: [] }
        pages.push(page)
        break
      }
      case 'fill_text':
      case 'fill_path':
      case 'stroke_path':
        matrix = numbers(attribute(text, 'transform')) as unknown as Matrix
        color = colorOf(numbers(attribute(text, 'color')))
        stroke = tag === 'stroke_path' ? Number(attribute(text, 'linewidth')) * Math.hypot(matrix[0], matrix[1]) : null
        path = []
        break
      case 'fill_image': {
        const [a, b, c, d, e, f] = numbers(attribute(text, 'transform')) as unknown as Matrix
        const xs = [e, e + a, e + c, e + a + c]
        const ys = [f, f + b, f + d, f + b + d]
        page!.pictures.push({ ...corner(xs, ys), width: (Math.max(...xs) - Math.min(...xs)) * point, height: (Math.max(...ys) - Math.min(...ys)) * point })
        break
      }
      case 'span':
        span = { font: attribute(text, 'font').replace(/^[A-Z]{6}\+/u, ''), trm: numbers(attribute(text, 'trm')) }
        break
      case 'g': {
        const [a = 0, b = 0, c = 0, d = 0] = span!.trm
        const at = applied(matrix, Number(attribute(text, 'x')), Number(attribute(text, 'y')))
        const height = Math.hypot(c, d)
        page!.glyphs.push({
          char: unescaped(attribute(text, 'unicode')), ...at, points: height, condensed: Math.hypot(a, b) / height,
          advance: Number(attribute(text, 'adv')), font: span!.font, color, isTurned: Math.abs(b) > Math.abs(a),
        })
        break
      }
      case 'moveto':
      case 'lineto':
        path.push(applied(matrix, Number(attribute(text, 'x')), Number(attribute(text, 'y'))))
        break
      case '/stroke_path':
        for (let i = 1; i < path.length; i++) page!.rules.push({ ...ends(path[i - 1]!, path[i]!), width: stroke! * point, color })
        break
      case '/fill_path':
        page!.rules.push({ ...filled(path), color })
        break
    }
  }
  return pages
}

function attribute(text: string, name: string): string {
  const at = text.indexOf(` ${name}="`)
  if (at < 0) return ''
  const start = at + name.length + 3
  return text.slice(start, text.indexOf('"', start))
}
const numbers = (text: string): number[] => text.split(' ').map(Number)
const applied = ([a, b, c, d, e, f]: Matrix, x: number, y: number): { x: number; y: number } => ({ x: (a * x + c * y + e) * point, y: (b * x + d * y + f) * point })
const corner = (xs: readonly number[], ys: readonly number[]): { x: number; y: number } => ({ x: Math.min(...xs) * point, y: Math.min(...ys) * point })
const ends = (a: { x: number; y: number }, b: { x: number; y: number }) => ({ x1: Math.min(a.x, b.x), y1: Math.min(a.y, b.y), x2: Math.max(a.x, b.x), y2: Math.max(a.y, b.y) })

/** A filled rectangle as the line along its middle. */
function filled(path: readonly { x: number; y: number }[]): Omit<Rule, 'color'> {
  const x1 = Math.min(...path.map(({ x }) => x))
  const x2 = Math.max(...path.map(({ x }) => x))
  const y1 = Math.min(...path.map(({ y }) => y))
  const y2 = Math.max(...path.map(({ y }) => y))
  const isFlat = y2 - y1 <= x2 - x1
  const middle = isFlat ? (y1 + y2) / 2 : (x1 + x2) / 2
  return isFlat ? { x1, x2, y1: middle, y2: middle, width: y2 - y1 } : { x1: middle, x2: middle, y1, y2, width: x2 - x1 }
}

function colorOf(parts: readonly number[]): string {
  const rgb = parts.length === 1 ? [parts[0]!, parts[0]!, parts[0]!] : parts
  return `#${rgb.map((part) => Math.round(part * 255).toString(16).padStart(2, '0')).join('')}`
}

const unescaped = (text: string): string =>
  text.replace(/&#x([0-9a-f]+);/giu, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&')
