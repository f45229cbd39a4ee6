import fc from 'fast-check'
import { createSM3 } from 'hash-wasm'
import { expect, it, vi } from 'vitest'
import { sm3Hex } from '#core/crypto'
import { openSm3 } from '#keys'

const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 })
const joined = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]))

it('gives the digest of core however the content is cut, several at a time', async () => {
  await fc.assert(fc.asyncProperty(pieces, pieces, async (first, second) => {
    const [a, b] = await Promise.all([openSm3(), openSm3()])
    for (let at = 0; at < Math.max(first.length, second.length); at += 1) {
      if (first[at] !== undefined) a.update(first[at]!)
      if (second[at] !== undefined) b.update(second[at]!)
    }
    expect(a.digest()).toBe(sm3Hex(joined(first)))
    expect(b.digest()).toBe(sm3Hex(joined(second)))
  }))
})

it('agrees with a second implementation on content of many pieces', async () => {
  const [sum, theirs] = [await openSm3(), (await createSM3()).init()]
  for (let length = 1; length < 300_000; length = length * 3 + 1) {
    const piece = new Uint8Array(length).map((_, i) => (i * i + length) & 255)
    sum.update(piece)
    theirs.update(piece)
  }
  expect(sum.digest()).toBe(theirs.digest('hex'))
})

it('cannot go on after its digest', async () => {
  const sum = await openSm3()
  sum.digest()
  expect(() => { sum.update(new Uint8Array(1)) }).toThrow()
})

it('hashes where there is no WebAssembly', async () => {
  vi.stubGlobal('WebAssembly', undefined)
  vi.resetModules()
  try {
    const fresh = await import('#keys')
    const sum = await fresh.openSm3()
    sum.update(Uint8Array.of(97, 98, 99))
    expect(sum.digest()).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0')
  } finally {
    vi.unstubAllGlobals()
  }
})
