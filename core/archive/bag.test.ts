import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { utf8 } from '#core/formats'
import { verifyPdf } from '#core/seal'
import { skipLoudly } from '../../tests/harness/skips.ts'
import { checkBag, verifyPackage, type Files } from './index.ts'

const samples = process.env['WENSHU_SAMPLES'] ?? fileURLToPath(new URL('../../../shared/samples', import.meta.url))
const suite = join(samples, 'bagit-conformance-suite/v1.0')
const absent = !existsSync(suite) && skipLoudly('BagIt conformance suite', `${suite} is absent, set WENSHU_SAMPLES`)
const bagOf = (folder: string): Files => new Map(
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => {
    const path = join(entry.parentPath, entry.name)
    return [path.slice(folder.length + 1), new Uint8Array(readFileSync(path))]
  }))
const casesOf = (kind: 'valid' | 'invalid'): string[] => (absent ? [] : readdirSync(join(suite, kind)))
const judge = (files: Files) => verifyPackage(files, { anchors: [], crls: [], trust: 'decide' }, verifyPdf).verdict

describe.skipIf(absent)('BagIt conformance suite 1.0', () => {
  test.each(casesOf('valid'))('valid: %s', (name) => {
    const files = bagOf(join(suite, 'valid', name))
    expect(checkBag(files)).toEqual([])
    expect(judge(files)).toBe('unsigned')
  })
  test.each(casesOf('invalid'))('invalid: %s', (name) => {
    const files = bagOf(join(suite, 'invalid', name))
    expect(checkBag(files)).not.toEqual([])
    expect(judge(files)).toBe('invalid')
  })
  test('there are cases of both kinds', () => {
    expect([casesOf('valid').length > 0, casesOf('invalid').length > 0]).toEqual([true, true])
  })
})

describe('a bag of another maker', () => {
  // SHA-256 of "x"
  const hash = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881'
  const bag = (manifest: string, extra: Readonly<Record<string, string>> = {}): Files => new Map(Object.entries({
    'bagit.txt': 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n', 'manifest-sha256.txt': manifest, 'data/a': 'x', ...extra,
  }).map(([path, content]) => [path, utf8(content)]))
  test('is sound', () => expect(checkBag(bag(`${hash}  data/a\n`))).toEqual([]))
  test.each([
    ['another hash', bag(`${hash.replace('2', '3')}  data/a\n`)], ['a surplus file', bag(`${hash}  data/a\n`, { 'data/b': 'x' })],
    ['a missing file', bag(`${hash}  data/a\n${hash}  data/b\n`)], ['a path out of the bag', bag(`${hash}  data/../../a\n`)], ['an absolute path', bag(`${hash}  /data/a\n`)],
    ['an unknown algorithm', bag(`${hash}  data/a\n`, { 'manifest-whirlpool.txt': `${hash}  data/a\n` })], ['no manifest', new Map([...bag('')].filter(([path]) => path !== 'manifest-sha256.txt'))],
    ['names that differ in case only', bag(`${hash}  data/a\n${hash}  data/A\n`, { 'data/A': 'x' })], ['a tag file in the payload manifest', bag(`${hash}  data/a\n${hash}  bagit.txt\n`)],
    ['no declaration', new Map([...bag(`${hash}  data/a\n`)].filter(([path]) => path !== 'bagit.txt'))],
  ])('with %s is not', (_, files) => expect(checkBag(files)).not.toEqual([]))
  test('something that is no bag at all is told apart', () => expect(judge(new Map([['readme.txt', utf8('x')]]))).toBe('unusable'))
})
