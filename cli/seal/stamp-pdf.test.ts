/** Sealing PDFs from the command line, beside openssl and pdfsig: keys, authority and lists are theirs. */
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { readPem, sm2KeyPair, sm2MessageSigner, buildCertificate, writeName, writePem } from '#core/crypto'
import { emptyContent } from '#core/document'
import { buildSeal, sealGround, verifyPdf } from '#core/seal'
import { typeset } from '#core/typeset'
import { loadFontSet } from '#main/host'
import { randomBytes } from '#keys'
import { skipLoudly } from '../../tests/harness/skips.ts'
import { openPress } from '../compose.ts'
import { runStamp } from './stamp.ts'

const missing = (tool: string): boolean => spawnSync(tool, ['-v']).error !== undefined && skipLoudly(`seal stamp beside ${tool}`, `${tool} is not installed`)
const noOpenssl = missing('openssl')
const noPdfsig = missing('pdfsig')

const scratch = mkdtempSync(join(tmpdir(), 'wenshu-stamp-pdf-'))
afterAll(() => rmSync(scratch, { recursive: true }))
const at = (name: string): string => join(scratch, name)
const openssl = (...args: readonly string[]): void => { execFileSync('openssl', args, { cwd: scratch, stdio: 'pipe' }) }
const issue = { number: '某办发〔2026〕12号', date: '2026-11-24', printDate: '2026-11-24' }
const content = { ...emptyContent({ kind: '通知', organName: '某某市人民政府办公室', title: '关于做好防火工作的通知' }), recipients: ['各县区'], body: [{ kind: 'paragraph' as const, level: 0 as const, number: null, text: '请认真执行。' }] }

let authority: Server
let tsa = ''
/** replies given, by openssl, with the requests they answer */
let replies = 0
/** how often the revocation list was asked for, and whether it is there */
let lists = 0
let isListed = true

/** Root, signer and time-stamp authority made by openssl; the seal lists the signer's RSA certificate. */
const prepare = async (list: string): Promise<void> => {
  writeFileSync(at('ca.cnf'), [
    '[ca]', 'default_ca=own', '[own]', 'database=index.txt', 'serial=serial', 'crlnumber=crlnumber', 'default_md=sha256', 'default_crl_days=3650', 'private_key=root.key', 'certificate=root.pem',
    'new_certs_dir=.', 'policy=any', 'default_days=3000', 'unique_subject=no', '[any]', 'commonName=supplied',
    '[root]', 'basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign', 'subjectKeyIdentifier=hash',
    '[signer]', 'keyUsage=critical,digitalSignature,nonRepudiation', 'authorityKeyIdentifier=keyid', `crlDistributionPoints=URI:${list}`,
    '[stamper]', 'keyUsage=critical,digitalSignature', 'extendedKeyUsage=critical,timeStamping', 'authorityKeyIdentifier=keyid', `crlDistributionPoints=URI:${list}`,
    '[tsa]', 'default_tsa=tsa1', '[tsa1]', 'serial=tsaserial', 'signer_cert=stamper.pem', 'certs=root.pem', 'signer_key=stamper.key', 'signer_digest=sha256', 'default_policy=1.2.3.4', 'digests=sha256',
    'accuracy=secs:1', 'ess_cert_id_alg=sha256', '',
  ].join('\n'))
  for (const [name, text] of [['index.txt', ''], ['serial', '1000\n'], ['crlnumber', '01\n'], ['tsaserial', '01\n']] as const) writeFileSync(at(name), text)
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'root.key', '-out', 'root.pem', '-days', '3650', '-subj', '/CN=Root of this test', '-config', 'ca.cnf', '-extensions', 'root')
  for (const name of ['signer', 'stamper']) {
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name} of this test`)
    openssl('ca', '-batch', '-notext', '-config', 'ca.cnf', '-extensions', name, '-in', `${name}.csr`, '-out', `${name}.pem`)
  }
  openssl('ca', '-gencrl', '-config', 'ca.cnf', '-out', 'root.crl')
  openssl('crl', '-in', 'root.crl', '-outform', 'DER', '-out', 'root.der')
  openssl('pkcs12', '-export', '-inkey', 'signer.key', '-in', 'signer.pem', '-certfile', 'root.pem', '-passout', 'pass:right-pin', '-out', 'signer.p12')
  mkdirSync(at('trust'))
  writeFileSync(at('trust/root.pem'), readFileSync(at('root.pem')))
  writeFileSync(at('trust/root.crl'), readFileSync(at('root.crl')))
  const pair = sm2KeyPair(randomBytes)
  const maker = sm2MessageSigner(pair.privateKey, randomBytes)
  const name = writeName([{ type: 'CN', value: '制章者' }])
  const dates = { notBefore: '2020-01-01T00:00:00Z', notAfter: '2099-01-01T00:00:00Z' }
  const certificate = await buildCertificate({ serial: '01', issuer: name, subject: name, ...dates, publicKey: { algorithm: 'sm2', point: pair.publicKey }, keyUsage: ['digitalSignature'] }, maker)
  const signer = readPem(readFileSync(at('signer.pem'), 'utf8'))
  if (!signer.ok) throw new Error(signer.error.message)
  const seal = await buildSeal({
    id: 'S1', vendor: 'WENSHU', type: 1, name: '某某市人民政府办公室', certs: { kind: 'certificates', list: [signer.value[0]!.bytes] }, createdAt: dates.notBefore, validFrom: dates.notBefore, validTo: dates.notAfter,
    picture: { type: 'png', data: readFileSync(new URL('../../tests/fixtures/gw/section.png', import.meta.url)), width: 42, height: 42 },
  }, { ...maker, certificate })
  if (!seal.ok) throw new Error(seal.error.message)
  writeFileSync(at('s.esl'), seal.value)
  writeFileSync(at('trust/maker.pem'), writePem('CERTIFICATE', certificate))
  mkdirSync(at('roots'))
  for (const root of ['root.pem', 'maker.pem']) writeFileSync(at(`roots/${root}`), readFileSync(at(`trust/${root}`)))
}

const reply = (request: Uint8Array): Promise<Uint8Array> => new Promise((resolve, reject) => {
  const n = ++replies
  writeFileSync(at(`${n}.tsq`), request)
  execFile('openssl', ['ts', '-reply', '-config', 'ca.cnf', '-queryfile', `${n}.tsq`, '-out', `${n}.tsr`], { cwd: scratch }, (error) => {
    if (error === null) resolve(readFileSync(at(`${n}.tsr`)))
    else reject(error)
  })
})

beforeAll(async () => {
  if (noOpenssl) return
  authority = createServer((request, response) => {
    if (request.method === 'GET') {
      lists += 1
      if (isListed) response.writeHead(200).end(readFileSync(at('root.der')))
      else response.writeHead(404).end()
      return
    }
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      reply(Buffer.concat(parts)).then((bytes) => response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(bytes), () => response.destroy())
    })
  })
  await new Promise<void>((resolve) => { authority.listen(0, '127.0.0.1', resolve) })
  tsa = `http://127.0.0.1:${(authority.address() as AddressInfo).port}/`
  await prepare(`${tsa}root.crl`)
  const press = openPress(await loadFontSet())
  writeFileSync(at('a.pdf'), (await press.compose(content, issue)).pdf)
}, 120_000)
afterAll(() => authority?.close())
afterEach(() => vi.restoreAllMocks())

const stamp = async (from: string, out: string, ...more: readonly string[]): Promise<{ readonly code: number; readonly said: string }> => {
  const said: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  vi.stubEnv('WENSHU_KEY_PASSWORD', 'right-pin')
  const code = await runStamp([at(from), '--seal', at('s.esl'), '--key', at('signer.p12'), '--out', at(out), ...more])
  vi.unstubAllEnvs()
  return { code, said: said.join('') }
}

/** Centres of the seals on the pages, mm from the upper left of an A4 sheet. */
const rects = (name: string): readonly (readonly [number, number])[] => [...readFileSync(at(name)).toString('latin1').matchAll(/\/Subtype\s*\/(?:Widget|Stamp)[^]*?\/Rect\s*\[([^\]]+)\]/gu)].map(([, rect = '']) => {
  const [left = 0, bottom = 0, right = 0, top = 0] = rect.trim().split(/\s+/u).map(Number)
  return [(left + right) / 2 * 25.4 / 72, 297 - (top + bottom) / 2 * 25.4 / 72]
})

describe.skipIf(noOpenssl)('wenshu seal stamp on a PDF', () => {
  test('PP5a by words of the pages: on the 署名 and on the 印发机关 that says the same, within a millimetre of the layout', async () => {
    const { fonts } = await loadFontSet()
    const ground = sealGround(typeset(content, issue, fonts))
    const { name } = ground!.places[0]!
    expect(await stamp('a.pdf', 'words.pdf', '--keyword', '某某市人民政府办公室', '--all')).toMatchObject({ code: 0 })
    const middle = [(name!.x + name!.width / 2) / 1000, (name!.y + name!.height / 2) / 1000] as const
    const found = rects('words.pdf')
    expect(found.length).toBeGreaterThan(1)
    expect(Math.min(...found.map(([x, y]) => Math.hypot(x - middle[0], y - middle[1])))).toBeLessThan(1)
    expect(await stamp('a.pdf', 'last.pdf', '--keyword', '印发')).toMatchObject({ code: 0 })
    expect(rects('last.pdf')).toHaveLength(1)
  }, 60_000)

  test('PP5a words that are not there: refused, nothing written', async () => {
    expect(await stamp('a.pdf', 'no.pdf', '--keyword', '没有这几个字')).toMatchObject({ code: 1, said: expect.stringContaining('seal.keyword') })
    expect(existsSync(at('no.pdf'))).toBe(false)
  })

  test.each([['B', 0], ['T', 1], ['LT', 1], ['LTA', 2]] as const)('PP2 level %s: our verifier, pdfsig and openssl agree', async (level, stamps) => {
    const before = replies
    const out = `${level}.pdf`
    expect(await stamp('a.pdf', out, '--keyword', '2026年11月24日', ...(stamps === 0 ? [] : ['--level', level, '--tsa', tsa]), '--trust', at('trust'))).toMatchObject({ code: 0, said: expect.stringContaining('已盖章并验证') })
    expect(replies - before).toBe(stamps)
    const file = readFileSync(at(out))
    const [root, list] = [readPem(readFileSync(at('root.pem'), 'utf8')), readPem(readFileSync(at('root.crl'), 'utf8'))]
    if (!root.ok || !list.ok) throw new Error('fixture')
    const trust = { anchors: [root.value[0]!.bytes], trust: 'decide' } as const
    const report = verifyPdf(new Uint8Array(file), { ...trust, crls: [list.value[0]!.bytes] })
    expect([report.verdict, report.signatures.map((signature) => signature.timeSource)]).toEqual(['valid', Array.from({ length: level === 'LTA' ? 2 : 1 }, () => stamps === 0 ? 'claimed' : 'timestamp')])
    // With LT and LTA the list is in the file; below, nobody can tell without it.
    expect(verifyPdf(new Uint8Array(file), { ...trust, crls: [] }).verdict).toBe(level === 'LT' || level === 'LTA' ? 'valid' : 'undecided')
    for (let n = before + 1; n <= replies; n++) {
      const said = execFileSync('openssl', ['ts', '-verify', '-in', `${n}.tsr`, '-queryfile', `${n}.tsq`, '-CAfile', 'root.pem'], { cwd: scratch, stdio: 'pipe' }).toString()
      expect(said).toContain('Verification: OK')
      openssl('ts', '-reply', '-in', `${n}.tsr`, '-token_out', '-out', `${n}.token`)
      // The token that openssl gave is the one in the file, byte for byte.
      expect(file.toString('latin1').toLowerCase()).toContain(readFileSync(at(`${n}.token`)).toString('hex'))
    }
    if (noPdfsig) return
    const told = spawnSync('pdfsig', [at(out)], { encoding: 'utf8' }).stdout
    expect(told.match(/Signature Validation: Signature is Valid\./gu) ?? []).toHaveLength(1)
    expect(told).toContain('ETSI.CAdES.detached')
    // It lists document time stamps and does not judge them: those were verified by openssl above.
    expect(told.match(/Signature has not yet been verified/gu) ?? []).toHaveLength(level === 'LTA' ? 1 : 0)
  }, 60_000)

  test('PP2a LT asks the issuer for the list that nobody gave; where it has none, nothing is written', async () => {
    const request = ['--keyword', '2026年11月24日', '--level', 'LT', '--tsa', tsa, '--trust', at('roots')] as const
    const before = lists
    expect(await stamp('a.pdf', 'asked.pdf', ...request)).toMatchObject({ code: 0 })
    expect(lists).toBe(before + 1)
    const root = readPem(readFileSync(at('root.pem'), 'utf8'))
    if (!root.ok) throw new Error('fixture')
    expect(verifyPdf(new Uint8Array(readFileSync(at('asked.pdf'))), { anchors: [root.value[0]!.bytes], crls: [], trust: 'decide' }).verdict).toBe('valid')
    isListed = false
    expect(await stamp('a.pdf', 'unlisted.pdf', ...request)).toMatchObject({ code: 1, said: expect.stringContaining('seal.evidence-incomplete') })
    isListed = true
    expect(existsSync(at('unlisted.pdf'))).toBe(false)
  }, 60_000)

  test('PP3 an authority that is down: nothing is written', async () => {
    expect(await stamp('a.pdf', 'down.pdf', '--keyword', '2026年11月24日', '--level', 'T', '--tsa', 'http://127.0.0.1:9')).toMatchObject({ code: 1, said: expect.stringContaining('seal.timestamp-unavailable') })
    expect(existsSync(at('down.pdf'))).toBe(false)
  })
})
