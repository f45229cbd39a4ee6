/** Where SVG is written to: the body, and definitions that are written once however often they are used. */
import { toBase64 } from '#core/formats'
import { cssFamily } from './css-family.ts'
import { imageType } from './media.ts'
import { tooComplex } from './refused.ts'
import type { FontResource, MediaResource } from './resources.ts'
import type { Clip, Paint } from './scene.ts'
import { escapeXml } from '../svg.ts'
import { matrix, num, rgb } from './svg-values.ts'

export type Sink = {
  readonly write: (markup: string) => void
  /** attributes for a fill or stroke in a paint */
  readonly paint: (name: 'fill' | 'stroke', paint: Paint | null) => string
  /** id of a clip path */
  readonly clip: (clip: Clip) => string
  /** id of a picture of size 1 × 1, null when it cannot be shown */
  readonly image: (media: MediaResource) => string | null
  /** id of a glyph's outline in font units, '' for a blank one, null when the font has none */
  readonly glyph: (font: FontResource, glyphId: number) => string | null
  /** CSS families for text of a font, ready for an attribute */
  readonly family: (font: FontResource) => string
  readonly definitions: () => string
  readonly body: () => string
}

/** Characters of one page's SVG. A font of a few kilobytes can ask for gigabytes of outlines. */
const longest = 100_000_000

type FamilyOf = (font: { readonly name: string; readonly family: string }) => string

export function createSink(prefix: string, familyOf: FamilyOf = cssFamily): Sink {
  const body: string[] = []
  const definitions: string[] = []
  const known = new Map<string, string>()
  const fontNames = new Map<FontResource, string>()
  const glyphs = new Map<FontResource, Map<number, string | null>>()
  const images = new Map<Uint8Array, string>()
  let last = 0
  let length = 0
  const counted = (markup: string): string => {
    length += markup.length
    if (length > longest) throw tooComplex()
    return markup
  }
  const nextId = (): string => `${prefix}${++last}`
  /** One definition for each content. */
  const define = (key: string, make: (id: string) => string): string => {
    let id = known.get(key)
    if (id === undefined) {
      id = nextId()
      known.set(key, id)
      definitions.push(counted(make(id)))
    }
    return id
  }
  const gradient = (paint: Exclude<Paint, { kind: 'plain' }>): string => {
    const stops = paint.stops.map(({ at, color }) => `<stop offset="${num(at)}" stop-color="${rgb(color)}" stop-opacity="${num(color.alpha)}"/>`).join('')
    const shared = `gradientUnits="userSpaceOnUse" spreadMethod="${paint.spread}"`
    const [x1, y1] = paint.from.map(num)
    const [x2, y2] = paint.to.map(num)
    return paint.kind === 'axial'
      ? define(`axial ${x1} ${y1} ${x2} ${y2} ${stops} ${shared}`, (id) => `<linearGradient id="${id}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" ${shared}>${stops}</linearGradient>`)
      : define(`radial ${x1} ${y1} ${x2} ${y2} ${paint.fromRadius} ${paint.toRadius} ${stops} ${shared}`, (id) =>
          `<radialGradient id="${id}" fx="${x1}" fy="${y1}" fr="${num(paint.fromRadius)}" cx="${x2}" cy="${y2}" r="${num(paint.toRadius)}" ${shared}>${stops}</radialGradient>`)
  }
  return {
    write: (markup) => { body.push(counted(markup)) },
    paint: (name, paint) => {
      if (paint === null) return ` ${name}="none"`
      if (paint.kind !== 'plain') return ` ${name}="url(#${gradient(paint)})"`
      return ` ${name}="${rgb(paint.color)}"${paint.color.alpha < 1 ? ` ${name}-opacity="${num(paint.color.alpha)}"` : ''}`
    },
    clip: (clip) => {
      const areas = clip.map(({ data, rule, transform }) => `<path d="${data}" clip-rule="${rule}" transform="${matrix(transform)}"/>`).join('')
      return define(`clip ${areas}`, (id) => `<clipPath id="${id}">${areas}</clipPath>`)
    },
    image: ({ bytes }) => {
      const type = imageType(bytes)
      if (type === null) return null
      let id = images.get(bytes)
      if (id === undefined) {
        id = nextId()
        images.set(bytes, id)
        definitions.push(counted(`<image id="${id}" width="1" height="1" preserveAspectRatio="none" href="data:${type};base64,${toBase64(bytes)}"/>`))
      }
      return id
    },
    glyph: (font, glyphId) => {
      let ofFont = glyphs.get(font)
      if (ofFont === undefined) glyphs.set(font, (ofFont = new Map()))
      let id = ofFont.get(glyphId)
      if (id === undefined) {
        const data = font.outlines()?.path(glyphId) ?? null
        id = data === null || data === '' ? data : nextId()
        if (data !== null && data !== '') definitions.push(counted(`<path id="${id}" d="${data}"/>`))
        ofFont.set(glyphId, id)
      }
      return id
    },
    family: (font) => {
      let name = fontNames.get(font)
      if (name === undefined) {
        name = escapeXml(familyOf(font))
        // A font without TrueType outlines (CFF) is handed to the browser itself.
        if (font.file !== null && font.outlines() === null && font.face() !== null) {
          const own = nextId()
          definitions.push(counted(`<style>@font-face{font-family:"${own}";src:url(data:font/otf;base64,${toBase64(font.file)})}</style>`))
          name = `${escapeXml(`"${own}", `)}${name}`
        }
        fontNames.set(font, name)
      }
      return name
    },
    definitions: () => definitions.join(''),
    body: () => body.join(''),
  }
}
