import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contextExplicit, ia5String, integer, octetString, readDer, sequence, utf8 } from '#core/formats'
import { judgeSealSignature, readSeal, readSealSignature, verifySeal } from '../index.ts'
import { cast, dataHash, must, sealBy, signWith } from './ses.fixture.ts'

const all = await cast()
const seal = await sealBy(all)
const signed = must(await signWith(seal, all.signer))
const raw = (der: Uint8Array): readonly Uint8Array[] => must(must(readDer(der)).children()).map((node) => node.raw)

describe('malformed structures', () => {
  const [info, certificate, algorithm, value] = raw(seal)
  const [header, id, property, picture] = raw(info!)
  const withInfo = (...parts: readonly Uint8Array[]): Uint8Array => sequence(sequence(...parts), certificate!, algorithm!, value!)
  const deep = (): Uint8Array => {
    let node = sequence()
    for (let i = 0; i < 5000; i++) node = sequence(node)
    return node
  }
  test.each<readonly [string, string, Uint8Array]>([
    ['nothing', 'der.truncated', new Uint8Array(0)],
    ['text', 'der.truncated', utf8('seal')],
    ['bytes behind it', 'der.trailing', new Uint8Array([...seal, 0])],
    ['one byte short', 'der.truncated', seal.subarray(0, -1)],
    ['an indefinite length', 'der.length', new Uint8Array([0x30, 0x80, ...seal.subarray(4), 0, 0])],
    ['a long-winded length', 'der.length', new Uint8Array([0x30, 0x83, 0, seal[2]!, seal[3]!, ...seal.subarray(4)])],
    ['a length beyond the file', 'der.truncated', new Uint8Array([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff])],
    ['three parts', 'seal.malformed', sequence(info!, certificate!, algorithm!)],
    ['six parts', 'seal.malformed', sequence(info!, certificate!, algorithm!, value!, value!, value!)],
    ['another mark', 'seal.malformed', withInfo(sequence(ia5String('EZ'), integer(4), ia5String('V')), id!, property!, picture!)],
    ['a version of ten digits', 'seal.version', withInfo(sequence(ia5String('ES'), integer(4_000_000_000), ia5String('V')), id!, property!, picture!)],
    ['a picture of less than nothing', 'seal.picture', withInfo(header!, id!, property!, sequence(ia5String('PNG'), octetString(utf8('x')), integer(-1), integer(40)))],
    ['a picture of two kilometres', 'seal.picture', withInfo(header!, id!, property!, sequence(ia5String('PNG'), octetString(utf8('x')), integer(2_000_000), integer(40)))],
    ['a certificate list of no known kind', 'seal.malformed', withInfo(header!, id!, sequence(...raw(property!).map((part, i) => (i === 2 ? integer(3) : part))), picture!)],
    ['a long name', 'seal.malformed', withInfo(header!, ia5String('1'.repeat(5000)), property!, picture!)],
    ['depth', 'seal.malformed', withInfo(header!, id!, property!, picture!, contextExplicit(0, deep()))],
    ['depth where a seal should start', 'seal.malformed', deep()],
    ['size', 'seal.too-large', new Uint8Array(17 * 1024 * 1024)],
  ])('%s: %s', (_, code, bytes) => {
    const read = readSeal(bytes)
    expect(read.ok ? 'read' : [read.error.code, /[\u4e00-\u9fff]/.test(read.error.message)]).toEqual([code, true])
    expect(verifySeal(bytes, all.decide).verdict).toBe('unusable')
  })

  test('whatever the bytes, nothing is thrown', () => fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
    readSeal(bytes)
    readSealSignature(bytes)
    expect(verifySeal(bytes, all.decide).verdict).toBe('unusable')
  }), { numRuns: 300 }))
})

describe('mutations', () => {
  test('no changed byte of a seal leaves it good', () => fc.assert(fc.property(fc.nat(seal.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
    const changed = seal.map((byte, i) => (i === at ? byte ^ flip : byte))
    expect([at, flip, verifySeal(changed, all.decide).verdict]).not.toEqual([at, flip, 'valid'])
  }), { numRuns: 150, seed: 38540 }))

  test('no changed byte of a signature leaves it good, even without trust where the signature covers it', () => fc.assert(fc.property(fc.nat(signed.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
    const changed = signed.map((byte, i) => (i === at ? byte ^ flip : byte))
    expect([at, flip, judgeSealSignature(changed, all.decide, dataHash).verdict]).not.toEqual([at, flip, 'valid'])
    // The signer's certificate must be the one in the signed seal, so that here nothing at all is loose.
    expect([at, flip, judgeSealSignature(changed, { anchors: [], crls: [], trust: 'report' }, dataHash).verdict]).not.toEqual([at, flip, 'valid'])
  }), { numRuns: 120, seed: 38540 }))

  test('no inserted, lost or doubled run of bytes leaves it good', () => fc.assert(fc.property(fc.nat(signed.length - 1), fc.integer({ min: 1, max: 40 }), fc.constantFrom('cut', 'double', 'zero'), (at, length, how) => {
    const [head, run, tail] = [signed.subarray(0, at), signed.subarray(at, at + length), signed.subarray(at + length)]
    const middle = how === 'cut' ? [] : how === 'double' ? [...run, ...run] : [...run].map(() => 0)
    const changed = new Uint8Array([...head, ...middle, ...tail])
    fc.pre(Buffer.compare(changed, signed) !== 0)
    expect(judgeSealSignature(changed, all.decide, dataHash).verdict).not.toBe('valid')
  }), { numRuns: 100, seed: 38540 }))
})
