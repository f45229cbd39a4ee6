/** What a page shows, in drawing order: resources looked up, draw parameters applied, references followed. mm */
import type { FontResource, MediaResource } from './resources.ts'
import type { Box, Matrix } from './values.ts'
import type { OfdWarning } from './warning.ts'

/** red, green, blue 0–255; alpha 0–1 */
export type Rgba = { readonly red: number; readonly green: number; readonly blue: number; readonly alpha: number }

export type Stop = { readonly at: number; readonly color: Rgba }

export type Paint =
  | { readonly kind: 'plain'; readonly color: Rgba }
  | { readonly kind: 'axial'; readonly from: readonly [number, number]; readonly to: readonly [number, number]; readonly stops: readonly Stop[]; readonly spread: Spread }
  | {
      readonly kind: 'radial'
      readonly from: readonly [number, number]
      readonly fromRadius: number
      readonly to: readonly [number, number]
      readonly toRadius: number
      readonly stops: readonly Stop[]
      readonly spread: Spread
    }
export type Spread = 'pad' | 'repeat' | 'reflect'

/** How lines are drawn. */
export type Pen = {
  readonly paint: Paint | null
  readonly width: number
  readonly cap: 'butt' | 'round' | 'square'
  readonly join: 'miter' | 'round' | 'bevel'
  readonly miterLimit: number
  readonly dash: readonly number[]
  readonly dashOffset: number
}

/** A glyph at its baseline origin in the object's space. `glyphId` is null where the font has none for the text or is not embedded. */
export type SceneGlyph = { readonly text: string; readonly x: number; readonly y: number; readonly glyphId: number | null }

export type Shape =
  | {
      readonly kind: 'text'
      /** ST_ID as written, '' when it has none */
      readonly id: string
      readonly font: FontResource
      readonly size: number
      readonly horizontalScale: number
      /** each glyph turned about its origin, degrees clockwise */
      readonly charDirection: number
      readonly bold: boolean
      readonly italic: boolean
      readonly glyphs: readonly SceneGlyph[]
      readonly fill: Paint | null
      readonly pen: Pen
    }
  | { readonly kind: 'path'; readonly data: string; readonly rule: 'nonzero' | 'evenodd'; readonly fill: Paint | null; readonly pen: Pen }
  /** fills the unit square */
  | { readonly kind: 'image'; readonly media: MediaResource }
  /** a picture that cannot be shown; the box says so */
  | { readonly kind: 'notice'; readonly text: string }
  | Group

export type Group = {
  readonly kind: 'group'
  readonly transform: Matrix
  /** in the space inside `transform`; all of them cut, each the union of its areas */
  readonly clips: readonly Clip[]
  /** 0–1 */
  readonly opacity: number
  readonly blend: 'normal' | 'multiply'
  readonly shapes: readonly Shape[]
}

export type Clip = readonly { readonly data: string; readonly rule: 'nonzero' | 'evenodd'; readonly transform: Matrix }[]

export type OfdPage = {
  readonly box: Box
  readonly shapes: readonly Shape[]
  readonly warnings: readonly OfdWarning[]
}
