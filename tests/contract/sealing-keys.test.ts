/** Seals whose keys are elsewhere, at work: a token for the PDF, a seal service for the OFD. Rules K50–K55, S2. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSpki } from '#core/crypto'
import { readDer } from '#core/formats'
import { verifyOfd, verifyPdf } from '#core/seal'
import type { CommandResult, SealEntry } from '#core/sync'
import { certifySoftKey, certifyTokenKey, createSoftKey, openKey, softKey, startSealServiceSimulator, type SealServiceSimulator } from '#keys'
import { certify, value } from '../../keys/carrier.fixture.ts'
import type { TestClient } from '../harness/client.ts'
import { startTestServer, type TestServer } from '../harness/server.ts'
import { skipLoudly } from '../harness/skips.ts'
import { openRegion, type Region } from './server/region.ts'

const module = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/libsofthsm2.so', '/usr/lib64/pkcs11/libsofthsm2.so', '/opt/homebrew/lib/softhsm/libsofthsm2.so', '/usr/local/lib/softhsm/libsofthsm2.so'].find(existsSync) ?? ''
const noToken = (module === '' || spawnSync('softhsm2-util', ['--version']).error !== undefined) && skipLoudly('sealing with a token', 'softhsm2 is not installed (apt-get install -y softhsm2)')

describe.skipIf(noToken)('sealing with keys that are elsewhere', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wenshu-away-'))
  const tokenPin = '246801'
  const keyring = join(folder, 'keyring.json')
  const token = `pkcs11:${module}?token=seal-rsa&object=0a01`
  let server: TestServer
  let service: SealServiceSimulator
  let region: Region
  let clerk: TestClient
  const at = (key: string): string => `${service.url}/?key=${key}`
  const keep = (pins: Readonly<Record<string, string>>): void =>
    writeFileSync(keyring, JSON.stringify(Object.fromEntries(Object.entries(pins).map(([address, pin]) => [address, { pin }]))), { mode: 0o600 })
  const run = (tool: string, ...args: string[]): string => execFileSync(tool, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

  beforeAll(async () => {
    mkdirSync(join(folder, 'tokens'))
    writeFileSync(join(folder, 'softhsm2.conf'), `directories.tokendir = ${join(folder, 'tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`)
    process.env['SOFTHSM2_CONF'] = join(folder, 'softhsm2.conf')
    run('softhsm2-util', '--init-token', '--free', '--label', 'seal-rsa', '--so-pin', '13579135', '--pin', tokenPin)
    run('openssl', 'genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', 'rsa.key')
    run('softhsm2-util', '--import', 'rsa.key', '--token', 'seal-rsa', '--label', 'seal', '--id', '0a01', '--pin', tokenPin)
    run('openssl', 'pkey', '-in', 'rsa.key', '-pubout', '-outform', 'DER', '-out', 'rsa.pub')
    const node = readDer(new Uint8Array(readFileSync(join(folder, 'rsa.pub'))))
    const spki = node.ok ? readSpki(node.value) : node
    if (!spki.ok) throw new Error('unreadable key')
    value(await certifyTokenKey({ module, token: 'seal-rsa' }, tokenPin, (await certify(spki.value, '外部印章'))[0]))
    const served = await Promise.all(['a', 'b', 'c'].map(async (id) => {
      const path = join(folder, `${id}.pem`)
      value(await certifySoftKey(path, await certify(await createSoftKey(path, '1', 'sm2-sm3'), '外部印章')))
      return { key: value(await softKey(path).open('1')), id, pin: `pin-of-${id}` }
    }))
    service = await startSealServiceSimulator(served)
    keep({ [token]: tokenPin, [at('a')]: 'pin-of-a', [at('b')]: 'mistyped', [at('c')]: 'pin-of-c' })
    server = await startTestServer({ sealKeyring: keyring })
    for (const id of ['a', 'b', 'c']) {
      await server.defineSeal({ id: `away-${id}`, organId: 'nmg-bgt', name: '外部印章', diameterMm: 42, bottomText: '演示专用', pdfKey: token, ofdKey: at(id) })
    }
    region = openRegion(server)
    clerk = await region.on('sunli')
    await clerk.enrolKey()
  }, 120_000)
  afterAll(async () => {
    await server.close()
    await service.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const seal = async (id: string, sealId: string): Promise<CommandResult> => {
    await clerk.pull()
    return clerk.send({ type: 'document.seal', documentId: id, purpose: 'issue', sealId, signature: await clerk.sealOrder(id, sealId) })
  }
  const states = async (sealId: string) =>
    ((await clerk.call('GET', '/v1/seals')).body as { seals: SealEntry[] }).seals.find((entry) => entry.id === sealId)?.keyStates
  const bytesOf = async (hash: string | undefined): Promise<Uint8Array> => {
    const response = await fetch(`${server.url}/v1/blobs/${hash ?? ''}`, { headers: { 'wenshu-wire': '1', authorization: `Bearer ${clerk.session?.accessToken}` } })
    return new Uint8Array(await response.arrayBuffer())
  }

  it('K50 K54 the register tells that both keys are there; both files are sealed with them, and the login is kept for the next document', async () => {
    const ids = [await region.composed(), await region.composed()]
    expect(await states('away-a')).toEqual({ pdf: { state: 'present' }, ofd: { state: 'present' } })
    expect(await states('nmg-bgt-seal')).toEqual({ pdf: { state: 'own' }, ofd: { state: 'own' } })
    for (const id of ids) {
      expect(await seal(id, 'away-a')).toMatchObject({ status: 'accepted' })
      await clerk.pull()
      const applied = clerk.state(id).seal
      const loose = { anchors: [], crls: [], trust: 'report' } as const
      const [pdf, ofd] = [verifyPdf(await bytesOf(applied?.sealedHash), loose), verifyOfd(await bytesOf(applied?.sealedOfdHash), loose)]
      expect([pdf.verdict, pdf.signatures[0]?.signer]).toEqual(['valid', expect.stringContaining('外部印章')])
      expect([ofd.verdict, ofd.signatures[0]?.signer]).toEqual(['valid', expect.stringContaining('外部印章')])
    }
    expect([await states('away-a'), service.opened(), service.sessions()]).toEqual([{ pdf: { state: 'open' }, ofd: { state: 'open' } }, 1, 1])
  }, 60_000)

  it('K51 a wrong PIN in the keyring costs the service one try, is told in the register, and is corrected without a restart', async () => {
    const id = await region.composed()
    for (let attempt = 0; attempt < 6; attempt++) {
      expect(await seal(id, 'away-b')).toMatchObject({ code: 'seal_unusable', detail: expect.stringMatching(/服务器保存的口令不正确（还可以试 4 次）/) })
    }
    expect(await states('away-b')).toMatchObject({ pdf: { state: 'open' }, ofd: { state: 'refused', reason: 'pinWrong', detail: expect.stringContaining('还可以试 4 次') } })
    keep({ [token]: tokenPin, [at('a')]: 'pin-of-a', [at('b')]: 'pin-of-b', [at('c')]: 'pin-of-c' })
    expect(await seal(id, 'away-b')).toMatchObject({ status: 'accepted' })
  }, 60_000)

  it('K54 a blocked key and a carrier that is away are told in the register, and neither file is kept', async () => {
    const id = await region.composed()
    for (let attempt = 0; attempt < 5; attempt++) await openKey(at('c'), 'wrong')
    expect(await seal(id, 'away-c')).toMatchObject({ code: 'seal_unusable', detail: expect.stringContaining('自锁') })
    expect(await states('away-c')).toMatchObject({ pdf: { state: 'open' }, ofd: { state: 'refused', reason: 'blocked' } })
    service.setMood('down')
    expect(await seal(id, 'away-a')).toMatchObject({ code: 'seal_unusable', detail: expect.stringContaining('没有应答') })
    expect(await states('away-a')).toMatchObject({ pdf: { state: 'open' }, ofd: { state: 'refused', reason: 'absent' } })
    service.setMood('well')
    expect(await server.db.query('select 1 from organ_seal where document = $1', [id])).toEqual([])
    expect(await seal(id, 'away-a')).toMatchObject({ status: 'accepted' })
  }, 60_000)

  it('no PIN is in what the register says, in what is logged, or in the use log', async () => {
    const said = JSON.stringify([(await clerk.call('GET', '/v1/seals')).body, (await clerk.call('GET', '/v1/seals/away-b/uses')).body, server.logged, await server.db.query('select * from audit')])
    for (const pin of [tokenPin, 'pin-of-', 'mistyped']) expect(said.includes(pin)).toBe(false)
  })
})
