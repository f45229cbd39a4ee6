/** Seeded damage to packages: whatever comes, an answer in bounded time and memory, never an exception. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { writeZip } from '#core/formats'
import { ofdPageToSvg, readOfd } from '#core/output'
import { fixture } from '../typeset/fixtures.ts'
import { ofdOf, open } from './documents.ts'

const seed = Number(process.env['WENSHU_FUZZ_SEED'] ?? '33190')
const rounds = Number(process.env['WENSHU_FUZZ_ROUNDS'] ?? '400')
/** A round takes some milliseconds; a machine that is busy gets fewer of them rather than a failure. */
const budget = 40_000

/** mulberry32: small, seeded, good enough to choose bytes. */
function randomOf(start: number): (below: number) => number {
  let state = start
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}

const samples = process.env['WENSHU_SAMPLES'] ?? fileURLToPath(new URL('../../../shared/samples', import.meta.url))
const names = ['v4signed', 'V4RideRight', 'z', 'SESV4SignDoc'].map((name) => join(samples, 'ofdrw', `${name}.ofd`)).filter((path) => existsSync(path))

type Parts = readonly { readonly path: string; readonly bytes: Uint8Array }[]
const junk = ['0 0 0 0', '-1 -1 -1 -1', '1e308', 'NaN', '99999999999999999999', '', 'g 1000000000 1', '</', '&#0;', '"><', '../../x', '/OFD.xml', 'Doc_0/Document.xml', '\u0000', '𠅤']

/** One change: bytes of the package, bytes of a part, words of a part, a part in place of another, or a part less. */
function damaged(bytes: Uint8Array, parts: Parts, random: (below: number) => number): Uint8Array {
  const flipped = (source: Uint8Array): Uint8Array => {
    const out = Uint8Array.from(source)
    for (let i = 0, count = 1 + random(6); i < count; i++) out[random(out.length)] = random(256)
    return out
  }
  const kind = random(6)
  if (kind === 0) return flipped(bytes)
  if (kind === 1) return bytes.slice(0, random(bytes.length))
  const at = random(parts.length)
  const part = parts[at]!
  if (kind === 2) return writeZip(parts.map((entry, i) => (i === at ? { ...entry, bytes: flipped(entry.bytes) } : entry)))
  if (kind === 3) return writeZip(parts.filter((_, i) => i !== at))
  if (kind === 4) return writeZip(parts.map((entry, i) => (i === at ? { ...entry, bytes: parts[random(parts.length)]!.bytes } : entry)))
  // Values of attributes and texts, several at once, the XML staying whole in most cases.
  const text = new TextDecoder().decode(part.bytes)
  const chance = 1 + random(40)
  const changed = text.replace(/(?<==")[^"]*(?=")|(?<=>)[^<>]+(?=<)/gu, (value) => (random(chance) === 0 ? junk[random(junk.length)]! : value))
  return writeZip(parts.map((entry, i) => (i === at ? { ...entry, bytes: new TextEncoder().encode(changed) } : entry)))
}

describe(`damaged packages, seed ${seed}`, () => {
  it(`O44 answers ${rounds} of them with a document or a reason`, async () => {
    process.stdout.write(`OFD fuzz: WENSHU_FUZZ_SEED=${seed} WENSHU_FUZZ_ROUNDS=${rounds}\n`)
    const sources = [await ofdOf(fixture(1)), await ofdOf(fixture(65)), ...names.map((name) => new Uint8Array(readFileSync(name)))]
    const packages = sources.map((bytes) => ({ bytes, parts: [...open(bytes).files].map(([path, part]) => ({ path, bytes: part })) }))
    const outcomes = new Map<string, number>()
    const start = performance.now()
    let done = 0
    let slowest = 0
    for (; done < rounds && performance.now() - start < budget; done++) {
      const random = randomOf(seed * 100_003 + done)
      const { bytes, parts } = packages[random(packages.length)]!
      const made = damaged(bytes, parts, random)
      const began = performance.now()
      const label = `round ${done} of seed ${seed}`
      try {
        const document = readOfd(made)
        if (document.ok) {
          for (let page = 0; page < Math.min(2, document.value.pages.length); page++) {
            const svg = ofdPageToSvg(document.value, page)
            // Texts, names of fonts and the bytes of pictures are the maker's own.
            const bare = svg.replace(/>[^<]*</gu, '><').replace(/ font-family="[^"]*"/gu, '').replace(/;base64,[A-Za-z0-9+/=]*/gu, '')
            const found = /.{0,60}(?:NaN|Infinity|<script|undefined).{0,20}/u.exec(bare)
            if (found !== null) throw new Error(`unsafe or senseless SVG: ${found[0]}`)
          }
        } else if (!document.error.code.startsWith('ofd.') || !/\p{Script=Han}/u.test(document.error.message)) throw new Error(`no reason for people: ${document.error.code}`)
        const outcome = document.ok ? 'opened' : document.error.code
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      } catch (problem) {
        throw new Error(label, { cause: problem })
      }
      const took = performance.now() - began
      if (took > slowest) slowest = took
      if (took > 10_000) throw new Error(`${label} took ${Math.round(took)} ms`)
    }
    process.stdout.write(`OFD fuzz: ${done} rounds, slowest ${Math.round(slowest)} ms, ${JSON.stringify(Object.fromEntries(outcomes))}\n`)
    // Both ends were reached, or the damage was of the wrong kind.
    expect(outcomes.get('opened')).toBeGreaterThan(0)
    expect(outcomes.size).toBeGreaterThan(3)
  })
})
