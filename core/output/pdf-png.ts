/** PNG → samples as a PDF holds them: colour and transparency apart. ISO/IEC 15948, ISO 32000-1 §8.9.5 */
import { Unzlib } from 'fflate'
import type { PictureProblem } from './pdf-jpeg.ts'
import { readSamples, type PngHead } from './png-samples.ts'

export type PngPixels = {
  readonly width: number
  readonly height: number
  /** 1: grey, 3: red, green, blue */
  readonly channels: 1 | 3
  /** 8 bits a sample */
  readonly colour: Uint8Array
  /** 8 bits a pixel, or null when every pixel is opaque */
  readonly alpha: Uint8Array | null
}

/** Beyond this a picture is not decoded, pixels. */
const maxPixels = 64 * 1024 * 1024
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const broken: PictureProblem = { code: 'output.picture-broken', message: '图片数据不完整或已损坏' }
const tooLarge: PictureProblem = { code: 'output.picture-kind', message: '图片像素过多，请缩小后再插入' }

/** Decodes a whole picture. Samples of 16 bits keep their upper 8. */
export function readPng(bytes: Uint8Array): PngPixels | PictureProblem {
  if (signature.some((byte, i) => bytes[i] !== byte)) return broken
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let head: PngHead | null = null
  let palette: Uint8Array = new Uint8Array()
  let transparency: Uint8Array | null = null
  const data: Uint8Array[] = []
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at)
    if (at + 12 + length > bytes.length) return broken
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    const body = bytes.subarray(at + 8, at + 8 + length)
    if (type === 'IHDR') head = readHead(body)
    else if (type === 'PLTE') palette = body
    else if (type === 'tRNS') transparency = body
    else if (type === 'IDAT') data.push(body)
    else if (type === 'IEND') break
    at += 12 + length
  }
  if (head === null || (head.colourType === 3 && palette.length < 3)) return broken
  if (head.width * head.height > maxPixels) return tooLarge
  const raw = inflated(data, rawSize(head))
  if (raw === null) return broken
  const samples = readSamples(raw, head)
  return samples === null ? broken : separated(samples, head, palette, transparency)
}

function readHead(body: Uint8Array): PngHead | null {
  if (body.length !== 13) return null
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const width = view.getUint32(0)
  const height = view.getUint32(4)
  const [depth, colourType, compression, filter, interlace] = body.subarray(8)
  const depths: Readonly<Record<number, readonly number[]>> = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] }
  const isKnown = depths[colourType!]?.includes(depth!) === true && compression === 0 && filter === 0 && interlace! <= 1
  if (width === 0 || height === 0 || !isKnown) return null
  const channels = ({ 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const)[colourType as 0 | 2 | 3 | 4 | 6]
  return { width, height, depth: depth!, colourType: colourType!, channels, isInterlaced: interlace === 1 }
}

/** The most bytes that the data can hold: a filter byte a line, and for interlacing a little more. */
function rawSize(head: PngHead): number {
  const line = Math.ceil((head.width * head.channels * head.depth) / 8) + 1
  return line * head.height * (head.isInterlaced ? 2 : 1) + (head.isInterlaced ? 64 : 0)
}

/** Null when the stream is broken or holds more than it may (a bomb). */
function inflated(parts: readonly Uint8Array[], limit: number): Uint8Array | null {
  const out = new Uint8Array(limit)
  let length = 0
  try {
    const stream = new Unzlib((chunk) => {
      if (length + chunk.length > limit) throw new RangeError('too much')
      out.set(chunk, length)
      length += chunk.length
    })
    // In small steps: a bomb is refused before much of it is unpacked.
    for (const part of parts) for (let at = 0; at < part.length; at += 4096) stream.push(part.subarray(at, at + 4096), false)
    stream.push(new Uint8Array(), true)
  } catch {
    return null
  }
  return out.subarray(0, length)
}

/** `samples`: one byte each; for palettes the index. */
function separated(samples: Uint8Array, head: PngHead, palette: Uint8Array, transparency: Uint8Array | null): PngPixels {
  const { width, height, colourType, channels } = head
  const count = width * height
  const size = { width, height }
  if (colourType === 3) {
    const colour = new Uint8Array(count * 3)
    const alpha = transparency === null ? null : new Uint8Array(count)
    for (let i = 0; i < count; i++) {
      const index = samples[i]!
      for (let c = 0; c < 3; c++) colour[3 * i + c] = palette[3 * index + c] ?? 0
      if (alpha !== null) alpha[i] = transparency![index] ?? 255
    }
    return { ...size, channels: 3, colour, alpha: opaqueAsNull(alpha) }
  }
  if (colourType === 4 || colourType === 6) {
    const width_ = channels - 1
    const colour = new Uint8Array(count * width_)
    const alpha = new Uint8Array(count)
    for (let i = 0; i < count; i++) {
      for (let c = 0; c < width_; c++) colour[width_ * i + c] = samples[channels * i + c]!
      alpha[i] = samples[channels * i + width_]!
    }
    return { ...size, channels: width_ as 1 | 3, colour, alpha: opaqueAsNull(alpha) }
  }
  return { ...size, channels: channels as 1 | 3, colour: samples, alpha: transparency === null ? null : keyed(samples, head, transparency) }
}

/** One colour is transparent. Compared at the depth that samples were brought to. */
function keyed(samples: Uint8Array, head: PngHead, transparency: Uint8Array): Uint8Array | null {
  if (transparency.length < 2 * head.channels) return null
  const key = Array.from({ length: head.channels }, (_, c) => {
    const value = (transparency[2 * c]! << 8) | transparency[2 * c + 1]!
    return head.depth === 16 ? value >> 8 : Math.round((value * 255) / ((1 << head.depth) - 1))
  })
  const alpha = new Uint8Array(head.width * head.height)
  for (let i = 0; i < alpha.length; i++) alpha[i] = key.every((value, c) => samples[head.channels * i + c] === value) ? 0 : 255
  return opaqueAsNull(alpha)
}

function opaqueAsNull(alpha: Uint8Array | null): Uint8Array | null {
  return alpha === null || alpha.every((value) => value === 255) ? null : alpha
}
