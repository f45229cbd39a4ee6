/** Seam seals, several impressions, pictures, certification: what one signature carries, and what others make of it. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { writePem } from '#core/crypto'
import { skipLoudly } from '../../../tests/harness/skips.ts'
import { keywordPlaces, sealPdf, sealPdfTo, verifyPdf } from '../index.ts'
import { seamSlices } from './seam.ts'
import { discPng, onePage, pagesPdf, request, sealed, stampedBy, testPki, update } from './seal.fixture.ts'

const pki = await testPki('rsa')
const signer = await pki.signer('rsa', '机关')
const decide = { anchors: [pki.root], crls: [pki.crl], trust: 'decide' } as const
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

describe('the geometry of seams', () => {
  const paper = Array.from({ length: 50 }, () => ({ width: 210, height: 297 }))
  const seal = { width: 40, height: 40 }
  test('five pages on the right edge, as a vendor cuts them', () => {
    const slices = seamSlices({ edge: 'right', pages: [1, 2, 3, 4, 5] }, paper, seal)
    expect(slices.map(({ fromX, width, height, x, y }) => [fromX, width, height, x, y])).toEqual([0, 8, 16, 24, 32].map((from) => [from, 8, 40, 202, 128.5]))
  })
  test.each(['left', 'top', 'bottom'] as const)('%s: every part of the seal once, all on the paper', (edge) => {
    const slices = seamSlices({ edge, pages: [1, 2, 3, 4] }, paper, seal)
    expect(slices.map(({ fromX, fromY }) => fromX + fromY).sort((a, b) => a - b)).toEqual([0, 10, 20, 30])
    expect(slices.every(({ x, y, width, height }) => x >= 0 && y >= 0 && x + width <= 210 && y + height <= 297)).toBe(true)
  })
  test('many pages share several seals, none alone', () => {
    const slices = seamSlices({ edge: 'right' }, paper.slice(0, 41), seal)
    const groups = slices.filter(({ fromX }) => fromX === 0).length
    expect([slices.length, groups]).toEqual([41, 3])
    expect(slices.every(({ width }) => width >= 2 && width <= 20)).toBe(true)
    for (const count of [2, 3, 5, 7]) expect(Math.max(...seamSlices({ edge: 'right', perSeal: 2 }, paper.slice(0, count), seal).map(({ width }) => width))).toBeLessThanOrEqual(20)
  })
  test('facing pages: left half on the right edge, right half on the next left edge', () => {
    const slices = seamSlices({ edge: 'right', sides: 'facing', pages: [1, 2, 3] }, paper, seal)
    expect(slices.map(({ page, x, fromX }) => [page, x, fromX])).toEqual([[1, 190, 0], [2, 0, 20], [2, 190, 0], [3, 0, 20]])
  })
  test.each([[{ edge: 'right', pages: [1] }], [{ edge: 'right', pages: [1, 99] }], [{ edge: 'right', pages: [1, 1] }], [{ edge: 'right', along: 5 }]] as const)('%o is refused', (seam) => {
    expect(() => seamSlices(seam, paper, seal)).toThrow()
  })
})

describe('one signature, many impressions', () => {
  const options = { seams: [{ edge: 'right' as const }], alsoAt: [{ page: 3, x: 100, y: 100 }] }
  test('seam and further impressions are part of the same revision: nothing is modified, one signature', async () => {
    const out = await sealed(pagesPdf(5), signer, options)
    const report = verifyPdf(out, decide)
    expect([report.verdict, report.signatures.length, report.signatures[0]?.coverage]).toEqual(['valid', 1, 'whole'])
    expect(text(out).match(/\/Subtype \/Stamp/g)).toHaveLength(6)
    expect(text(out).match(/\/FT \/Sig/g)).toHaveLength(1)
  })
  test('a second signer may follow; a second seam may not, for it would break the first seal', async () => {
    const first = await sealed(pagesPdf(5), signer, options)
    const other = await pki.signer('rsa', '乙机关')
    expect(verifyPdf(await sealed(first, other, { place: { page: 2, x: 60, y: 60, diameter: 42 } }), decide).verdict).toBe('valid')
    expect(await sealPdf(request(first, other, options))).toMatchObject({ ok: false, error: { code: 'seal.breaks-earlier' } })
  })
  test('a picture keeps its shape and its transparency', async () => {
    const out = await sealed(onePage(), signer, { appearance: { png: discPng() }, place: { page: 1, x: 100, y: 100, diameter: 40 } })
    expect(text(out)).toMatch(/\/SMask \d+ 0 R/)
    const rect = /\/Rect \[([\d. ]+)\]/.exec(text(out))![1]!.split(' ').map(Number)
    expect((rect[2]! - rect[0]!) / (rect[3]! - rect[1]!)).toBeCloseTo(4 / 3, 3)
    expect(verifyPdf(out, decide).verdict).toBe('valid')
  })
  test.each([
    ['no picture', { appearance: { png: new Uint8Array(20) } }, 'seal.picture'], ['a huge place', { appearance: { png: discPng() }, place: { page: 1, x: 100, y: 100, diameter: 150 } }, 'seal.diameter'],
    ['a seam on one page', { seams: [{ edge: 'right' as const }] }, 'seal.seam-pages'],
  ])('%s is refused', async (_, change, code) => {
    expect(await sealPdf(request(onePage(), signer, change))).toMatchObject({ ok: false, error: { code } })
  })
  test('SM2 is told to be unknown abroad', async () => {
    const result = await sealPdfTo(request(onePage(), await pki.signer('sm2', '机关')))
    expect(result).toMatchObject({ ok: true, value: { warnings: [{ code: 'seal.sm2-foreign' }] } })
  })
})

describe('by keyword', () => {
  const positions = (word: string) => (word === '机关' ? [{ page: 1, x: 20, y: 30, width: 20, height: 6 }, { page: 2, x: 100, y: 200, width: 20, height: 6 }] : [])
  test('the last place counts, or the first, or all; the seal stands on the words', async () => {
    const of = (which?: 'all' | 'first' | 'last') => keywordPlaces({ keyword: '机关', positions, diameter: 42, ...(which === undefined ? {} : { which }) })
    expect(of()).toEqual({ ok: true, value: [{ page: 2, x: 110, y: 203, diameter: 42 }] })
    expect(of('first')).toMatchObject({ value: [{ page: 1, x: 30, y: 33 }] })
    const all = of('all')
    expect(all.ok && all.value.length).toBe(2)
    const place = of()
    expect(verifyPdf(await sealed(pagesPdf(2), signer, { place: place.ok ? place.value[0]! : { page: 1, x: 0, y: 0, diameter: 1 } }), decide).verdict).toBe('valid')
  })
  test.each(['别的', ''])('“%s” is not found', (keyword) => {
    expect(keywordPlaces({ keyword, positions, diameter: 42 })).toMatchObject({ ok: false, error: { code: 'seal.keyword' } })
  })
})

describe('certification', () => {
  const annots = (bytes: Uint8Array): string => /\/Annots (\[[^\]]*\])/.exec(text(bytes))![1]!
  const withNote = (bytes: Uint8Array): Uint8Array => update(bytes, {
    3: `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]/Resources<<>>/Contents 4 0 R/Annots ${annots(bytes).replace(']', ' 60 0 R]')}>>`, 60: '<</Type/Annot/Subtype/Text/Rect[0 0 20 20]>>',
  })
  test.each([1, 2, 3] as const)('P=%i is written, verified, and lets others sign or not', async (docMdp) => {
    const first = await sealed(onePage(), signer, { docMdp })
    expect(text(first)).toMatch(/\/Perms <<\/DocMDP \d+ 0 R>>/)
    expect(verifyPdf(first, decide).verdict).toBe('valid')
    const second = await sealPdf(request(first, signer, { place: { page: 1, x: 60, y: 200, diameter: 42 } }))
    expect(second).toMatchObject(docMdp === 1 ? { ok: false, error: { code: 'seal.certified' } } : { ok: true })
    expect(verifyPdf(withNote(first), decide).verdict).toBe(docMdp === 3 ? 'valid' : 'invalid')
  })
  test('only the first signature can certify', async () => {
    expect(await sealPdf(request(await sealed(onePage(), signer), signer, { docMdp: 2 }))).toMatchObject({ ok: false, error: { code: 'seal.not-first' } })
  })
  test('P=1 still lets evidence and an archive stamp follow', async () => {
    const authority = await pki.authority('rsa')
    const out = await sealed(onePage(), signer, {
      docMdp: 1, level: 'LTA', timeStamp: stampedBy(authority, '2026-11-24T10:00:01Z'), evidence: { certificates: [pki.root], crls: [pki.crl], ocsps: [] },
    })
    expect(verifyPdf(out, decide).verdict).toBe('valid')
  })
})

describe('other programs on three signers, seams and archive stamps', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'wenshu-places-'))
  afterAll(() => rmSync(scratch, { recursive: true }))
  const authority = await pki.authority('rsa')
  const first = await sealed(pagesPdf(5), signer, { seams: [{ edge: 'right' }], docMdp: 2 })
  const second = await sealed(first, await pki.signer('p256', '乙机关'), { place: { page: 2, x: 60, y: 80, diameter: 42 } })
  const third = await sealed(second, await pki.signer('rsa', '丙机关'), {
    place: { page: 3, x: 160, y: 200, diameter: 42 }, level: 'LTA', timeStamp: stampedBy(authority, '2026-11-24T10:00:01Z'), evidence: { certificates: [pki.root], crls: [pki.crl], ocsps: [] },
  })
  writeFileSync(join(scratch, 'three.pdf'), third)
  writeFileSync(join(scratch, 'ca.pem'), writePem('CERTIFICATE', pki.root))
  const missing = (tool: string): boolean => spawnSync(tool, ['--version']).error !== undefined && skipLoudly(`seal places against ${tool}`, `${tool} is not on the path`)
  const run = (tool: string, ...args: string[]) => {
    const done = spawnSync(tool, args, { encoding: 'utf8', cwd: scratch })
    return { code: done.status, text: `${done.stdout}${done.stderr}` }
  }
  test('we', () => {
    expect(verifyPdf(third, decide)).toMatchObject({ verdict: 'valid', signatures: [{}, {}, { timeSource: 'timestamp' }, { type: 'ETSI.RFC3161' }] })
  })
  test.skipIf(missing('pdfsig') || missing('certutil'))('pdfsig: three valid and trusted', () => {
    run('certutil', '-N', '-d', `sql:${scratch}`, '--empty-password')
    run('certutil', '-A', '-d', `sql:${scratch}`, '-n', 'root', '-t', 'CT,C,C', '-i', 'ca.pem')
    const { text: said } = run('pdfsig', '-nssdir', `sql:${scratch}`, 'three.pdf')
    expect(said.match(/Signature is Valid\./g)).toHaveLength(3)
    expect(said.match(/Certificate is Trusted\./g)).toHaveLength(3)
  })
  test.skipIf(missing('qpdf'))('qpdf: clean', () => expect(run('qpdf', '--check', 'three.pdf')).toMatchObject({ code: 0 }))
  test.skipIf(missing('mutool'))('mutool: the newest unchanged since signing, the earlier ones valid', () => {
    // It calls every later increment an edit, an empty one too, so only the newest signature can be told as unchanged.
    writeFileSync(join(scratch, 'two.pdf'), second)
    const { text: said } = run('mutool', 'sign', '-v', 'two.pdf')
    expect(said.match(/valid but there have been edits|unchanged since signing/g)).toEqual(['valid but there have been edits', 'unchanged since signing'])
  })
  test.skipIf(missing('openssl'))('openssl: every CMS', () => {
    const ranges = [...text(third).matchAll(/\/ByteRange \[0 (\d+) (\d+) (\d+)/g)].map((match) => match.slice(1).map(Number) as [number, number, number])
    expect(ranges).toHaveLength(4)
    for (const [b, c, d] of ranges.slice(0, 3)) {
      const der = Buffer.from(text(third.subarray(b + 1, c - 1)), 'hex')
      writeFileSync(join(scratch, 'cms.der'), der.subarray(0, 4 + der.readUInt16BE(2)))
      writeFileSync(join(scratch, 'content'), Buffer.concat([third.subarray(0, b), third.subarray(c, c + d)]))
      expect(run('openssl', 'cms', '-verify', '-binary', '-inform', 'DER', '-in', 'cms.der', '-content', 'content', '-CAfile', 'ca.pem', '-purpose', 'any', '-cades', '-out', '/dev/null')).toMatchObject({ code: 0 })
    }
  })
})
