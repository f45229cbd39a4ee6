/**
 * Flate data of bytes that are nearly all zero. A map from the glyph ids of a whole Han font is 128 KB with a few hundred entries; a
 * general deflater looks at every byte of it, and there are five such maps in a document. RFC 1950, RFC 1951 §3.2.6
 */

/** Longest copy and the code of that length. RFC 1951 §3.2.5 */
const longestCopy = 258
/** First length of each length code from 257 on, and its extra bits. */
const lengthBases = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258]
const extraBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const adlerPrime = 65_521

/**
 * A zlib stream of `length` bytes that are 0 but at `offsets` (ascending, each once), where they are `values`. The same input
 * gives the same bytes.
 */
export function deflatedSparse(length: number, offsets: readonly number[], values: readonly number[]): Uint8Array {
  const bits = createBits()
  bits.put(1, 1)
  bits.put(1, 2)
  let low = 1
  let high = 0
  let at = 0
  const zeros = (count: number): void => {
    if (count === 0) return
    // s1 stays while zeros pass, and s2 grows by it for each.
    high = (high + count * low) % adlerPrime
    putLiteral(bits, 0)
    let left = count - 1
    while (left >= 3) {
      const run = Math.min(left, longestCopy)
      putCopy(bits, run)
      left -= run
    }
    for (; left > 0; left--) putLiteral(bits, 0)
  }
  offsets.forEach((offset, i) => {
    zeros(offset - at)
    const value = values[i]!
    putLiteral(bits, value)
    low = (low + value) % adlerPrime
    high = (high + low) % adlerPrime
    at = offset + 1
  })
  zeros(length - at)
  // End of block: code 256, seven zero bits.
  bits.put(0, 7)
  return bits.finish(high * 65_536 + low)
}

type Bits = { put(value: number, count: number): void; finish(adler: number): Uint8Array }

function createBits(): Bits {
  const bytes: number[] = [0x78, 0x9c]
  let held = 0
  let count = 0
  return {
    put(value, width) {
      held |= value << count
      count += width
      while (count >= 8) {
        bytes.push(held & 255)
        held >>>= 8
        count -= 8
      }
    },
    finish(adler) {
      if (count > 0) bytes.push(held & 255)
      return Uint8Array.from([...bytes, (adler >>> 24) & 255, (adler >>> 16) & 255, (adler >>> 8) & 255, adler & 255])
    },
  }
}

/** Huffman codes are packed from their most significant bit. */
function reversed(code: number, width: number): number {
  let out = 0
  for (let i = 0; i < width; i++) out |= ((code >> i) & 1) << (width - 1 - i)
  return out
}

function putLiteral(bits: Bits, value: number): void {
  if (value < 144) bits.put(reversed(0x30 + value, 8), 8)
  else bits.put(reversed(0x190 + value - 144, 9), 9)
}

/** A copy of the byte before it, `run` times. */
function putCopy(bits: Bits, run: number): void {
  let code = lengthBases.length - 1
  while (lengthBases[code]! > run) code--
  const symbol = 257 + code
  if (symbol < 280) bits.put(reversed(symbol - 256, 7), 7)
  else bits.put(reversed(0xc0 + symbol - 280, 8), 8)
  bits.put(run - lengthBases[code]!, extraBits[code]!)
  // Distance 1: code 0, five bits.
  bits.put(0, 5)
}
