/** A drawing as plain values (矢量图形): from it come PDF operators, pixels and an OFD page. */

/** Cubic curves only, as PDF and OFD have them. */
export type PathStep =
  | { readonly to: 'move' | 'line'; readonly x: number; readonly y: number }
  | { readonly to: 'curve'; readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number; readonly x: number; readonly y: number }
  | { readonly to: 'close' }

/** sRGB, each part 0–1; `alpha` 1 when absent. */
export type Colour = { readonly r: number; readonly g: number; readonly b: number; readonly alpha?: number }

export type Stroke = {
  readonly colour: Colour
  /** in the drawing's unit */
  readonly width: number
  readonly join?: 'miter' | 'round' | 'bevel'
  readonly cap?: 'butt' | 'round' | 'square'
  readonly miterLimit?: number
}

export type Shape = {
  readonly path: readonly PathStep[]
  readonly fill?: Colour
  readonly rule?: 'nonzero' | 'evenodd'
  readonly stroke?: Stroke
}

/** Shapes in points, y upwards, around an origin that lies at (`originX`, `originY`) from the lower left of the picture. */
export type Drawing = {
  readonly width: number
  readonly height: number
  readonly originX: number
  readonly originY: number
  readonly shapes: readonly Shape[]
}

/** Points in a millimetre. */
export const MM = 72 / 25.4
