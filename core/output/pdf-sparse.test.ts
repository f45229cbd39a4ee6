import { unzlibSync } from 'fflate'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deflatedSparse } from './pdf-sparse.ts'

describe('Flate data of sparse bytes', () => {
  it('unpacks to what was meant, for every run length', () => {
    const one = (length: number, entries: ReadonlyMap<number, number>): void => {
      const offsets = [...entries.keys()].sort((a, b) => a - b)
      const wanted = new Uint8Array(length)
      for (const offset of offsets) wanted[offset] = entries.get(offset)!
      expect(unzlibSync(deflatedSparse(length, offsets, offsets.map((offset) => entries.get(offset)!)))).toEqual(wanted)
    }
    for (let length = 0; length < 600; length++) one(length, new Map())
    fc.assert(fc.property(fc.integer({ min: 1, max: 3000 }), fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 60 }), (length, pairs) => {
      one(length, new Map(pairs.map(([at, value]) => [at % length, value])))
    }))
  })
  it('is right about the checksum of a whole font’s map, and small', () => {
    const offsets = Array.from({ length: 1500 }, (_, i) => 2 * (i * 43) + 1)
    const packed = deflatedSparse(131_072, offsets, offsets.map((_, i) => i % 256))
    expect(unzlibSync(packed)).toHaveLength(131_072)
    expect(packed.length).toBeLessThan(8000)
    let low = 1
    let high = 0
    for (const byte of unzlibSync(packed)) {
      low = (low + byte) % 65_521
      high = (high + low) % 65_521
    }
    expect(new DataView(packed.buffer).getUint32(packed.length - 4)).toBe(high * 65_536 + low)
  })
})
