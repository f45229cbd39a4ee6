/**
 * The seal's picture as PDF objects (印章外观): one form for the whole seal, smaller ones that show a slice of it.
 * Everything is drawn with Multiply, which keeps the text under the seal readable (PDF/A-2 §6.2.10 allows it under an output intent).
 */
import { zlibSync } from 'fflate'
import { readPng } from '#core/output'
import { utf8 } from '#core/formats'
import { sealImage, type SealAppearance } from '../picture/index.ts'
import { PdfError } from './value.ts'
import { array, dict, name, ref, withEntries, writeNumber, type NewObject } from './write.ts'

/** A picture in PNG; its transparency is kept. The place's diameter is its width, the height follows. */
export type SealBitmap = { readonly png: Uint8Array }
export type SealPicture = SealAppearance | SealBitmap

/** The whole seal: its form's number, size in points, and the objects to write. */
export type SealForm = { readonly num: number; readonly width: number; readonly height: number; readonly objects: readonly NewObject[] }

export const MM = 72 / 25.4
const MULTIPLY = dict({ Multiply: dict({ Type: name('ExtGState'), BM: name('Multiply') }) })

const formDict = (width: number, height: number) => dict({ Type: name('XObject'), Subtype: name('Form'), FormType: 1, BBox: array(0, 0, width, height) })

/** `take` gives fresh object numbers. PdfError seal.diameter, seal.name, seal.glyph, seal.picture. */
export const sealForm = (picture: SealPicture, diameter: number, take: () => number): SealForm => {
  const num = take()
  const width = diameter * MM
  if (!('png' in picture)) {
    const drawn = sealImage(picture, diameter)
    if (!drawn.ok) throw new PdfError(drawn.error.code, drawn.error.message)
    const form = withEntries(formDict(width, width), { Resources: dict({ ExtGState: MULTIPLY }) })
    return { num, width, height: width, objects: [{ num, gen: 0, stream: { dict: form, bytes: drawn.value } }] }
  }
  if (!(diameter >= 5 && diameter <= 100)) throw new PdfError('seal.diameter', '印章图片宽度应为5至100毫米')
  const pixels = readPng(picture.png)
  if ('code' in pixels) throw new PdfError('seal.picture', `印章图片无法读取：${pixels.message}`)
  const height = (width * pixels.height) / pixels.width
  if (!(height >= 5 * MM && height <= 100 * MM)) throw new PdfError('seal.diameter', '印章图片高度应为5至100毫米')
  const image = take()
  const samples = (space: string, bytes: Uint8Array, mask?: number) => ({
    dict: dict({
      Type: name('XObject'), Subtype: name('Image'), Width: pixels.width, Height: pixels.height, ColorSpace: name(space), BitsPerComponent: 8,
      Filter: name('FlateDecode'), ...(mask === undefined ? {} : { SMask: ref(mask) }),
    }),
    bytes: zlibSync(bytes, { level: 9 }),
  })
  const mask = pixels.alpha === null ? undefined : { num: take(), alpha: pixels.alpha }
  const form = withEntries(formDict(width, height), { Resources: dict({ ExtGState: MULTIPLY, XObject: dict({ Seal: ref(image) }) }) })
  return {
    num, width, height,
    objects: [
      { num, gen: 0, stream: { dict: form, bytes: utf8(`q\n/Multiply gs\n${writeNumber(width)} 0 0 ${writeNumber(height)} 0 0 cm\n/Seal Do\nQ\n`) } },
      { num: image, gen: 0, stream: samples(pixels.channels === 1 ? 'DeviceGray' : 'DeviceRGB', pixels.colour, mask?.num) },
      ...(mask === undefined ? [] : [{ num: mask.num, gen: 0, stream: samples('DeviceGray', mask.alpha) }]),
    ],
  }
}

/** A form that shows the part of the seal at (x, y) from its upper left, points. */
export const sliceForm = (seal: SealForm, num: number, part: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }): NewObject => {
  const n = writeNumber
  const below = seal.height - part.y - part.height
  const content = `q\n0 0 ${n(part.width)} ${n(part.height)} re W n\n1 0 0 1 ${n(-part.x)} ${n(-below)} cm\n/Multiply gs\n/Seal Do\nQ\n`
  const head = withEntries(formDict(part.width, part.height), { Resources: dict({ ExtGState: MULTIPLY, XObject: dict({ Seal: ref(seal.num) }) }) })
  return { num, gen: 0, stream: { dict: head, bytes: utf8(content) } }
}
