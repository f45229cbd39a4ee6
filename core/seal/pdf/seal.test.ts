import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { writePem } from '#core/crypto'
import { skipLoudly } from '../../../tests/harness/skips.ts'
import { sealImage, sealPdf, verifyPdf } from '../index.ts'
import { glyph, noSamples, onePage, request, sample, sealed, testPki, type Kind } from './seal.fixture.ts'

const pki = await testPki('rsa')
const rsa = await pki.signer('rsa', '内蒙古自治区人民政府办公厅')
const decide = { anchors: [pki.root], crls: [pki.crl], trust: 'decide' } as const

describe('sealing', () => {
  test('leaves the bytes before it alone and covers everything', async () => {
    const pdf = onePage()
    const out = await sealed(pdf, rsa)
    expect(out.subarray(0, pdf.length)).toEqual(pdf)
    const report = verifyPdf(out, decide)
    expect(report.verdict).toBe('valid')
    expect(report.signatures).toMatchObject([{ coverage: 'whole', modifiedAfter: false, signedAt: '2026-11-24T10:00:00Z', timeSource: 'claimed', type: 'ETSI.CAdES.detached' }])
    expect(report.signatures[0]?.signer).toContain('内蒙古自治区人民政府办公厅公章')
  })

  test('with an RSA key the same request gives the same bytes', async () => {
    expect(await sealed(onePage(), rsa)).toEqual(await sealed(onePage(), rsa))
  })

  test.each<Kind>(['rsa', 'p256', 'sm2'])('works with a %s key', async (kind) => {
    const out = await sealed(onePage(), await pki.signer(kind, '机关'))
    expect(verifyPdf(out, decide).verdict).toBe('valid')
  })

  test('several organs seal one after the other; each seal stays valid', async () => {
    const first = await sealed(onePage(), rsa)
    const second = await sealed(first, await pki.signer('sm2', '应急管理厅'), { place: { page: 1, x: 60, y: 80, diameter: 42 } })
    const third = await sealed(second, await pki.signer('p256', '财政厅'), { place: { page: 1, x: 160, y: 200, diameter: 42 } })
    const report = verifyPdf(third, decide)
    expect(report.verdict).toBe('valid')
    expect(report.signatures.map(({ coverage, modifiedAfter }) => ({ coverage, modifiedAfter }))).toEqual([
      { coverage: 'partial', modifiedAfter: false }, { coverage: 'partial', modifiedAfter: false }, { coverage: 'whole', modifiedAfter: false },
    ])
  })

  test.each([
    ['a page that is not there', { place: { page: 2, x: 100, y: 100, diameter: 42 } }, 'seal.page'],
    ['a place off the page', { place: { page: 1, x: 200, y: 100, diameter: 42 } }, 'seal.place'],
    ['a seal of no size', { place: { page: 1, x: 100, y: 100, diameter: 0 } }, 'seal.diameter'],
    ['a character that the face lacks', { appearance: { name: '机关\u{13000}', bottomText: '', glyph } }, 'seal.glyph'],
    ['a name without characters', { appearance: { name: '', bottomText: '', glyph } }, 'seal.name'],
    ['a time that is none', { signedAt: 'today' }, 'seal.time'],
    ['something that is not a PDF', { pdf: new Uint8Array(100) }, 'pdf.header'],
    ['a rotated page', { pdf: onePage('', '/Rotate 90') }, 'seal.rotated-page'],
    ['an encrypted file', { pdf: new TextEncoder().encode(new TextDecoder().decode(onePage()).replace('/Root 1', '/Encrypt 1 0 R/Root 1')) }, 'pdf.encrypted'],
    ['a file certified against changes', { pdf: onePage('/Perms<</DocMDP<</Reference[<</TransformParams<</P 1>>>>]>>>>') }, 'seal.certified'],
  ])('refuses %s', async (_, change, code) => {
    const result = await sealPdf(request(onePage(), rsa, change))
    expect(result).toMatchObject({ ok: false, error: { code } })
  })

  test('the picture needs no font and its text grows with the name', () => {
    const short = sealImage({ name: '某某局', bottomText: '', glyph })
    const long = sealImage({ name: '内蒙古自治区人民政府办公厅', bottomText: '办公专用章', glyph })
    expect(short.ok && long.ok && long.value.length > short.value.length).toBe(true)
    const marked = sealImage({ name: '某某局', bottomText: '演示专用', glyph })
    expect(marked.ok && short.ok && marked.value.length > short.value.length).toBe(true)
    expect(short.ok && new TextDecoder().decode(short.value)).not.toMatch(/\bT[fjJ]\b/)
  })
})

describe('trust', async () => {
  const out = await sealed(onePage(), rsa)
  test.each([
    ['root and list', decide, 'valid'],
    ['root without a list: revocation is not known', { anchors: [pki.root], crls: [], trust: 'decide' }, 'undecided'],
    ['no root', { anchors: [], crls: [], trust: 'decide' }, 'undecided'],
    ['another root', { anchors: [(await testPki('sm2')).root], crls: [], trust: 'decide' }, 'undecided'],
    ['trust only reported', { anchors: [], crls: [], trust: 'report' }, 'valid'],
    ['judged after the certificate ran out', { ...decide, at: '2040-01-01T00:00:00Z' }, 'invalid'],
    ['judged before it began', { ...decide, at: '2020-01-01T00:00:00Z' }, 'invalid'],
  ] as const)('%s', (_, options, verdict) => {
    expect(verifyPdf(out, options).verdict).toBe(verdict)
  })

  test('a certificate that was revoked before sealing', async () => {
    const revoking = await testPki('rsa', [{ serial: '10', date: '2026-06-01T00:00:00Z' }])
    const bad = await sealed(onePage(), await revoking.signer('rsa', '机关'))
    expect(verifyPdf(bad, { anchors: [revoking.root], crls: [revoking.crl], trust: 'decide' }).verdict).toBe('invalid')
    expect(verifyPdf(bad, { anchors: [revoking.root], crls: [revoking.crl], trust: 'report' }).verdict).toBe('valid')
  })
})

describe.skipIf(noSamples('esig-dss'))('files of others (esig-dss)', () => {
  const report = { anchors: [], crls: [], trust: 'report' } as const
  test.each([
    ['pades-bes.pdf', 'valid', 1], ['pdf-signed-original.pdf', 'valid', 1], ['pdf-signed-corrupted.pdf', 'invalid', 1], ['pdf-signed-added-page.pdf', 'invalid', 1],
    ['hello_signed_INCSAVE_signed.pdf', 'valid', 2], ['doc-firmado-T.pdf', 'valid', 1], ['not_signed_pdfa.pdf', 'unsigned', 0], ['pdfa2a-rgb.pdf', 'unsigned', 0], ['EmptyPage.pdf', 'unsigned', 0],
  ])('%s is %s', (name, verdict, count) => {
    const found = verifyPdf(sample(`esig-dss/${name}`), report)
    expect({ verdict: found.verdict, count: found.signatures.length }).toEqual({ verdict, count })
  })

  test('a damaged file still says whose signature it was', () => {
    expect(verifyPdf(sample('esig-dss/pdf-signed-corrupted.pdf'), report).signatures).toMatchObject([{ verdict: 'invalid', signer: expect.stringContaining('good-user') }])
  })

  test('an added page leaves the digest true and is a modification', () => {
    const [signature] = verifyPdf(sample('esig-dss/pdf-signed-added-page.pdf'), report).signatures
    expect(signature).toMatchObject({ coverage: 'partial', modifiedAfter: true })
    expect(signature?.steps).toContainEqual(expect.objectContaining({ name: '内容摘要', result: 'pass' }))
  })

  test('a signature time stamp gives the time', () => {
    expect(verifyPdf(sample('esig-dss/doc-firmado-T.pdf'), report).signatures).toMatchObject([{ timeSource: 'timestamp', signedAt: '2018-09-15T22:10:37Z' }])
  })

  test.each(['not_signed_pdfa.pdf', 'EmptyPage.pdf', 'pdf-signed-original.pdf', 'pdfa2a-rgb.pdf'])('%s can be sealed (tables, streams, signed before)', async (name) => {
    const signatures = verifyPdf(await sealed(sample(`esig-dss/${name}`), rsa), report).signatures
    expect(signatures.every((signature) => signature.verdict === 'valid')).toBe(true)
    expect(signatures.at(-1)?.coverage).toBe('whole')
  })
})

describe('other programs agree', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'wenshu-seal-'))
  afterAll(() => rmSync(scratch, { recursive: true }))
  const file = join(scratch, 'sealed.pdf')
  writeFileSync(file, await sealed(onePage(), rsa))
  const missing = (tool: string): boolean => spawnSync(tool, ['--version']).error !== undefined && skipLoudly(`seal against ${tool}`, `${tool} is not on the path`)
  const run = (tool: string, ...args: string[]) => {
    const done = spawnSync(tool, args, { encoding: 'utf8', cwd: scratch })
    return { code: done.status, text: `${done.stdout}${done.stderr}` }
  }

  test.skipIf(missing('pdfsig'))('pdfsig', () => {
    const { text } = run('pdfsig', file)
    expect(text).toContain('Signature is Valid.')
    expect(text).toContain('Total document signed')
    expect(text).toContain('ETSI.CAdES.detached')
  })
  test.skipIf(missing('qpdf'))('qpdf', () => {
    expect(run('qpdf', '--check', file)).toMatchObject({ code: 0 })
  })
  test.skipIf(missing('mutool'))('mutool', () => {
    expect(run('mutool', 'sign', '-v', file).text).toContain('unchanged since signing')
  })
  test.skipIf(missing('openssl'))('openssl', async () => {
    const bytes = await sealed(onePage(), rsa)
    const range = /\/ByteRange \[0 (\d+) (\d+) (\d+)/.exec(Buffer.from(bytes).toString('latin1'))!.slice(1).map(Number) as [number, number, number]
    const hex = Buffer.from(bytes.subarray(range[0] + 1, range[1] - 1)).toString('latin1')
    const der = Buffer.from(hex, 'hex')
    writeFileSync(join(scratch, 'cms.der'), der.subarray(0, 4 + der.readUInt16BE(2)))
    writeFileSync(join(scratch, 'content'), Buffer.concat([bytes.subarray(0, range[0]), bytes.subarray(range[1])]))
    writeFileSync(join(scratch, 'ca.pem'), writePem('CERTIFICATE', pki.root))
    const checked = run('openssl', 'cms', '-verify', '-binary', '-inform', 'DER', '-in', 'cms.der', '-content', 'content', '-CAfile', 'ca.pem', '-purpose', 'any', '-cades', '-out', '/dev/null')
    expect(checked).toMatchObject({ code: 0 })
  })
})
