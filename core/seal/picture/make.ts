/** Makes the picture that goes into a seal (制作印模): from the round generator, from a PNG, or from an SVG. */
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import type { Drawing } from './drawing.ts'
import { ofdPicture } from './ofd-picture.ts'
import { checkPng } from './png-check.ts'
import { writePng } from './png-write.ts'
import { rasterize } from './raster.ts'
import { roundSeal, type SealAppearance } from './seal-image.ts'
import { readSvg } from './svg-read.ts'

/** `width` in mm; the height of a PNG or SVG follows from its proportion. */
export type PictureSource =
  | { readonly from: 'round'; readonly appearance: SealAppearance; readonly width: number }
  | { readonly from: 'png'; readonly bytes: Uint8Array; readonly width: number }
  | { readonly from: 'svg'; readonly bytes: Uint8Array; readonly width: number }

/** `ofd`: vectors, as a page of the seal's size; `id`, `title`, `date` (YYYY-MM-DD) go into that page's file. */
export type PictureFormat = { readonly as: 'png' } | { readonly as: 'ofd'; readonly id: string; readonly title: string; readonly date: string }

/** As a seal holds it; sides are whole mm. */
export type MadePicture = { readonly type: 'PNG' | 'ofd'; readonly data: Uint8Array; readonly width: number; readonly height: number }

const DPI = 600
const MIN_SIDE = 5
const MAX_SIDE = 100

/**
 * Errors seal.picture-size (a side not 5–100 mm; too many pixels), seal.picture-format (damaged; vectors asked of a PNG), seal.name,
 * seal.glyph, seal.diameter, svg.*, xml.*.
 */
export const makeSealPicture = (source: PictureSource, format: PictureFormat = { as: 'png' }): Result<MadePicture, FormatError> => {
  const { width } = source
  if (!Number.isInteger(width) || width < MIN_SIDE || width > MAX_SIDE) return formatErr('seal.picture-size', `印章宽度应为 ${MIN_SIDE} 至 ${MAX_SIDE} 毫米的整数`)
  if (source.from === 'png') {
    const size = checkPng(source.bytes)
    if (!size.ok) return size
    if (format.as === 'ofd') return formatErr('seal.picture-format', 'PNG 图片不能转为矢量印章')
    return sized(width, size.value, { type: 'PNG', data: source.bytes })
  }
  const drawing = source.from === 'round' ? roundSeal(source.appearance, width) : readSvg(source.bytes, width)
  if (!drawing.ok) return drawing
  const height = sideOf(width, drawing.value)
  if (height === undefined) return tooFlat()
  return sized(width, drawing.value, { type: format.as === 'png' ? 'PNG' : 'ofd', data: format.as === 'png' ? pngOf(drawing.value, width, height) : ofdPicture(drawing.value, format) })
}

const pngOf = (drawing: Drawing, width: number, height: number): Uint8Array => {
  const pixels = (millimetres: number): number => Math.round((millimetres / 25.4) * DPI)
  return writePng(rasterize(drawing, pixels(width), pixels(height)), Math.round(DPI / 0.0254))
}

const sideOf = (width: number, proportion: { readonly width: number; readonly height: number }): number | undefined => {
  const height = Math.round((width * proportion.height) / proportion.width)
  return height >= MIN_SIDE && height <= MAX_SIDE ? height : undefined
}

const tooFlat = () => formatErr('seal.picture-size', `印章高度应为 ${MIN_SIDE} 至 ${MAX_SIDE} 毫米`)

const sized = (
  width: number, proportion: { readonly width: number; readonly height: number }, picture: Pick<MadePicture, 'type' | 'data'>,
): Result<MadePicture, FormatError> => {
  const height = sideOf(width, proportion)
  return height === undefined ? tooFlat() : ok({ ...picture, width, height })
}
