/** Encrypted files that anybody may open, and those that need a password. The encryption is qpdf's. docs/spec/seal.md, PR. */
import { spawnSync } from 'node:child_process'
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { buildDetachedCms, digest } from '#core/crypto'
import { skipLoudly } from '../../../tests/harness/skips.ts'
import { sealPdf, verifyPdf, type VerifyReport } from '../index.ts'
import { aesCbc, rc4 } from './cipher.ts'
import { pdfOf, request, testPki, update } from './seal.fixture.ts'

const pki = await testPki('p256')
const signer = await pki.signer('p256', '机关')
const judge = (bytes: Uint8Array): VerifyReport => verifyPdf(bytes, { anchors: [pki.root], crls: [pki.crl], trust: 'decide' })
const scratch = mkdtempSync(join(tmpdir(), 'wenshu-encrypted-'))
afterAll(() => { rmSync(scratch, { recursive: true, force: true }) })
const noQpdf = spawnSync('qpdf', ['--version']).error !== undefined && skipLoudly('qpdf', 'qpdf is not installed')

describe('ciphers beside OpenSSL', () => {
  test.each([16, 32])('AES-CBC with a key of %i bytes', (length) => {
    const [key, start, bytes] = [randomBytes(length), randomBytes(16), randomBytes(320)]
    const cipher = createCipheriv(`aes-${length * 8}-cbc`, key, start).setAutoPadding(false)
    const packed = Buffer.concat([cipher.update(bytes), cipher.final()])
    expect(Buffer.from(aesCbc('encrypt', key, start, bytes))).toEqual(packed)
    const decipher = createDecipheriv(`aes-${length * 8}-cbc`, key, start).setAutoPadding(false)
    expect(Buffer.from(aesCbc('decrypt', key, start, packed))).toEqual(Buffer.concat([decipher.update(packed), decipher.final()]))
  })
  test('RC4, RFC 6229 and the best known example', () => {
    expect(Buffer.from(rc4(Buffer.from('Key'), Buffer.from('Plaintext'))).toString('hex')).toBe('bbf316e8d940af0ad3')
    expect(Buffer.from(rc4(Buffer.from('0102030405', 'hex'), new Uint8Array(16))).toString('hex')).toBe('b2396305f03dc027ccc3524a0a1118a8')
  })
})

const form = pdfOf([
  '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R 6 0 R]/SigFlags 3>>>>', '<</Type/Pages/Count 1/Kids[3 0 R]>>',
  '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents 4 0 R/Annots[5 0 R 6 0 R]>>', '<</Length 4>>\nstream\n0 g \nendstream',
  '<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal of the office)/F 132/Rect[0 0 0 0]/P 3 0 R>>', '<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/Rect[10 10 90 30]>>',
])

/** Encrypts with qpdf, then signs in an update whose texts are not encrypted but whose names and numbers are as always. */
const signedIn = async (options: readonly string[], packing: 'objects' | 'streams'): Promise<Uint8Array> => {
  writeFileSync(join(scratch, 'in.pdf'), form)
  const done = spawnSync('qpdf', ['--allow-weak-crypto', '--encrypt', ...options, '--', `--object-streams=${packing === 'streams' ? 'generate' : 'disable'}`, 'in.pdf', 'out.pdf'], { cwd: scratch, encoding: 'utf8' })
  if (done.status !== 0 && done.status !== 3) throw new Error(done.stderr)
  const encrypted = new Uint8Array(readFileSync(join(scratch, 'out.pdf')))
  const shown = JSON.parse(spawnSync('qpdf', ['--json', '--password=x', 'out.pdf'], { cwd: scratch, encoding: 'utf8' }).stdout) as { readonly qpdf: readonly [unknown, Readonly<Record<string, { readonly value?: Readonly<Record<string, unknown>> }>>] }
  const field = Number(Object.entries(shown.qpdf[1]).find(([, object]) => object.value?.['/FT'] === '/Sig')![0].replace('obj:', '').split(' ')[0])
  const hole = `<${'0'.repeat(6000)}>`
  const out = Buffer.from(update(encrypted, {
    [field]: `<</Type/Annot/Subtype/Widget/FT/Sig/F 132/Rect[0 0 0 0]/V 81 0 R>>`,
    81: `<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange [0 0000000000 0000000000 0000000000]/Contents ${hole}>>`,
  }, Number(/\/Root (\d+) 0 R/.exec(Buffer.from(encrypted).toString('latin1'))![1])))
  // The helper's trailer knows nothing of encryption; a real one repeats it, and the reader must not lose it either way.
  const at = out.indexOf(hole)
  const end = at + hole.length
  out.write(`[0 ${[at, end, out.length - end].map((n) => String(n).padStart(10, '0')).join(' ')}]`, out.indexOf('[0 0000000000'), 'latin1')
  const cms = await buildDetachedCms({ contentDigest: digest('sha256', Buffer.concat([out.subarray(0, at), out.subarray(end)])), chain: [] }, signer)
  out.write(Buffer.from(cms).toString('hex'), at + 1, 'latin1')
  return new Uint8Array(out)
}

const ways: readonly (readonly [string, readonly string[]])[] = [
  ['RC4 of 40 bits', ['', 'x', '40']], ['RC4 of 128 bits', ['', 'x', '128', '--use-aes=n']],
  ['AES of 128 bits', ['', 'x', '128', '--use-aes=y']], ['AES of 256 bits', ['', 'x', '256']],
  ['AES of 256 bits, revision 5', ['', 'x', '256', '--force-R5']], ['AES, metadata left open', ['', 'x', '128', '--use-aes=y', '--cleartext-metadata']],
]

describe.skipIf(noQpdf)('PR9 files that open without a password', () => {
  test.each(ways.flatMap(([way, options]) => [[way, 'objects', options], [way, 'streams', options]] as const))('%s, %s: judged like any other', async (_, packing, options) => {
    const bytes = await signedIn(options, packing)
    const report = judge(bytes)
    expect(report.warnings).toEqual([])
    expect(report.signatures.flatMap(({ steps }) => steps.filter(({ result }) => result === 'fail'))).toEqual([])
    expect(report.signatures).toMatchObject([{ coverage: 'whole' }])
    const forged = bytes.slice()
    forged[Buffer.from(forged).indexOf('/MediaBox') + 12]! ^= 1
    expect(judge(forged).verdict).toBe('invalid')
  })
  test('an encrypted file without a signature is unsigned, and cannot be sealed', async () => {
    await signedIn(ways[3]![1], 'streams')
    const plain = new Uint8Array(readFileSync(join(scratch, 'out.pdf')))
    expect(judge(plain)).toMatchObject({ verdict: 'unsigned', warnings: [] })
    expect(await sealPdf(request(plain, signer))).toMatchObject({ ok: false, error: { code: 'pdf.encrypted' } })
  })
  test('texts are read as they were: the name of the field', async () => {
    writeFileSync(join(scratch, 'in.pdf'), Buffer.from(Buffer.from(form).toString('latin1').replace('/T(Seal of the office)', '/T(Seal of the office)/V<</Type/Sig/SubFilter/X/ByteRange[0 1 2 3]/Contents<00>>>'), 'latin1'))
    spawnSync('qpdf', ['--encrypt', '', 'x', '256', '--', 'in.pdf', 'out.pdf'], { cwd: scratch })
    expect(judge(new Uint8Array(readFileSync(join(scratch, 'out.pdf')))).signatures).toMatchObject([{ id: 'Seal of the office', verdict: 'invalid' }])
  })
})

describe.skipIf(noQpdf)('PR10 files that need a password', () => {
  const locked = ['secret', 'x', '256']
  test('the signature is listed and its value judged, but nobody can say what is shown', async () => {
    const bytes = await signedIn(locked, 'objects')
    const report = judge(bytes)
    expect(report).toMatchObject({ verdict: 'undecided', warnings: [{ code: 'pdf.encrypted' }] })
    expect(report.signatures[0]?.steps).toContainEqual(expect.objectContaining({ name: '内容摘要', result: 'pass' }))
    const forged = bytes.slice()
    forged[Buffer.from(forged).indexOf('/MediaBox') + 12]! ^= 1
    expect(judge(forged).verdict).toBe('invalid')
  })
  test('with everything packed nothing can be read, damaged or not', async () => {
    await signedIn(locked, 'streams')
    const packed = Buffer.from(readFileSync(join(scratch, 'out.pdf'))).toString('latin1')
    for (const bytes of [packed, packed.replace(/startxref\n\d+/, 'startxref\n7')]) {
      const report = judge(new Uint8Array(Buffer.from(bytes, 'latin1')))
      expect(report).toMatchObject({ verdict: 'unusable', signatures: [], warnings: [{ code: 'pdf.encrypted' }] })
    }
  })
})
