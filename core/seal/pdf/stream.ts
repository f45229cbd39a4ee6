/** Undoes the filters of cross-reference and object streams (ISO 32000-1 §7.4): Flate with PNG predictors, bounded in size. */
import { Unzlib } from 'fflate'
import { concatBytes } from '#core/formats'
import { countOf, isArray, isDict, nameOf, PdfError, type PdfDict, type PdfStream } from './value.ts'

/** Largest structural stream after unpacking, bytes. Page content is never unpacked here. */
const MAX_UNPACKED = 64 * 1024 * 1024

/** Content of a structural stream. Throws PdfError for other filters, damage or a bomb. */
export const unpackStream = (stream: PdfStream): Uint8Array => {
  const filter = stream.dict.entries.get('Filter')
  const parameters = stream.dict.entries.get('DecodeParms')
  const names = filter === undefined || filter === null ? [] : isArray(filter) ? filter.items.map(nameOf) : [nameOf(filter)]
  if (names.length === 0) return stream.raw
  if (names.length !== 1 || (names[0] !== 'FlateDecode' && names[0] !== 'Fl')) throw new PdfError('pdf.filter', '结构流使用了不支持的过滤器')
  const own = isArray(parameters) ? parameters.items[0] : parameters
  const inflated = inflate(stream.raw)
  return isDict(own) ? undoPredictor(inflated, own) : inflated
}

const inflate = (packed: Uint8Array): Uint8Array => {
  const parts: Uint8Array[] = []
  let total = 0
  let ended = false
  try {
    const unzlib = new Unzlib((part, last) => {
      total += part.length
      if (total > MAX_UNPACKED) throw new PdfError('pdf.bomb', '结构流展开后过大')
      parts.push(part.slice())
      ended ||= last
    })
    // Small pieces, so that a bomb is noticed while it goes off.
    for (let at = 0; at < packed.length; at += 65_536) {
      unzlib.push(packed.subarray(at, at + 65_536), at + 65_536 >= packed.length)
    }
  } catch (error) {
    if (error instanceof PdfError) throw error
    throw new PdfError('pdf.flate', '结构流压缩数据已损坏')
  }
  if (!ended) throw new PdfError('pdf.flate', '结构流压缩数据不完整')
  return concatBytes(...parts)
}

/** PNG predictors 10–15, PNG specification §9. */
const undoPredictor = (data: Uint8Array, parameters: PdfDict): Uint8Array => {
  const predictor = countOf(parameters.entries.get('Predictor')) ?? 1
  if (predictor === 1) return data
  const columns = countOf(parameters.entries.get('Columns')) ?? 1
  const colors = countOf(parameters.entries.get('Colors')) ?? 1
  const bits = countOf(parameters.entries.get('BitsPerComponent')) ?? 8
  if (predictor < 10 || predictor > 15 || bits !== 8 || columns * colors < 1 || columns * colors > 65_536) {
    throw new PdfError('pdf.predictor', '结构流使用了不支持的预测器')
  }
  const step = colors
  const width = columns * colors
  if (data.length % (width + 1) !== 0) throw new PdfError('pdf.predictor', '结构流行长不符')
  const rows = data.length / (width + 1)
  const out = new Uint8Array(rows * width)
  for (let row = 0; row < rows; row++) {
    const type = data[row * (width + 1)]!
    if (type > 4) throw new PdfError('pdf.predictor', '结构流预测器类型不符')
    for (let i = 0; i < width; i++) {
      const at = row * width + i
      const left = i >= step ? out[at - step]! : 0
      const up = row > 0 ? out[at - width]! : 0
      const corner = row > 0 && i >= step ? out[at - width - step]! : 0
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][type]!
      out[at] = data[row * (width + 1) + 1 + i]! + guess
    }
  }
  return out
}

const paeth = (a: number, b: number, c: number): number => {
  const p = a + b - c
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)]
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c
}
