/** Pictures of a PDF: JPEG as it is, PNG as Flate samples with a soft mask. ISO 32000-1 §8.9, ISO 19005-2 §6.2.8 */
import type { Page, PlacedImage } from '#core/typeset'
import { pictureName } from './pdf-content.ts'
import { deflated, ref, type PdfObjects } from './pdf-file.ts'
import { readJpeg } from './pdf-jpeg.ts'
import { readPng } from './pdf-png.ts'

/** The bytes of a picture by the SM3 of its bytes, or undefined when they are not at hand. */
export type Pictures = (hash: string) => Uint8Array | undefined

type XObject = { readonly entries: string; readonly data: Uint8Array; readonly mask: { readonly entries: string; readonly data: Uint8Array } | null }

/** Why a file cannot be written: rejections of the writer carry a stable code and a message for people. */
export type OutputProblem = TypeError & { readonly code: string }

const problem = (code: string, message: string): OutputProblem => Object.assign(new TypeError(message), { code })

/** Pictures made ready, by their bytes. */
const prepared = new WeakMap<Uint8Array, XObject>()

/** Adds every picture of the pages; object numbers by resource name. Throws OutputProblem output.picture-missing, -broken, -kind. */
export function addPictures(objects: PdfObjects, pages: readonly Page[], pictures: Pictures | undefined): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>()
  for (const page of pages) {
    for (const image of page.images) {
      const name = pictureName(image.hash)
      if (numbers.has(name)) continue
      const bytes = pictures?.(image.hash)
      if (bytes === undefined) throw problem('output.picture-missing', `找不到插图“${image.name}”的数据，无法生成文件`)
      let made = prepared.get(bytes)
      if (made === undefined) prepared.set(bytes, (made = prepare(bytes, image)))
      const mask = made.mask === null ? '' : ` /SMask ${ref(objects.addStream(made.mask.entries, made.mask.data))}`
      numbers.set(name, objects.addStream(`${made.entries}${mask}`, made.data))
    }
  }
  return numbers
}

/** The kind is told by the bytes, not by what the page says about them. */
function prepare(bytes: Uint8Array, image: PlacedImage): XObject {
  const isJpeg = bytes[0] === 0xff
  const read = isJpeg ? readJpeg(bytes) : readPng(bytes)
  if ('code' in read) throw problem(read.code, `插图“${image.name}”：${read.message}`)
  const entries = (space: string): string => `/Type /XObject /Subtype /Image /Width ${read.width} /Height ${read.height} /ColorSpace /${space} /BitsPerComponent 8`
  if ('components' in read) {
    const transform = read.isPlainRgb ? ' /DecodeParms << /ColorTransform 0 >>' : ''
    return { entries: `${entries(read.components === 1 ? 'DeviceGray' : 'DeviceRGB')} /Filter /DCTDecode${transform}`, data: bytes, mask: null }
  }
  return {
    entries: `${entries(read.channels === 1 ? 'DeviceGray' : 'DeviceRGB')} /Filter /FlateDecode`,
    data: deflated(read.colour),
    mask: read.alpha === null ? null : { entries: `${entries('DeviceGray')} /Filter /FlateDecode`, data: deflated(read.alpha) },
  }
}
