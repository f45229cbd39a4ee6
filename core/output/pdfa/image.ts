/** Image XObjects and inline images. ISO 19005-2 §6.1.10, §6.2.6, §6.2.8 */
import type { ColourCheck } from './colour.ts'
import type { PdfFile } from './file.ts'
import { filtersOf } from './filters.ts'
import { checkJpeg2000 } from './jpeg2000.ts'
import { isStream, nameOf, numberOf, type PdfDict, type PdfStream, type PdfValue } from './values.ts'

const intents = new Set(['RelativeColorimetric', 'AbsoluteColorimetric', 'Perceptual', 'Saturation'])

export function checkIntent(file: PdfFile, value: PdfValue | undefined): void {
  const name = nameOf(file.resolve(value))
  if (name !== undefined && !intents.has(name)) file.report.add('6.2.6', 'rendering-intent', `不允许的呈现意图 ${name.slice(0, 60)}`)
}

export type ImageUse = { readonly isMask: boolean; readonly isTransparent: boolean }

export function checkImage(file: PdfFile, image: PdfStream, resources: PdfDict | null, colours: ColourCheck, depth = 0): ImageUse {
  const { report } = file
  const entry = (key: string): PdfValue => file.resolve(image.dict.entries.get(key))
  if (image.dict.entries.has('Alternates')) report.add('6.2.8.1', 'image-alternates', '图像不得含有 Alternates')
  if (image.dict.entries.has('OPI')) report.add('6.2.8.1', 'image-opi', '图像不得含有 OPI')
  if (entry('Interpolate') === true) report.add('6.2.8.1', 'image-interpolate', '图像的 Interpolate 应为 false')
  checkIntent(file, image.dict.entries.get('Intent'))
  const isMask = entry('ImageMask') === true
  const hasSpace = entry('ColorSpace') !== null
  if (!isMask) colours.check(image.dict.entries.get('ColorSpace'), resources)
  const [filter, ...more] = filtersOf(image.dict, file.resolve)
  if (filter?.name === 'JPXDecode' && more.length === 0) checkJpeg2000(file, image.raw, hasSpace ? 'stated' : 'inside')
  const mask = entry('SMask')
  const hardMask = entry('Mask')
  for (const other of [mask, hardMask]) if (isStream(other) && depth < 4) checkImage(file, other, resources, colours, depth + 1)
  return { isMask, isTransparent: isStream(mask) || (numberOf(entry('SMaskInData')) ?? 0) > 0 }
}

const inlineFilters = new Set(['ASCIIHexDecode', 'ASCII85Decode', 'FlateDecode', 'RunLengthDecode', 'CCITTFaxDecode', 'DCTDecode', 'AHx', 'A85', 'Fl', 'RL', 'CCF', 'DCT'])

/** `space`: the colour space, looked up among the resources when it has a name of its own. */
export function checkInlineImage(file: PdfFile, dict: PdfDict, space: PdfValue, resources: PdfDict | null, colours: ColourCheck): ImageUse {
  const { report } = file
  const entry = (short: string, long: string): PdfValue => file.resolve(dict.entries.get(short) ?? dict.entries.get(long))
  if (entry('I', 'Interpolate') === true) report.add('6.2.8.1', 'image-interpolate', '内嵌图像的 Interpolate 应为 false')
  for (const { name } of filtersOf(dict, file.resolve)) {
    if (name === undefined || !inlineFilters.has(name)) report.add('6.1.10', 'inline-filter', `内嵌图像不允许使用过滤器 ${name ?? '（非名称）'}`)
  }
  checkIntent(file, dict.entries.get('Intent'))
  const isMask = entry('IM', 'ImageMask') === true
  if (!isMask) colours.check(space, resources)
  return { isMask, isTransparent: false }
}
