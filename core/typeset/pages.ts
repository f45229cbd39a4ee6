/** Pages of placed glyphs and rules: what screen, print, PDF and OFD are written from. */
import type { FontFace } from './font.ts'

/** The five type faces that GB/T 9704 names. */
export const fontRoles = ['小标宋', '仿宋', '黑体', '楷体', '宋体'] as const
export type FontRole = (typeof fontRoles)[number]

/** One face for every role. `substituted` says that the face is not the one the standard means (e.g. no 仿宋 at hand). */
export type FontSet = {
  /** Names the set: the same id means the same files, so layouts made with it are the same. */
  readonly id: string
  readonly faces: Readonly<Record<FontRole, { readonly face: FontFace; readonly family: string; readonly substituted: boolean }>>
}

/** #rrggbb */
export type Color = `#${string}`
export const black: Color = '#000000'
/** 红色 of 红头 and rules. The standard gives ink (Y80 M80), not a screen value; pure red is what practice uses. */
export const red: Color = '#ff0000'
/** Stands for what is not decided yet; never printed on an issued document. */
export const placeholderGrey: Color = '#8c8c8c'

/** A glyph with its baseline origin, mm from the page's top left, multiples of 0.001. */
export type PlacedGlyph = {
  readonly char: string
  readonly x: number
  readonly y: number
  /** type size, mm per em */
  readonly size: number
  readonly font: FontRole
  readonly color: Color
  readonly glyphId: number
  /** horizontal scale in per cent where the glyph is condensed (long issuer marks); absent means 100 */
  readonly widthPercent?: number
}

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
  readonly name: '版头' | '标题' | '主送' | '正文' | '附件说明' | '署名' | '附注' | '附件' | '版记' | '页码'
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
  readonly regions: readonly Region[]
}

/** Where a block starts. `part`: null for the body, else the index of the attachment. `y`: top of its first line, mm. */
export type Anchor = { readonly part: number | null; readonly block: number; readonly page: number; readonly y: number }

/** Where the seal goes: page from 1, centre and diameter in mm. GB/T 9704 §7.3.5.1 */
export type SealPlace = { readonly page: number; readonly x: number; readonly y: number; readonly diameter: number }

export type LayoutWarning = { readonly code: string; readonly message: string }

export type Layout = {
  readonly pages: readonly Page[]
  readonly sealPlace: SealPlace | null
  readonly anchors: readonly Anchor[]
  readonly warnings: readonly LayoutWarning[]
}

/** Rounds mm to whole micrometres, the resolution of a layout. */
export function toMicrometre(mm: number): number {
  return Math.round(mm * 1000) / 1000
}
