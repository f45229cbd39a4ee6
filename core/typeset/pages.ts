/** Pages of placed glyphs and rules: what screen, print, PDF and OFD are written from. */
import type { FontFace } from './font.ts'

/** The five type faces that GB/T 9704 names. */
export const fontRoles = ['小标宋', '仿宋', '黑体', '楷体', '宋体'] as const
export type FontRole = (typeof fontRoles)[number]

/** A face asked when no role's face has a character (后备字体): rare characters of names. */
export type FallbackKey = `后备${number}`
/** What a placed glyph is set in. */
export type FontKey = FontRole | FallbackKey

/** One face for every role. `substituted` says that the face is not the one the standard means (e.g. no 仿宋 at hand). */
export type FontSet = {
  /** Names the set: the same id means the same files, so layouts made with it are the same. */
  readonly id: string
  readonly faces: Readonly<Record<FontRole, { readonly face: FontFace; readonly family: string; readonly substituted: boolean }>>
  /** asked in order after the faces of all roles; key of the first is 后备1 */
  readonly fallbacks?: readonly { readonly key: FallbackKey; readonly face: FontFace; readonly family: string }[]
}

/** The face behind a key. */
export function faceOf(fonts: FontSet, key: FontKey): FontFace {
  const role = (fonts.faces as Readonly<Record<string, { readonly face: FontFace } | undefined>>)[key]
  const found = role ?? fonts.fallbacks?.find((entry) => entry.key === key)
  if (found === undefined) throw new RangeError(`no face for ${key}`)
  return found.face
}

/** #rrggbb */
export type Color = `#${string}`
export const black: Color = '#000000'
/** 红色 of 红头 and rules. The standard gives ink (Y80 M80), not a screen value; pure red is what practice uses. */
export const red: Color = '#ff0000'
/** Stands for what is not decided yet; never printed on an issued document. */
export const placeholderGrey: Color = '#8c8c8c'

/** One glyph of several that stand for a text together. `dx`: from the origin of the first, ems. */
export type ShapedPart = { readonly glyphId: number; readonly dx: number }

/** A glyph with its baseline origin, mm from the page's top left, multiples of 0.001. */
export type PlacedGlyph = {
  readonly char: string
  readonly x: number
  readonly y: number
  /** type size, mm per em */
  readonly size: number
  readonly font: FontKey
  readonly color: Color
  readonly glyphId: number
  /** horizontal scale in per cent where the glyph is condensed (long issuer marks); absent means 100 */
  readonly widthPercent?: number
  /** 90: turned a quarter anticlockwise about its origin, as on a landscape table (the next glyph is above); absent means upright */
  readonly turn?: 90
  /**
   * Letters whose form depends on their neighbours (Mongolian): what is drawn, by glyph id of the whole font. `char` is the text
   * of one or more characters that these glyphs stand for. Neighbours of one word follow each other without a gap.
   */
  readonly shaped?: readonly ShapedPart[]
}

/** A picture on the page. x, y: top left corner; mm. With `turn` 90 its own top is at the left of this box. */
export type PlacedImage = {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** file name */
  readonly name: string
  /** SM3 of the bytes, lower-case hex */
  readonly hash: string
  readonly mediaType: string
  readonly turn?: 90
}

/** What a part of the text is to a reader who does not see the page (结构). ISO 32000-1 §14.8.4 */
export type StructureRole = 'Title' | 'H1' | 'H2' | 'H3' | 'H4' | 'P' | 'Caption' | 'Figure' | 'Table' | 'TR' | 'TH' | 'TD'

/** One element of the structure tree; its index in `Layout.structure` is its name. A parent comes before its children. */
export type StructureElement = { readonly role: StructureRole; readonly parent: number | null; readonly alt?: string }

/** Which glyphs (`from` ≤ index < `to`) or which picture of a page belong to an element, in reading order. What no mark names is an artifact. */
export type Mark =
  | { readonly element: number; readonly from: number; readonly to: number }
  | { readonly element: number; readonly image: number }

/** A straight line; `width` is its thickness. mm */
export type Rule = {
  readonly x1: number
  readonly y1: number
  readonly x2: number
  readonly y2: number
  readonly width: number
  readonly color: Color
}

/** What a rectangle of the page is (mm), for reading order, accessibility and hit tests. */
export type Region = {
  readonly name: '版头' | '标题' | '主送' | '正文' | '附件说明' | '署名' | '附注' | '附件' | '版记' | '页码' | '表格' | '插图'
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export type Page = {
  /** from 1 */
  readonly number: number
  /** mm */
  readonly width: number
  readonly height: number
  readonly glyphs: readonly PlacedGlyph[]
  readonly rules: readonly Rule[]
  readonly images: readonly PlacedImage[]
  readonly regions: readonly Region[]
  readonly marks: readonly Mark[]
}

/** Where a block starts. `part`: null for the body, else the index of the attachment. `y`: top of its first line, mm. */
export type Anchor = { readonly part: number | null; readonly block: number; readonly page: number; readonly y: number }

/** Where a line of a block starts; `offset`: UTF-16 index in the block's text of its first character (number excluded), 0 for tables and pictures. mm */
export type LineAnchor = Anchor & { readonly offset: number; readonly height: number }

/** Where the seal goes: page from 1, centre and diameter in mm. GB/T 9704 §7.3.5.1 */
export type SealPlace = { readonly page: number; readonly x: number; readonly y: number; readonly diameter: number }

export type LayoutWarning = { readonly code: string; readonly message: string }

export type Layout = {
  readonly pages: readonly Page[]
  /** the host's seal, or null */
  readonly sealPlace: SealPlace | null
  /** all seals of a joint issue in signing order, the host's first; one entry when there is one issuer */
  readonly sealPlaces: readonly SealPlace[]
  readonly anchors: readonly Anchor[]
  /** every line of the body and of text attachments, in order */
  readonly lines: readonly LineAnchor[]
  readonly structure: readonly StructureElement[]
  readonly warnings: readonly LayoutWarning[]
}

/** Rounds mm to whole micrometres, the resolution of a layout. */
export function toMicrometre(mm: number): number {
  return Math.round(mm * 1000) / 1000
}
