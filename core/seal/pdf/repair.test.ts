/** Damaged files of strangers: their signatures are listed, and what readers may see in two ways is never valid. docs/spec/seal.md, PR. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { skipLoudly } from '../../../tests/harness/skips.ts'
import { sealPdf, verifyPdf, type VerifyReport } from '../index.ts'
import { onePage, openSignatureDict, pdfOf, request, sealed, signedAtOnce, testPki, update } from './seal.fixture.ts'

const pki = await testPki('p256')
const signer = await pki.signer('p256', '机关')
const judge = (bytes: Uint8Array): VerifyReport => verifyPdf(bytes, { anchors: [pki.root], crls: [pki.crl], trust: 'decide' })
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const bytesOf = (value: string): Uint8Array => new Uint8Array(Buffer.from(value, 'latin1'))
const codes = (report: VerifyReport): readonly string[] => report.warnings.map(({ code }) => code)

const scratch = mkdtempSync(join(tmpdir(), 'wenshu-repair-'))
afterAll(() => { rmSync(scratch, { recursive: true, force: true }) })
const missing = (tool: string): boolean => spawnSync(tool, ['-v']).error !== undefined && skipLoudly(tool, `${tool} is not installed`)
const run = (tool: string, ...args: readonly string[]): string => {
  const done = spawnSync(tool, args, { encoding: 'utf8', cwd: scratch })
  return done.stdout + done.stderr
}

const page = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>/Contents 4 0 R/Annots[5 0 R]>>'
const show = (words: string): string => `BT /F 20 Tf 50 700 Td (${words}) Tj ET`
const streamOf = (content: string, length: number | string = content.length): string => `<</Length ${length}>>\nstream\n${content}\nendstream`
const objects = [
  '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/SigFlags 3>>>>', '<</Type/Pages/Count 1/Kids[3 0 R]>>', page, streamOf(show('SIGNED')),
  '<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/F 132/Rect[0 0 0 0]/P 3 0 R/V 6 0 R>>',
  openSignatureDict,
]

/** The file signed with its damage in it. */
const signed = (damage: (file: string) => string, from: readonly string[] = objects): Promise<Uint8Array> => signedAtOnce(damage(text(pdfOf(from))), signer)
const moveEntries = (file: string, by: number): string => file.replace(/(\d{10}) 00000 n/g, (_, offset: string) => `${String(Number(offset) + by).padStart(10, '0')} 00000 n`)
const moveStart = (file: string, by: number): string => file.replace(/startxref\n(\d+)/, (_, offset: string) => `startxref\n${Number(offset) + by}`)
const withoutTable = (file: string): string => file.slice(0, file.indexOf('xref\n0 '))

test('PR0 the file that is damaged below is sound', async () => {
  expect(judge(await signed((file) => file))).toMatchObject({ verdict: 'valid', warnings: [], signatures: [{ coverage: 'whole' }] })
})

test('offsets that stop at the blank before an object are no damage', async () => {
  expect(judge(await signed((file) => moveEntries(file, -1)))).toMatchObject({ verdict: 'valid', warnings: [] })
})

/** Damage that leaves one reading to all. */
const alike: readonly (readonly [string, (file: string) => string])[] = [
  ['offsets one too large', (file) => moveEntries(file, 1)], ['offsets far off', (file) => moveEntries(file, 7)],
  ['startxref off', (file) => moveStart(file, 5)], ['startxref 0', (file) => file.replace(/startxref\n\d+/, 'startxref\n0')],
  ['no startxref', (file) => file.replace(/startxref\n\d+\n/, '')], ['no end mark', (file) => file.replace('%%EOF\n', '')],
  ['no endobj', (file) => file.replaceAll('endobj\n', '')], ['no endobj and blanks', (file) => file.replaceAll('endobj\n', '       ').replace('2 0 obj', '2  0   obj')],
  ['lines that end in CR alone', (file) => file.replaceAll('\n', '\r')],
]
describe('PR1 PR4 what all readers must come to is judged, and told', () => {
  test.each(alike)('%s', async (_, damage) => {
    const report = judge(await signed(damage))
    expect(report.signatures.flatMap(({ steps }) => steps.filter(({ result }) => result === 'fail' || result === 'unknown'))).toEqual([])
    expect(report).toMatchObject({ verdict: 'valid', signatures: [{ verdict: 'valid', coverage: 'whole' }] })
    expect(codes(report)).toEqual(['pdf.repaired'])
    expect(report.signatures[0]?.steps).toContainEqual(expect.objectContaining({ name: '文件结构', result: 'warn', code: 'pdf.structure' }))
  })
  test.each(alike)('%s, and then a changed byte', async (_, damage) => {
    const bytes = await signed(damage)
    bytes[Buffer.from(bytes).indexOf('SIGNED')] = 0x58
    expect(judge(bytes)).toMatchObject({ verdict: 'invalid', signatures: [{ verdict: 'invalid' }] })
  })
  test.skipIf(missing('pdftotext') || missing('mutool'))('two other readers show the same words in each', async () => {
    for (const [what, damage] of alike) {
      writeFileSync(join(scratch, 'alike.pdf'), await signed(damage))
      expect([what, run('pdftotext', 'alike.pdf', '-').includes('SIGNED'), run('mutool', 'draw', '-q', '-F', 'txt', 'alike.pdf').includes('SIGNED')]).toEqual([what, true, true])
    }
  })
  test.skipIf(missing('pdfsig'))('pdfsig finds the same signature, and calls it valid too', async () => {
    for (const [what, damage] of alike) {
      writeFileSync(join(scratch, 'alike.pdf'), await signed(damage))
      expect([what, run('pdfsig', '-nocert', 'alike.pdf').includes('Signature is Valid')]).toEqual([what, true])
    }
  })
})

/** Damage in which one reader may see something and another one something else. */
const apart: readonly (readonly [string, (file: string) => string, (readonly string[])?])[] = [
  ['an object twice', (file) => moveStart(file, 5).replace('xref\n0 ', `4 0 obj\n${streamOf(show('FORGED'))}\nendobj\nxref\n0 `)],
  ['an object twice, the table right about the first', (file) => file.replace('5 0 obj', 'x 0 obj').replace('xref\n0 ', `5 0 obj\n${objects[4]}\nendobj\n4 0 obj\n${streamOf(show('FORGED'))}\nendobj\nxref\n0 `)],
  ['an object hidden in a stream', (file) => moveStart(file, 5), objects.with(3, streamOf(`${show('SIGNED')}\n4 0 obj ${streamOf(show('FORGED'))} endobj`))],
  ['an object hidden in a string', (file) => moveStart(file, 5), [...objects, '(\n4 0 obj <</Length 0>>\nstream\n\nendstream endobj\n)']],
  ['a wrong length', (file) => file, objects.with(3, streamOf(show('SIGNED'), 9))],
  ['a length that is too long', (file) => file, objects.with(3, streamOf(show('SIGNED'), 100_000))],
  ['a length that ends early at an endstream', (file) => moveStart(file, 5), objects.with(3, streamOf(`${show('SIGNED')}\nendstream\n${show('FORGED')}`, show('SIGNED').length + 1))],
  ['a key twice', (file) => file, objects.with(2, page.replace('/Contents 4 0 R', '/Contents 4 0 R/Contents 7 0 R')).concat(streamOf(show('FORGED')))],
  ['two catalogs', (file) => moveStart(file, 5).replace('startxref', 'trailer\n<</Root 7 0 R>>\nstartxref'), [...objects, objects[0]!.replace('/Type', '/X 1/Type')]],
  ['a table that calls an object free', (file) => moveEntries(file, 3).replace(/\d{10} 00000 n \n(?=trailer)/, '0000000000 00000 f \n'), [...objects, streamOf('')]],
  ['a table that begins at 1, which MuPDF takes at its word', (file) => file.replace('xref\n0 ', 'xref\n1 ')],
  ['rubbish in the table', (file) => file.replace(/\d{10} 00000 n \n/, '00000x0000 00000 n \n')],
  ['no end mark, and a table that calls an object free', (file) => file.replace(/\d{10} 00000 n \n(?=trailer)/, '0000000000 00000 f \n').replace('%%EOF\n', ''), [...objects, streamOf('')]],
  ['startxref beside a table that calls an object free', (file) => moveStart(file.replace(/\d{10} 00000 n \n(?=trailer)/, '0000000000 00000 f \n'), 5), [...objects, streamOf('')]],
  ['a reference to another generation', (file) => file, objects.with(2, page.replace('/Contents 4 0 R', '/Contents 4 1 R'))],
  ['no trailer at all', (file) => withoutTable(file)],
  ['the end cut off behind the signature', (file) => file.slice(0, file.indexOf('trailer'))],
]
describe('PR5 what readers may see in two ways is not valid, though the signature holds', () => {
  test.each(apart.map(([what, damage, from]) => [what, damage, from ?? objects] as const))('%s', async (_, damage, from) => {
    const bytes = await signed(damage, from)
    const report = judge(bytes)
    expect(report.verdict).toBe('undecided')
    expect(codes(report)).toContain('pdf.unsure')
    expect(report.signatures).toMatchObject([{ verdict: 'undecided', coverage: 'whole' }])
    expect(report.signatures[0]?.steps).toContainEqual(expect.objectContaining({ name: '内容摘要', result: 'pass' }))
  })
})

describe('PR2 bytes before the header', () => {
  const junk = 'From: somebody\r\n\r\n'
  test('offsets from the header, signed so: valid, told', async () => {
    const report = judge(await signed((file) => junk + file))
    expect(report).toMatchObject({ verdict: 'valid', warnings: [{ code: 'pdf.repaired' }], signatures: [{ verdict: 'valid', coverage: 'whole' }] })
  })
  test('offsets from the first byte, signed so: the table must be built anew', async () => {
    expect(judge(await signed((file) => junk + moveStart(moveEntries(file, junk.length), junk.length)))).toMatchObject({ verdict: 'valid', warnings: [{ code: 'pdf.repaired' }] })
  })
  test('put before a signed file: its range no longer fits', async () => {
    expect(judge(bytesOf(junk + text(await sealed(onePage(), signer))))).toMatchObject({ verdict: 'invalid', signatures: [{ verdict: 'invalid' }] })
  })
  test('later than 1,024 bytes there is no file', async () => {
    expect(judge(bytesOf(`${' '.repeat(1100)}${text(await sealed(onePage(), signer))}`)).verdict).not.toBe('valid')
  })
})

describe('PR6 what is damaged behind the last signature', async () => {
  const good = await sealed(onePage(), signer)
  const later = update(good, { 70: '<</Producer(x)>>' })
  test('an update whose offset is wrong: not valid, and the signature is listed with its own digest right', () => {
    const report = judge(bytesOf(text(later).replace(/startxref\n(\d+)\n%%EOF\n$/, (_, offset: string) => `startxref\n${Number(offset) + 3}\n%%EOF\n`)))
    expect(report).toMatchObject({ verdict: 'undecided', signatures: [{ verdict: 'undecided', modifiedAfter: true }] })
    expect(report.signatures[0]?.steps).toContainEqual(expect.objectContaining({ name: '内容摘要', result: 'pass' }))
  })
  test('an update without offsets that changes the page: invalid', () => {
    const forged = text(update(good, { 4: '<</Length 3>>\nstream\n0 g\nendstream' }))
    expect(judge(bytesOf(forged.slice(0, forged.lastIndexOf('startxref')))).verdict).toBe('invalid')
  })
  test('cut off inside of the signature: listed, invalid', () => {
    const cut = judge(good.subarray(0, Buffer.from(good).indexOf('/Contents <3') + 2000))
    expect(cut).toMatchObject({ verdict: 'invalid', signatures: [{ verdict: 'invalid' }] })
  })
  test('the form torn out: the signature is still listed, and not as valid', () => {
    const report = judge(bytesOf(text(good).replace(/\/AcroForm/g, '/AcroFoXX').replace(/startxref\n\d+\n%%EOF\n$/, '')))
    expect(report).toMatchObject({ verdict: 'invalid', signatures: [{ verdict: 'invalid' }] })
  })
})

test('PR7 sealing takes no damaged file', async () => {
  const whole = text(onePage())
  for (const damaged of [moveStart(whole, 5), moveEntries(whole, 1), `x${whole}`, withoutTable(whole), whole.replaceAll('endobj\n', '')]) {
    expect(await sealPdf(request(bytesOf(damaged), signer))).toMatchObject({ ok: false })
  }
})

describe('PR8 repair is bounded', () => {
  const deadly = (piece: string, times: number): Uint8Array => bytesOf(`%PDF-1.7\n${piece.repeat(times)}/ByteRange`)
  test.each([
    ['unclosed strings', '1 0 obj(\n', 12_000], ['unclosed dictionaries', '1 0 obj<<\n', 12_000], ['streams without end', '1 0 obj<<>>stream\n', 8_000], ['nested arrays', '1 0 obj[[[[[[[[\n', 10_000],
    ['unclosed hexadecimal', '1 0 obj<\n', 12_000], ['trailers', 'trailer<</Root 1 0 R', 6_000], ['containers', '1 0 obj<</Type/ObjStm/N 9/First 9>>stream\nx\nendstream endobj\n', 3_000],
  ])('%s', (_, piece, times) => {
    const started = process.cpuUsage()
    expect(['invalid', 'unusable']).toContain(judge(deadly(piece, times)).verdict)
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(4)
  }, 90_000)
})
