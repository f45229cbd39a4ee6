import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { buildCertificate, sm2KeyPair, sm2MessageSigner, writeName, writePem, writeSm2Pkcs8, type Signer } from '#core/crypto'
import { utf8, writeZip } from '#core/formats'
import { buildSeal } from '#core/seal'
import { verifyPaths } from '../verify/index.ts'
import { runStamp } from './stamp.ts'

const scratch = mkdtempSync(join(tmpdir(), 'wenshu-stamp-'))
afterAll(() => rmSync(scratch, { recursive: true }))
const at = (name: string): string => join(scratch, name)
const ns = 'xmlns:ofd="http://www.ofdspec.org/2016"'
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC', 'base64')

const ofd = (pages: number): Uint8Array => writeZip([
  { path: 'OFD.xml', bytes: utf8(`<ofd:OFD ${ns} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo/><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`) },
  { path: 'Doc_0/Document.xml', bytes: utf8(`<ofd:Document ${ns}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>${Array.from({ length: pages }, (_, i) => `<ofd:Page ID="${i + 1}" BaseLoc="P${i}.xml"/>`).join('')}</ofd:Pages></ofd:Document>`) },
  ...Array.from({ length: pages }, (_, i) => ({ path: `Doc_0/P${i}.xml`, bytes: utf8(`<ofd:Page ${ns}><ofd:Content><ofd:Layer ID="9"><ofd:TextObject ID="8" Font="1" Size="5" Boundary="20 200 90 8"><ofd:TextCode X="0" Y="5" DeltaX="g 3 5">某某机关</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>`) })),
])

const key: Record<'signer' | 'stranger', string> = { signer: at('signer.pem'), stranger: at('stranger.pem') }
beforeAll(async () => {
  let counter = 0
  const entropy = (n: number): Uint8Array => Uint8Array.from({ length: n }, () => (counter = (counter * 73 + 41) % 251))
  const dates = { notBefore: '2020-01-01T00:00:00Z', notAfter: '2099-01-01T00:00:00Z' }
  const person = async (serial: string, name: string): Promise<{ readonly signer: Signer; readonly pem: string }> => {
    const pair = sm2KeyPair(entropy)
    const message = sm2MessageSigner(pair.privateKey, entropy)
    const subject = writeName([{ type: 'CN', value: name }])
    const certificate = await buildCertificate({ serial, issuer: subject, subject, ...dates, publicKey: { algorithm: 'sm2', point: pair.publicKey }, keyUsage: ['digitalSignature'] }, message)
    return { signer: { ...message, certificate }, pem: writePem('PRIVATE KEY', writeSm2Pkcs8(pair.privateKey, pair.publicKey)) + writePem('CERTIFICATE', certificate) }
  }
  const [maker, signer, stranger] = [await person('01', '制章者'), await person('02', '某某机关'), await person('03', '别人')]
  const seal = await buildSeal({
    id: 'S1', vendor: 'WENSHU', type: 1, name: '某某机关', certs: { kind: 'certificates', list: [signer.signer.certificate] }, createdAt: '2020-01-01T00:00:00Z',
    validFrom: '2020-01-01T00:00:00Z', validTo: '2099-01-01T00:00:00Z', picture: { type: 'png', data: png, width: 40, height: 40 },
  }, maker.signer)
  if (!seal.ok) throw new Error(seal.error.message)
  writeFileSync(at('s.esl'), seal.value)
  writeFileSync(key.signer, signer.pem)
  writeFileSync(key.stranger, stranger.pem)
  writeFileSync(at('a.ofd'), ofd(3))
})

afterEach(() => vi.restoreAllMocks())
const stamp = async (from: string, out: string, ...more: readonly string[]): Promise<{ readonly code: number; readonly said: string }> => {
  const said: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  const code = await runStamp([at(from), '--seal', at('s.esl'), '--key', key.signer, '--out', at(out), ...more])
  return { code, said: said.join('') }
}
const verdict = (name: string) => verifyPaths({ paths: [at(name)], trustMode: 'none' })

describe('wenshu seal stamp', () => {
  test('by place, by words and over the edge, one after another; locked at last', async () => {
    expect(await stamp('a.ofd', 'b.ofd', '--page', '1', '--x', '100', '--y', '100')).toMatchObject({ code: 0, said: expect.stringContaining('已盖章并验证') })
    expect((await stamp('b.ofd', 'c.ofd', '--keyword', '某某机关')).code).toBe(0)
    expect((await stamp('c.ofd', 'd.ofd', '--seam', 'right,twoSided,pages=1-2', '--lock')).code).toBe(0)
    for (const name of ['b.ofd', 'c.ofd', 'd.ofd']) expect(verdict(name)).toMatchObject({ exitCode: 0 })
    expect(verdict('d.ofd').reports[0]!.report.signatures).toHaveLength(3)
    expect(await stamp('d.ofd', 'e.ofd', '--seam', 'right')).toMatchObject({ code: 1, said: expect.stringContaining('seal.locked') })
    expect(existsSync(at('e.ofd'))).toBe(false)
  })
  test.each([
    ['no place', [], 'seal.options'], ['half a place', ['--x', '10'], 'seal.options'], ['a place that is no number', ['--x', 'a', '--y', '2'], 'seal.options'], ['an edge that is none', ['--seam', 'middle'], 'seal.options'],
    ['an unknown word', ['--seam', 'right,both'], 'seal.options'], ['a page that is not there', ['--page', '9', '--x', '100', '--y', '100'], 'seal.page'], ['words that are not there', ['--keyword', '没有'], 'seal.keyword'],
    ['a level for OFD', ['--seam', 'right', '--level', 'T', '--tsa', 'http://127.0.0.1:9'], 'seal.options'], ['an authority that does not answer', ['--seam', 'right', '--tsa', 'http://127.0.0.1:9'], 'seal.timestamp-unavailable'],
    ['a key of somebody else', ['--seam', 'right', '--key', key.stranger], 'seal.signer'], ['no trust in the seal', ['--seam', 'right', '--trust', scratch], 'seal.'],
  ])('refuses %s, and writes nothing', async (_, argv, code) => {
    expect(await stamp('a.ofd', 'no.ofd', ...argv)).toMatchObject({ code: 1, said: expect.stringContaining(code) })
    expect(readdirSync(scratch).filter((name) => name.startsWith('no.ofd'))).toEqual([])
  })
  test('refuses to write over the original; says what cannot be read', async () => {
    expect((await stamp('a.ofd', 'a.ofd', '--seam', 'right')).code).toBe(1)
    expect(readFileSync(at('a.ofd'))).toEqual(Buffer.from(ofd(3)))
    expect((await stamp('none.ofd', 'x.ofd', '--seam', 'right')).code).toBe(2)
    writeFileSync(at('bad.ofd'), 'PK not an OFD')
    expect((await stamp('bad.ofd', 'x.ofd', '--seam', 'right')).code).toBe(2)
  })
})

describe('wenshu verify', () => {
  test('knows OFD, seals and signature data by what they are', async () => {
    await stamp('a.ofd', 'v.ofd', '--page', '1', '--x', '100', '--y', '100')
    writeFileSync(at('no-name'), readFileSync(at('v.ofd')))
    expect(verdict('no-name').reports[0]!.report).toMatchObject({ kind: 'ofd', verdict: 'valid' })
    expect(verdict('a.ofd')).toMatchObject({ exitCode: 3 })
    expect(verdict('s.esl')).toMatchObject({ exitCode: 0, reports: [{ report: { kind: 'seal' } }] })
    const value = execFileSync('unzip', ['-p', at('v.ofd'), 'Doc_0/Signs/Sign_0/SignedValue.dat'])
    writeFileSync(at('SignedValue.dat'), value)
    expect(verdict('SignedValue.dat')).toMatchObject({ exitCode: 4, reports: [{ report: { kind: 'seal' } }] })
  })
  const samples = process.env['WENSHU_SAMPLES'] ?? fileURLToPath(new URL('../../../shared/samples', import.meta.url))
  test.skipIf(!existsSync(samples))('gives every OFD and seal sample its exit code', () => {
    const expected = {
      0: ['ofdrw/v4signed.ofd', 'ofdrw/V4RideRight.ofd', 'ofdrw/SESV4SignDoc.ofd', 'ofdrw/UserV1.esl', 'ofdrw/UserV4.esl'],
      1: ['derived/v4signed_page-content-changed.ofd', 'derived/v4signed_signature-bit-flipped.ofd'],
      2: ['derived/v4signed_zip-path-traversal.ofd', 'derived/UserV4_truncated.esl'],
      3: ['ofdrw/helloworld.ofd', 'ofdrw/VPage7.ofd', 'ofdrw/z.ofd', 'ofdrw/multiKeywordInTextCode.ofd', 'ofdrw/chineseDir.ofd', 'ofdrw/test-ofda.ofd'],
      4: ['ofdrw/SignedValueV4.dat'],
    }
    for (const [code, names] of Object.entries(expected)) for (const name of names) expect([name, verifyPaths({ paths: [join(samples, name)], trustMode: 'none' }).exitCode]).toEqual([name, Number(code)])
  })
})
