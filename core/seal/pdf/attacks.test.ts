/** Ways to make a sealed file say something else while its seal still seems to hold. None may end as valid. */
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { buildDetachedCms, digest } from '#core/crypto'
import { cpuTimeOf } from '../../../tests/harness/cpuTime.ts'
import { verifyPdf, type VerifyReport } from '../index.ts'
import { noSamples, onePage, pdfOf, sample, sealed, seeded, testPki, update } from './seal.fixture.ts'

const pki = await testPki('p256')
const signer = await pki.signer('p256', '机关')
const good = await sealed(onePage(), signer)
const judge = (bytes: Uint8Array): VerifyReport => verifyPdf(bytes, { anchors: [pki.root], crls: [pki.crl], trust: 'decide' })
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const bytesOf = (value: string): Uint8Array => new Uint8Array(Buffer.from(value, 'latin1'))
const append = (bytes: Uint8Array, more: string): Uint8Array => bytesOf(text(bytes) + more)
const rangeOf = (bytes: Uint8Array): readonly [number, number, number] =>
  /\/ByteRange \[0 (\d+) (\d+) (\d+)/.exec(text(bytes))!.slice(1).map(Number) as [number, number, number]
const withRange = (bytes: Uint8Array, range: string): Uint8Array =>
  bytesOf(text(bytes).replace(/\/ByteRange \[[^\]]*\]/, (whole) => `/ByteRange [${range.padEnd(whole.length - '/ByteRange []'.length)}]`))

test('the file under attack is good', () => {
  expect(judge(good).verdict).toBe('valid')
})

/** Signs whatever ranges are written, as an attacker with a key of his own would: only the shape of the range can tell. */
const resigned = async (bytes: Uint8Array, [a, b, c, d]: readonly [number, number, number, number]): Promise<Uint8Array> => {
  const ranged = withRange(bytes, `${a} ${b} ${c} ${d}`)
  const [gapStart, gapEnd] = rangeOf(good)
  const covered = Buffer.concat([ranged.subarray(a, a + b), ranged.subarray(c, c + d)])
  const cms = await buildDetachedCms({ contentDigest: digest('sha256', covered), chain: [] }, signer)
  const out = Buffer.from(ranged)
  out.write(Buffer.from(cms).toString('hex').padEnd(gapEnd - gapStart - 2, '0'), gapStart + 1, 'latin1')
  return new Uint8Array(out)
}

describe('the range', async () => {
  const [b, c, d] = rangeOf(good)
  test('signing again with the true range is the control', async () => {
    expect(judge(await resigned(good, [0, b, c, d])).verdict).toBe('valid')
  })
  test.each([
    ['starts later', [9, b - 9, c, d]], ['leaves a gap wider than the signature', [0, b - 20, c, d]], ['resumes later', [0, b, c + 10, d - 10]],
    ['overlaps', [0, c, c, d]], ['stops before the end', [0, b, c, d - 40]], ['has an empty second part', [0, b, c, 0]],
    ['reaches behind the end', [0, b, c, d + 100]],
  ] as const)('%s', async (_, range) => {
    expect(judge(await resigned(good, range)).verdict).toBe('invalid')
  })
  test.each(['0 1', '0 1 2', '0 1 2 3 4', '0 -5 10 10', '0 1.5 10 10', '0 99999999999999999999 1 1'])('is written as [%s]', (range) => {
    expect(judge(withRange(good, range)).verdict).toBe('invalid')
  })
})

describe('bytes behind the end', () => {
  test.each([['a line feed', '\n'], ['blanks of all kinds', ' \t\r\n\f\0'.repeat(200)]])('PP9 %s: no revision, and no reader shows it; told', (_, blanks) => {
    const report = judge(append(good, blanks))
    expect(report).toMatchObject({ verdict: 'valid', signatures: [{ coverage: 'partial', modifiedAfter: false }] })
    expect(report.signatures[0]?.steps).toContainEqual(expect.objectContaining({ name: '签名后的增补', result: 'warn', detail: expect.stringContaining(String(blanks.length)) }))
  })
  test.each([['a comment', '% note\n'], ['a second end mark', '%%EOF\n'], ['a second startxref', `startxref\n${/startxref\s+(\d+)/.exec(text(good))![1]}\n%%EOF\n`], ['another PDF', text(onePage())]])(
    '%s', (_, more) => {
      const report = judge(append(good, more))
      expect(report.verdict).toBe('invalid')
    })
})

describe('later revisions', async () => {
  const page = (extra: string) => `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]/Resources<<>>${extra}>>`
  const annots = /\/Annots (\[[^\]]*\])/.exec(text(good))![1]!
  const ref = Number(/\[(\d+)/.exec(annots)![1])
  const attack: readonly (readonly [string, Record<number, string>])[] = [
    ['replaces the page content', { 4: '<</Length 3>>\nstream\n0 g\nendstream' }],
    ['points the page to other content', { 3: page(`/Contents 50 0 R/Annots ${annots}`), 50: '<</Length 0>>\nstream\n\nendstream' }],
    ['adds a page', { 2: '<</Type/Pages/Count 2/Kids[3 0 R 50 0 R]>>', 50: page('') }],
    ['covers the page with an annotation', { 3: page(`/Contents 4 0 R/Annots [${ref} 0 R 50 0 R]`), 50: '<</Type/Annot/Subtype/Stamp/Rect[0 0 600 800]>>' }],
    ['covers the page with an unsigned signature field', { 3: page(`/Contents 4 0 R/Annots [${ref} 0 R 50 0 R]`), 50: '<</Type/Annot/Subtype/Widget/FT/Sig/Rect[0 0 600 800]>>' }],
    ['removes the seal from the page', { 3: page('/Contents 4 0 R') }],
    ['changes the page size', { 3: page(`/Contents 4 0 R/Annots ${annots}`).replace('595', '300') }],
    ['moves the seal', { [ref]: '<</Type/Annot/Subtype/Widget/FT/Sig/Rect[0 0 10 10]/T(x)>>' }],
    ['adds an open action', { 1: `<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript>>/AcroForm<</Fields[${ref} 0 R]/SigFlags 3>>>>` }],
    ['adds a text field', { 1: `<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[${ref} 0 R 50 0 R]/SigFlags 3>>>>`, 50: '<</FT/Tx/T(a)/V(b)>>' }],
    ['drops the form', { 1: '<</Type/Catalog/Pages 2 0 R>>' }],
    ['frees nothing but renames the root', { 60: '<</Type/Catalog/Pages 61 0 R>>', 61: '<</Type/Pages/Count 0/Kids[]>>' }],
  ]
  test.each(attack)('%s', (_, objects) => {
    const root = '60' in objects ? 60 : 1
    // Without its field the signature is not found any more: unsigned is as good as invalid, valid is not.
    expect(judge(update(good, objects, root)).verdict).not.toBe('valid')
  })

  test('fills a reference that pointed at nothing when it was signed (shadow content)', async () => {
    const shadow = await sealed(pdfOf([
      '<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Count 1/Kids[3 0 R]>>',
      '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents[4 0 R 90 0 R]>>', '<</Length 0>>\nstream\n\nendstream',
    ]), signer)
    expect(judge(shadow).verdict).toBe('valid')
    expect(judge(update(shadow, { 90: '<</Length 20>>\nstream\n0 0 300 300 re f    \nendstream' })).verdict).toBe('invalid')
  })

  test('changes the length that a stream refers to', async () => {
    const base = await sealed(pdfOf([
      '<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Count 1/Kids[3 0 R]>>',
      '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents 4 0 R>>', '<</Length 5 0 R>>\nstream\n0 g   \nendstream', '6',
    ]), signer)
    expect(judge(base).verdict).toBe('valid')
    expect(judge(update(base, { 5: '3' })).verdict).toBe('invalid')
  })

  test('document properties may change, which is told', async () => {
    const told = update(good, { 70: '<</Producer(x)>>' })
    expect(judge(told).signatures[0]).toMatchObject({ verdict: 'valid', coverage: 'partial' })
  })
})

describe('the signature itself', () => {
  const [start, end] = rangeOf(good)
  const inside = (change: (hex: string) => string): Uint8Array => bytesOf(`${text(good).slice(0, start + 1)}${change(text(good).slice(start + 1, end - 1))}${text(good).slice(end - 1)}`)
  test('PP8 is padded with something else than zeros, as in encrypted files: told', () => {
    const report = judge(inside((hex) => `${hex.slice(0, -2)}01`))
    expect(report.verdict).toBe('valid')
    expect(report.signatures[0]?.steps).toContainEqual(expect.objectContaining({ name: '签名格式', result: 'warn' }))
  })
  test.each([
    ['mixes cases', (hex: string) => hex.replace(/[a-f]/, (digit) => digit.toUpperCase())], ['has blanks among its digits', (hex: string) => `${hex.slice(0, 10)}\n ${hex.slice(10, -2)}`],
  ] as const)('PP8 %s: told', (_, change) => {
    const report = judge(inside(change))
    expect(report.verdict).toBe('valid')
    expect(report.signatures[0]?.steps).toContainEqual(expect.objectContaining({ name: '签名格式', result: 'warn' }))
  })
  test('is in another case', () => expect(judge(inside((hex) => hex.toUpperCase())).verdict).toBe('valid'))
  test.each([
    ['is empty', (hex: string) => '0'.repeat(hex.length)], ['holds a blank', (hex: string) => ` ${hex.slice(1)}`],
  ] as const)('%s', (_, change) => expect(judge(inside(change)).verdict).toBe('invalid'))

  test('carries content of its own', async () => {
    const cms = Buffer.from(await buildDetachedCms({ contentDigest: digest('sha256', new Uint8Array(0)), chain: [] }, signer)).toString('hex')
    expect(judge(inside((hex) => cms.padEnd(hex.length, '0'))).verdict).toBe('invalid')
  })
})

describe('hostile files', () => {
  const seed = process.env['WENSHU_SEED'] ?? randomBytes(4).toString('hex')
  const entropy = seeded(seed)
  const below = (n: number): number => Buffer.from(entropy(4)).readUInt32BE() % n

  test(`200 flipped bytes outside the signature value are never valid (WENSHU_SEED=${seed})`, () => {
    const [start, end] = rangeOf(good)
    for (let i = 0; i < 200; i++) {
      const at = below(good.length - (end - start))
      const position = at < start ? at : at + end - start
      const bytes = good.slice()
      bytes[position]! ^= 1 << below(8)
      expect(judge(bytes).verdict, `byte ${position}`).not.toBe('valid')
    }
  }, 90_000)

  test(`flips anywhere never throw and end quickly (WENSHU_SEED=${seed})`, () => {
    const bases = [good, ...(noSamples('esig-dss') ? [] : ['EmptyPage.pdf', 'hello_signed_INCSAVE_signed.pdf'].map((name) => sample(`esig-dss/${name}`)))]
    for (const base of bases) {
      for (let i = 0; i < 60; i++) {
        const bytes = base.slice()
        for (let n = 0; n <= i % 4; n++) bytes[below(bytes.length)] = below(256)
        expect(cpuTimeOf(() => judge(bytes)), `seed ${seed} round ${i}`).toBeLessThan(5000)
      }
    }
  }, 90_000)

  test('cut off anywhere: never valid', () => {
    for (let i = 0; i <= 100; i++) expect(judge(good.subarray(0, Math.floor(((good.length - 1) * i) / 100))).verdict).not.toBe('valid')
  })

  test.each([
    ['nothing', ''], ['only a header', '%PDF-1.7\n'], ['nested arrays', `%PDF-1.7\n1 0 obj\n${'['.repeat(100_000)}\nstartxref\n9\n%%EOF`],
    ['a table that points at itself', '%PDF-1.7\nxref\n0 0\ntrailer\n<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF'],
    ['a table that claims a billion entries', '%PDF-1.7\nxref\n0 1000000000\ntrailer\n<<>>\nstartxref\n9\n%%EOF'],
    ['a page tree that loops', text(pdfOf(['<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[2 0 R]>>>>', '<</Type/Pages/Kids[2 0 R]>>']))],
    ['a length that refers to itself', text(pdfOf(['<</Type/Catalog/Pages 2 0 R/AcroForm 2 0 R>>', '<</Length 2 0 R>>\nstream\n\nendstream']))],
    ['fields that contain each other', text(pdfOf(['<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]>>>>', '<</Type/Pages/Kids[]>>', '<</Kids[4 0 R]>>', '<</Kids[3 0 R]>>']))],
    ['a key twice', text(pdfOf(['<</Type/Catalog/Pages 2 0 R/Pages 3 0 R>>']))],
  ])('%s', (_, content) => {
    expect(['unusable', 'unsigned']).toContain(judge(bytesOf(content)).verdict)
  })
})
