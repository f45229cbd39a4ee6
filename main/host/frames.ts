/**
 * Frames of an append-only file (日志记录的分帧): magic(4) length(4) number(4) crc32(4) payload, little-endian; the sum covers
 * length, number and payload. Reading tells a write that was cut off (torn: it was never promised) from a record that was
 * whole once and is not any more (damaged: someone was told that it is safe).
 */
import { concatBytes, crc32 } from '#core/formats'

const magic = [0x57, 0x4a, 0x01, 0x0a] as const
const headBytes = 16

const number32 = (value: number): Uint8Array => {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return bytes
}

/** @param number in clear, so that a damaged record still tells which number it took */
export const writeFrame = (number: number, payload: Uint8Array): Uint8Array => {
  const covered = concatBytes(number32(payload.length), number32(number), payload)
  return concatBytes(Uint8Array.from(magic), covered.subarray(0, 8), number32(crc32(covered)), payload)
}

export type Frame = { readonly number: number; readonly payload: Uint8Array }
export type Scan = {
  readonly frames: readonly Frame[]
  /** where the next frame goes: after the last good or damaged byte, before a torn tail */
  readonly end: number
  /** regions that held something and cannot be read; `numbers` as far as their heads are still there */
  readonly damaged: readonly { readonly from: number; readonly to: number; readonly numbers: readonly number[] }[]
}

const hasMagic = (bytes: Uint8Array, at: number): boolean => magic.every((byte, i) => bytes[at + i] === byte)

const frameAt = (bytes: Uint8Array, at: number): Frame | null => {
  if (at + headBytes > bytes.length || !hasMagic(bytes, at)) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset + at)
  const length = view.getUint32(4, true)
  if (at + headBytes + length > bytes.length) return null
  const payload = bytes.subarray(at + headBytes, at + headBytes + length)
  const sum = crc32(concatBytes(bytes.subarray(at + 4, at + 12), payload))
  return sum === view.getUint32(12, true) ? { number: view.getUint32(8, true), payload } : null
}

/** A prefix of a frame, or blocks that the file system had reserved but not filled. */
const isTorn = (tail: Uint8Array): boolean => {
  if (tail.every((byte) => byte === 0)) return true
  if (!magic.every((byte, i) => i >= tail.length || tail[i] === byte)) return false
  if (tail.length < headBytes) return true
  const view = new DataView(tail.buffer, tail.byteOffset)
  const whole = headBytes + view.getUint32(4, true)
  if (whole > tail.length) return true
  return tail.subarray(headBytes, whole).every((byte) => byte === 0)
}

const numbersIn = (bytes: Uint8Array, from: number, to: number): number[] => {
  const found: number[] = []
  for (let at = from; at + 12 <= to; at++) {
    if (hasMagic(bytes, at)) found.push(new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(8, true))
  }
  return found
}

export const scanFrames = (bytes: Uint8Array): Scan => {
  const frames: Frame[] = []
  const damaged: { from: number; to: number; numbers: number[] }[] = []
  let at = 0
  while (at < bytes.length) {
    const frame = frameAt(bytes, at)
    if (frame !== null) {
      frames.push(frame)
      at += headBytes + frame.payload.length
      continue
    }
    let next = at + 1
    while (next < bytes.length && frameAt(bytes, next) === null) next++
    if (next >= bytes.length && isTorn(bytes.subarray(at))) break
    damaged.push({ from: at, to: next, numbers: numbersIn(bytes, at, next) })
    at = next
  }
  return { frames, end: at, damaged }
}
