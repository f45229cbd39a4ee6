/** Seals entered and stopped at the server's console, beside what the server then does with them. Rules T17, S6, S7. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { certifySoftKey, createSoftKey } from '#keys'
import { readPem, readRevocationList } from '#core/crypto'
import { readSeal, verifyPdf } from '#core/seal'
import type { CommandResult, SealEntry } from '#core/sync'
import { administer } from '../../cli/admin/index.ts'
import { certify, value } from '../../keys/carrier.fixture.ts'
import { startPostgres } from '../harness/postgres.ts'
import { startTestServer } from '../harness/server.ts'
import { skipLoudly } from '../harness/skips.ts'
import { openRegion } from './server/region.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-admin-'))
const dataDir = join(folder, 'data')
const keyring = join(folder, 'keyring.json')
const keyAt = (name: string): string => `soft:${join(folder, `${name}.pem`)}`
beforeAll(async () => {
  for (const [name, algorithm] of [['rsa', 'rsa-sha256'], ['sm2', 'sm2-sm3'], ['mistyped', 'sm2-sm3']] as const) {
    const path = join(folder, `${name}.pem`)
    value(await certifySoftKey(path, await certify(await createSoftKey(path, '135790', algorithm), '外部印章')))
  }
  await createSoftKey(join(folder, 'bare.pem'), '135790', 'sm2-sm3')
  writeFileSync(keyring, JSON.stringify(Object.fromEntries(['rsa', 'sm2', 'mistyped', 'bare', 'away'].map((name) => [keyAt(name), { pin: name === 'mistyped' ? '000000' : '135790' }]))), { mode: 0o600 })
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A soft key file carries its certificates; what else is in it is not read. */
const deskAt = (name: string): string => `desk:${join(folder, `${name}.pem`)}`
const named = ['--organ', 'nmg-bgt', '--name', '办公厅合同专用章']

describe('T17 an installation at rest on the embedded database', () => {
  const at = ['--data', dataDir]
  const admin = (...argv: readonly string[]) => administer([...argv, ...at])
  const seals = async () => (JSON.parse((await admin('seal', 'list', '--json')).text) as { seals: SealEntry[] }).seals
  const audit = async () => {
    const server = await startTestServer({ dataDir })
    const rows = await server.db.query<{ actor: string; action: string; target: string; outcome: string; detail: string }>(`select actor, action, target, outcome, detail from audit where action like 'seal.%' order by id`)
    await server.close()
    return rows
  }

  it('T17 while the server runs on it nothing is touched, and before it ever ran there is nothing', async () => {
    expect(await admin('seal', 'list')).toEqual({ exitCode: 2, text: expect.stringContaining('没有内嵌数据库') })
    const server = await startTestServer({ dataDir })
    expect(await admin('seal', 'add', 'contract', ...named)).toEqual({ exitCode: 2, text: expect.stringContaining('请先停止服务器') })
    await server.close()
  }, 60_000)

  it('S7 a seal is entered with its keys, control and days, once', async () => {
    const before = (await seals()).length
    expect(await admin('seal', 'add', 'contract', ...named, '--diameter', '40', '--bottom', '合同专用章', '--control', 'dual', '--valid-from', '2026-12-01', '--valid-to', '2030-12-31',
      '--key-pdf', keyAt('rsa'), '--key-ofd', keyAt('sm2'), '--seal-keyring', keyring)).toEqual({ exitCode: 0, text: expect.stringContaining('已登记印章“办公厅合同专用章”') })
    expect((await seals()).find(({ id }) => id === 'contract')).toMatchObject({
      organId: 'nmg-bgt', name: '办公厅合同专用章', diameterMm: 40, control: 'dual', status: 'active', keys: { pdf: keyAt('rsa'), ofd: keyAt('sm2') }, made: null, uses: 0,
    })
    expect(await admin('seal', 'add', 'contract', '--organ', 'nmg-bgt', '--name', '另一枚')).toEqual({ exitCode: 1, text: expect.stringContaining('已经登记') })
    expect((await seals()).length).toBe(before + 1)
    expect((await admin('seal', 'list')).text).toMatch(/contract {2}办公厅合同专用章（nmg-bgt） {2}在用\n.*双人用印/)
  }, 60_000)

  it.each<[string, readonly string[], RegExp]>([
    ['an identifier with a blank', ['a b', ...named], /印章编号/],
    ['an organ that is not there', ['x1', '--organ', 'nobody', '--name', '印章'], /没有登记编号为“nobody”的机关/],
    ['an organ of every object', ['x1', '--organ', 'constructor', '--name', '印章'], /没有登记/],
    ['no name', ['x1', '--organ', 'nmg-bgt', '--name', ' '], /印章名称/],
    ['a diameter that is no number', ['x1', ...named, '--diameter', '4x'], /直径/],
    ['a diameter of a metre', ['x1', ...named, '--diameter', '999'], /直径/],
    ['a last day before the first', ['x1', ...named, '--valid-from', '2027-01-02', '--valid-to', '2027-01-01'], /止日应在起日之后/],
    ['an address that cannot be read', ['x1', ...named, '--key-pdf', 'seal.p12'], /密钥地址/],
    ['a PIN that is wrong', ['x1', ...named, '--key-ofd', keyAt('mistyped'), '--seal-keyring', keyring], /口令不正确/],
    ['a key without a certificate', ['x1', ...named, '--key-ofd', keyAt('bare'), '--seal-keyring', keyring], /没有对应的证书/],
    ['an RSA key for the OFD', ['x1', ...named, '--key-ofd', keyAt('rsa'), '--seal-keyring', keyring], /须用 SM2/],
    ['one key at the desk and one elsewhere', ['x1', ...named, '--key-pdf', deskAt('rsa'), '--key-ofd', keyAt('sm2'), '--seal-keyring', keyring], /同在用印台/],
    ['certificates of the desk the wrong way round', ['x1', ...named, '--key-pdf', deskAt('sm2'), '--key-ofd', deskAt('rsa')], /RSA/],
    ['a keyring that is not there', ['x1', ...named, '--key-ofd', keyAt('sm2'), '--seal-keyring', join(folder, 'none.json')], /密钥环/],
  ])('S7 %s is refused', async (_name, argv, why) => {
    expect(await admin('seal', 'add', ...argv)).toEqual({ exitCode: 1, text: expect.stringMatching(why) })
  }, 60_000)

  it('S7 of what is refused nothing is entered', async () => {
    expect((await seals()).filter(({ id }) => id === 'x1' || id === 'a b')).toEqual([])
  }, 60_000)

  it.each<[string, readonly string[], RegExp]>([
    ['no identifier', ['seal', 'add', ...named], /印章编号/], ['no organ', ['seal', 'add', 'x1', '--name', '印章'], /--organ/],
    ['another control', ['seal', 'add', 'x1', ...named, '--control', 'three'], /--control/], ['a day that is none', ['seal', 'add', 'x1', ...named, '--valid-to', '2026-02-30'], /--valid-to/],
    ['a PIN as an option', ['seal', 'add', 'x1', ...named, '--pin', '135790'], /参数不正确/], ['no reason', ['seal', 'suspend', 'contract'], /--reason/],
    ['certificates of the desk that are not there', ['seal', 'add', 'x1', ...named, '--key-pdf', deskAt('none'), '--key-ofd', deskAt('sm2')], /读不到/],
    ['a file without a certificate', ['seal', 'add', 'x1', ...named, '--key-pdf', deskAt('bare'), '--key-ofd', deskAt('sm2')], /没有证书/], ['another action', ['seal', 'sell'], /seal add/],
  ])('T17 %s is a mistake of the command line', async (_name, argv, why) => {
    await expect(administer(argv)).rejects.toThrow(why)
  })

  it('S7 a token that is not plugged in yet may be entered', async () => {
    expect(await admin('seal', 'add', 'later', ...named, '--key-pdf', keyAt('away'), '--seal-keyring', keyring)).toMatchObject({ exitCode: 0 })
  }, 60_000)

  it('K60 a seal whose keys are at the seal desk is entered with their certificates, and no PIN is asked for', async () => {
    expect(await admin('seal', 'add', 'desk', ...named, '--key-pdf', deskAt('rsa'), '--key-ofd', deskAt('sm2'))).toMatchObject({ exitCode: 0 })
    expect((await seals()).find(({ id }) => id === 'desk')).toMatchObject({ keys: { pdf: 'desk', ofd: 'desk' }, desk: { pdf: [expect.any(String), expect.any(String)], ofd: [expect.any(String), expect.any(String)] }, made: null })
    expect((await admin('seal', 'list')).text).toContain('密钥 PDF 用印台密码设备，OFD 用印台密码设备')
  }, 60_000)

  it('S6 stopped, taken back and ended, each with its reason; what is ended stays so', async () => {
    const status = async () => (await seals()).find(({ id }) => id === 'later')
    expect(await admin('seal', 'suspend', 'later', '--reason', ' ')).toEqual({ exitCode: 1, text: '请写明理由' })
    expect(await admin('seal', 'suspend', 'later', '--reason', '交接')).toMatchObject({ exitCode: 0 })
    expect(await status()).toMatchObject({ status: 'suspended', halted: { by: expect.stringMatching(/^console:/), reason: '交接' } })
    expect(await admin('seal', 'resume', 'later', '--reason', '交接完毕')).toMatchObject({ exitCode: 0 })
    expect(await status()).toMatchObject({ status: 'active', halted: null })
    expect(await admin('seal', 'revoke', 'later', '--reason', '作废')).toMatchObject({ exitCode: 0 })
    expect(await admin('seal', 'resume', 'later', '--reason', '再用')).toEqual({ exitCode: 1, text: expect.stringContaining('已经注销') })
    expect(await admin('seal', 'suspend', 'nothing', '--reason', '试')).toEqual({ exitCode: 1, text: '印章不存在' })
  }, 60_000)

  it('T18 devices and accounts are listed; everything that was changed is in the audit log, without a PIN', async () => {
    expect(JSON.parse((await admin('account', 'list', '--json')).text)).toMatchObject({ accounts: expect.arrayContaining([expect.objectContaining({ person: 'sunli', roles: ['sealClerk'], disabled: false })]) })
    expect((await admin('device', 'list')).text).toBe('没有登记的设备')
    const rows = await audit()
    expect(rows.map(({ action, target, outcome }) => [action, target, outcome])).toEqual([
      ['seal.define', 'contract', 'done'], ['seal.define', 'later', 'done'], ['seal.define', 'desk', 'done'], ['seal.status', 'later', 'suspended'], ['seal.status', 'later', 'active'], ['seal.status', 'later', 'revoked'],
    ])
    expect(rows.every(({ actor }) => actor.startsWith('console:'))).toBe(true)
    expect(JSON.stringify(rows)).not.toContain('135790')
  }, 60_000)

  it('T17 a database of another version is not written to', async () => {
    const server = await startTestServer({ dataDir })
    await server.db.query('delete from migration where number = (select max(number) from migration)')
    await server.close()
    expect(await admin('seal', 'list')).toEqual({ exitCode: 2, text: expect.stringContaining('与本程序不同') })
  }, 60_000)
})

const started = await startPostgres()
const absent = typeof started === 'string' && skipLoudly('console beside PostgreSQL', started)
afterAll(async () => { if (typeof started !== 'string') await started.stop() })

describe.skipIf(absent)('T17 beside a server on PostgreSQL', () => {
  it('S7 S6 a seal that is entered is used at once, and a stop counts at once', async () => {
    const databaseUrl = await (started as Exclude<typeof started, string>).database()
    const server = await startTestServer({ databaseUrl, sealKeyring: keyring })
    try {
      const cli = fileURLToPath(new URL('../../cli/wenshu.ts', import.meta.url))
      const wenshu = (...argv: string[]) => spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', cli, 'admin', ...argv, '--database-url', databaseUrl], { encoding: 'utf8' })
      const entered = wenshu('seal', 'add', 'contract', ...named, '--valid-to', '2030-12-31', '--key-pdf', keyAt('rsa'), '--key-ofd', keyAt('sm2'), '--seal-keyring', keyring)
      expect([entered.status, entered.stdout, entered.stderr]).toEqual([0, '已登记印章“办公厅合同专用章”（contract）\n', expect.stringMatching(/PDF 密钥 .*可用，证书 .*外部印章/)])
      const region = openRegion(server)
      const clerk = await region.on('sunli')
      await clerk.enrolKey()
      const seal = async (id: string): Promise<CommandResult> => {
        await clerk.pull()
        return clerk.send({ type: 'document.seal', documentId: id, purpose: 'issue', sealId: 'contract', signature: await clerk.sealOrder(id, 'contract') })
      }
      const [first, second] = [await region.composed(), await region.composed()]
      expect(await seal(first)).toMatchObject({ status: 'accepted' })
      await clerk.pull()
      const response = await fetch(`${server.url}/v1/blobs/${clerk.state(first).seal?.sealedHash ?? ''}`, { headers: { 'wenshu-wire': '1', authorization: `Bearer ${clerk.session?.accessToken}` } })
      expect(verifyPdf(new Uint8Array(await response.arrayBuffer()), { anchors: [], crls: [], trust: 'report' })).toMatchObject({ verdict: 'valid', signatures: [{ signer: expect.stringContaining('外部印章') }] })
      // The seal itself ends with the day that was entered, although its certificates last longer.
      const [entry] = ((await clerk.call('GET', '/v1/seals')).body as { seals: SealEntry[] }).seals.filter(({ id }) => id === 'contract')
      const made = readSeal(new Uint8Array(Buffer.from(entry?.made?.seal ?? '', 'base64')))
      expect([entry?.made?.validTo, made.ok && made.value.validTo]).toEqual(['2030-12-31T15:59:59Z', '2030-12-31T15:59:59Z'])
      expect(wenshu('seal', 'suspend', 'contract', '--reason', '交接').status).toBe(0)
      expect(await seal(second)).toMatchObject({ code: 'seal_unusable', detail: expect.stringContaining('已停用（交接）') })
      const refused = wenshu('seal', 'add', 'contract', ...named)
      expect([refused.status, refused.stdout, refused.stderr]).toEqual([1, '', expect.stringContaining('已经登记')])
    } finally {
      await server.close()
    }
  }, 120_000)

  it('T20 PK8 a person’s key that is ended signs no more, is on the revocation list and never enrolled again; another one is', async () => {
    const databaseUrl = await (started as Exclude<typeof started, string>).database()
    const server = await startTestServer({ databaseUrl })
    try {
      const admin = (...argv: readonly string[]) => administer([...argv, '--database-url', databaseUrl])
      const region = openRegion(server)
      const clerk = await region.on('sunli')
      expect(await admin('key', 'revoke', 'sunli', '--reason', '遗失')).toEqual({ exitCode: 1, text: '此人没有在用的个人密钥' })
      expect((await clerk.enrolKey()).status).toBe(200)
      const id = await region.composed()
      await clerk.pull()
      const signature = await clerk.sealOrder(id)
      expect(await admin('key', 'revoke', 'sunli', '--reason', ' ')).toEqual({ exitCode: 1, text: '请写明理由' })
      expect(await admin('key', 'revoke', 'sunli', '--reason', '遗失密码钥匙')).toMatchObject({ exitCode: 0, text: expect.stringContaining('已停用') })
      expect(await clerk.send({ type: 'document.seal', documentId: id, purpose: 'issue', sealId: 'nmg-bgt-seal', signature })).toMatchObject({ code: 'signature_invalid' })
      expect(await clerk.enrolKey()).toMatchObject({ status: 409, body: { code: 'key_revoked' } })
      const [row] = await server.db.query<{ serial: string }>(`select serial from certificate where person = 'sunli' and purpose = 'personal'`)
      const list = readPem(((await clerk.call('GET', '/v1/trust')).body as { crl: string }).crl)
      const read = list.ok ? readRevocationList(list.value[0]!.bytes) : list
      expect(read.ok && [...read.value.revoked.keys()]).toContain(row?.serial)
      expect(await server.db.query(`select actor, action, target, detail from audit where action = 'key.revoke'`)).toEqual([
        { actor: expect.stringMatching(/^console:/), action: 'key.revoke', target: row?.serial, detail: '遗失密码钥匙' },
      ])
      const anew = await region.another('sunli')
      expect(anew.session?.personalCertificates).toEqual([])
      expect((await anew.enrolKey()).status).toBe(200)
      await anew.pull()
      expect(await anew.send({ type: 'document.seal', documentId: id, purpose: 'issue', sealId: 'nmg-bgt-seal', signature: await anew.sealOrder(id) })).toMatchObject({ status: 'accepted' })
    } finally {
      await server.close()
    }
  }, 120_000)
})
