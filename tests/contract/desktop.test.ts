import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { desktopLimits, desktopTable, methodNames, type Desktop, type DesktopEvent, type DesktopResult } from '#core/desktop'
import { emptyContent, frozenBytes } from '#core/document'
import { sm3Hex } from '#core/crypto'
import { readZip, toHex, utf8, type CanonicalValue, decodeCanonical } from '#core/formats'
import { verifyCanonicalSignature, readCertificate } from '#core/crypto'
import { fromBase64 } from '#core/formats'
import { statementContext } from '#core/route'
import { commandHolds, type CommandDraft } from '#core/sync'
import { outboxContext } from '#main/host'
import { account, password, startFakeServer, type FakeServer } from './desktop.fixture.ts'
import { places, type Place } from './desktop.places.fixture.ts'

const good = <T>(result: DesktopResult<T>): T => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}
const code = (result: DesktopResult<unknown>): string => (result.ok ? 'ok' : result.error.code)

export const draftOf = (n: number, payload: CommandDraft['payload'] = { type: 'comment.add', documentId: 'doc-1', text: '草原防火' }): CommandDraft => ({
  commandId: `018f0000-0000-7000-8000-${String(n).padStart(12, '0')}`, actor: account, payload,
  expected: { id: 'doc-1', version: 0 }, dependsOn: [], basedOn: null, claimedAt: '2026-11-24T00:00:00.000Z',
})
const hash = sm3Hex(utf8('a'))
const fromUtf8Text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
/** Something that each method would take, were the caller signed in. */
const inputs: Record<string, unknown> = {
  'session.signIn': { account, password }, 'session.signOut': { confirm: true }, 'journal.commit': { draft: draftOf(1) }, 'journal.acknowledge': { commandIds: [] },
  'drafts.save': { documentId: 'doc-1', json: '{}' }, 'drafts.discard': { documentId: 'doc-1' }, 'blobs.put': { hash }, 'blobs.read': { hash }, 'blobs.upload': { hash },
  'sync.push': { commands: [] }, 'sync.pull': { cursor: null, limit: 10 }, 'sync.consistency': { from: 0, to: 0 }, 'keys.create': { pin: '123456' },
  'keys.sign': { pin: '123456', statement: {} },
  'keys.look': { source: { kind: 'carrier', id: 'x', pin: '123456' } }, 'keys.use': { source: { kind: 'carrier', id: 'x', pin: '123456' }, key: '1' }, 'keys.changePin': { carrier: null, pin: '123456', newPin: '246801' }, 'fonts.read': { role: '仿宋' }, 'seal.verify': { hash },
  'seals.uses': { sealId: 'nmg-bgt-seal' }, 'seals.setStatus': { sealId: 'nmg-bgt-seal', status: 'suspended', reason: '换发' },
  'sealDesk.carriers': { sealId: 'nmg-bgt-seal' }, 'sealDesk.open': { sealId: 'nmg-bgt-seal', carrier: 'x', pin: '123456' },
  'sealDesk.sign': { sealId: 'nmg-bgt-seal', documentId: 'doc-1', purpose: 'issue', signature: {}, request: null, base: { pdf: hash, ofd: hash } },
  'pages.make': { content: '{}', issue: null, format: 'pdf' },
}
const bodyFor = (method: string): Uint8Array | undefined => (method === 'blobs.put' ? utf8('a') : undefined)
const openToAll = new Set(['app.info', 'session.state', 'session.signIn', 'session.signOut', 'sync.hello', 'fonts.list', 'fonts.read', 'sealDesk.close'])

const receipt = { schema: 'wenshu.receipt/1', documentId: 'doc-1', organId: 'azq', sealedHash: hash, verdict: 'valid', person: account, claimedAt: '2026-11-24T00:00:00.000Z' } as const

describe.each(places)('the desktop contract %s', (_where, make) => {
  let server: FakeServer
  let place: Place
  let desktop: Desktop
  const call = (method: string, input: unknown, body?: Uint8Array): Promise<DesktopResult<unknown>> => desktop.call(method as never, input as never, body)
  const signIn = async (): Promise<void> => { good(await desktop.call('session.signIn', { account, password })) }

  beforeEach(async () => {
    server = await startFakeServer()
    place = await make(server.url)
    desktop = place.desktop
  })
  afterEach(async () => {
    await place.close()
    await server.close()
  })

  it('makes pages of a text, with its pictures out of the profile, and says what is missing', async () => {
    await signIn()
    const bytes = utf8('picture')
    const picture = {
      kind: 'picture', caption: '图', width: 0, pixels: { width: 1, height: 1 },
      file: { fileName: '图.png', mediaType: 'image/png', size: bytes.length, hash: sm3Hex(bytes) },
    } as const
    const content = { ...emptyContent({ kind: '通知', organName: '甲市人民政府' }), title: '关于防火的通知', body: [picture] }
    const make = (text: string) => desktop.call('pages.make', { content: text, issue: { number: '甲政发〔2026〕1号', date: '2026-11-24', printDate: '' }, format: 'pdf' })
    expect(code(await make('{}'))).toBe('invalid_input')
    expect(code(await make(fromUtf8Text(frozenBytes(content))))).toMatch(/^(?:not_found|offline|unauthorized)$/u)
    good(await desktop.call('blobs.put', { hash: picture.file.hash }, bytes))
    expect(new TextDecoder().decode(good(await make(fromUtf8Text(frozenBytes(content)))))).toBe('pdf 关于防火的通知 甲政发〔2026〕1号 1')
  })

  it('every method refuses input that is not its own', async () => {
    for (const method of methodNames) {
      for (const bad of [null, [], 'x', { surplus: 1 }, { ...(inputs[method] as object), surplus: 1 }]) {
        expect([method, bad, code(await call(method, bad, bodyFor(method)))]).toEqual([method, bad, 'invalid_input'])
      }
    }
  })

  it('unknown methods are unknown', async () => {
    for (const name of ['journal.drop', 'toString', '__proto__', 'constructor']) {
      const answer = await place.rawCall(name)
      expect([name, answer]).toEqual([name, 'unknown_method'])
    }
  })

  it('before signing in, only what needs no profile is answered', async () => {
    for (const method of methodNames) {
      const answer = code(await call(method, inputs[method] ?? {}, bodyFor(method)))
      expect([method, answer]).toEqual([method, openToAll.has(method) ? 'ok' : 'signed_out'])
      if (method === 'session.signIn') good(await desktop.call('session.signOut', { confirm: true }))
    }
  })

  it('too large is too_large, before and after parsing, and keeps what was there', async () => {
    await signIn()
    good(await desktop.call('drafts.save', { documentId: 'doc-1', json: '{"v":1}' }))
    expect(code(await desktop.call('drafts.save', { documentId: 'doc-1', json: 'x'.repeat(4_000_001) }))).toBe('too_large')
    expect(code(await desktop.call('drafts.save', { documentId: 'doc-1', json: 'x'.repeat(desktopLimits.jsonBytes) }))).toBe('too_large')
    expect(good(await desktop.call('drafts.list', {})).drafts).toMatchObject([{ json: '{"v":1}' }])
    expect(code(await desktop.call('blobs.put', { hash }, new Uint8Array(desktopLimits.bodyBytes + 1)))).toBe('too_large')
    expect(code(await desktop.call('blobs.read', { hash }))).toBe('not_found')
  })

  it('first sign-in needs the server; later the password opens the profile without one', async () => {
    server.fault('/', { status: 503, body: '' })
    expect(code(await desktop.call('session.signIn', { account, password }))).toBe('offline')
    server.fault('/', null)
    expect(code(await desktop.call('session.signIn', { account, password: 'wrong' }))).toBe('wrong_password')
    const session = good(await desktop.call('session.signIn', { account, password }))
    expect(session).toMatchObject({ account, personId: account, online: true, personalKey: 'absent' })
    expect(Buffer.from(session.storeKey, 'base64').length).toBe(32)
    server.fault('/', { status: 503, body: '' })
    desktop = await place.restart()
    expect(good(await desktop.call('session.state', {}))).toMatchObject({ account, session: null })
    expect(code(await desktop.call('session.signIn', { account, password: 'wrong' }))).toBe('wrong_password')
    expect(good(await desktop.call('session.signIn', { account, password }))).toEqual({ ...session, online: false })
    expect(code(await desktop.call('session.signIn', { account: 'limin', password }))).toBe('forbidden')
  })

  it('P2 the journal numbers, signs and keeps; it survives a restart and a sign-out', async () => {
    await signIn()
    const { command } = good(await desktop.call('journal.commit', { draft: draftOf(1) }))
    const certificate = readCertificate((fromBase64(await deviceCertificate()) as { value: Uint8Array }).value)
    const key = certificate.ok && certificate.value.publicKey.algorithm === 'sm2' ? toHex(certificate.value.publicKey.point) : ''
    expect(commandHolds(command as never, key)).toBe(true)
    expect(good(await desktop.call('journal.commit', { draft: draftOf(1) })).command).toEqual(command)
    expect(code(await desktop.call('journal.commit', { draft: draftOf(1, { type: 'comment.add', documentId: 'doc-1', text: '改' }) }))).toBe('invalid_input')
    expect(code(await desktop.call('journal.commit', { draft: { ...draftOf(2), actor: 'limin' } }))).toBe('forbidden')
    expect(code(await desktop.call('session.signOut', { confirm: false }))).toBe('unsent_work')
    good(await desktop.call('session.signOut', { confirm: true }))
    expect(code(await desktop.call('journal.pending', {}))).toBe('signed_out')
    desktop = await place.restart()
    await signIn()
    expect(good(await desktop.call('journal.pending', {})).commands).toEqual([command])
    expect(good(await desktop.call('journal.commit', { draft: draftOf(2) })).command.deviceSeq).toBe(2)
    good(await desktop.call('journal.acknowledge', { commandIds: [command.commandId] }))
    expect(good(await desktop.call('journal.pending', {})).commands.map(({ deviceSeq }) => deviceSeq)).toEqual([2])
    expect(code(await desktop.call('journal.commit', { draft: draftOf(9, { type: 'comment.add', documentId: 'doc-1', text: '\ud800' }) }))).toBe('invalid_input')
  })

  const deviceCertificate = async (): Promise<string> => {
    const zip = readZip(good(await desktop.call('journal.export', {})))
    return zip.ok ? Buffer.from(zip.value.find(({ path }) => path === 'device.cer')!.bytes).toString('base64') : ''
  }

  it('O5 C1 the export holds commands and bytes, signed by the device, even when the server refuses this client', async () => {
    await signIn()
    const content = utf8('{"attachments":[{"file":{"hash":"' + hash + '"}}]}')
    good(await desktop.call('blobs.put', { hash: sm3Hex(content) }, content))
    good(await desktop.call('blobs.put', { hash }, utf8('a')))
    good(await desktop.call('journal.commit', { draft: draftOf(1, { type: 'draft.save', documentId: 'doc-1', contentHash: sm3Hex(content), base: null }) }))
    server.fault('/v1/push', { status: 426, body: { code: 'client_too_old', message: '旧', minWireVersion: 7 } })
    expect(good(await desktop.call('sync.push', { commands: [] }))).toEqual({ ok: false, failure: { kind: 'tooOld', minWireVersion: 7 } })
    const zip = readZip(good(await desktop.call('journal.export', {})))
    const files = new Map(zip.ok ? zip.value.map(({ path, bytes }) => [path, bytes]) : [])
    expect([...files.keys()].sort()).toEqual(['blobs/' + hash, 'blobs/' + sm3Hex(content), 'commands.json', 'device.cer', 'manifest.json', 'manifest.sig'].sort())
    const manifest = decodeCanonical(files.get('manifest.json')!) as { ok: true; value: { files: { path: string; sm3: string; size: number }[] } }
    for (const { path, sm3, size } of manifest.value.files) expect([sm3Hex(files.get(path)!), files.get(path)!.length]).toEqual([sm3, size])
    const device = readCertificate(files.get('device.cer')!)
    const point = device.ok && device.value.publicKey.algorithm === 'sm2' ? device.value.publicKey.point : new Uint8Array(65)
    expect(verifyCanonicalSignature(manifest.value as unknown as CanonicalValue, outboxContext, Buffer.from(files.get('manifest.sig')!).toString(), point)).toBe(true)
  })

  it('blobs come back by hash from the profile, else from the server, and only when the bytes are right', async () => {
    await signIn()
    const big = new Uint8Array(3_000_000).map((_, i) => i * 7)
    good(await desktop.call('blobs.put', { hash: sm3Hex(big) }, big))
    expect(good(await desktop.call('blobs.read', { hash: sm3Hex(big) }))).toEqual(big)
    expect(code(await desktop.call('blobs.put', { hash }, utf8('b')))).toBe('invalid_input')
    expect(code(await desktop.call('blobs.read', { hash }))).toBe('not_found')
    expect(code(await desktop.call('blobs.upload', { hash }))).toBe('not_found')
    server.expireTokens()
    expect(good(await desktop.call('blobs.upload', { hash: sm3Hex(big) }))).toEqual({ ok: true, value: null })
    expect(server.blobs.get(sm3Hex(big))?.length).toBe(big.length)
    server.blobs.set(hash, utf8('not a'))
    expect(code(await desktop.call('blobs.read', { hash }))).toBe('damaged')
    server.blobs.set(hash, utf8('a'))
    expect(good(await desktop.call('blobs.read', { hash }))).toEqual(utf8('a'))
    server.blobs.clear()
    expect(good(await desktop.call('blobs.read', { hash }))).toEqual(utf8('a'))
    expect(good(await desktop.call('seal.verify', { hash }))).toEqual({ verdict: 'unsigned', size: 1, anchors: 1, crls: 1 })
    const trust = good(await desktop.call('seal.trust', {}))
    expect([trust.anchors.length, trust.crls.length]).toEqual([1, 1])
    const root = fromBase64(trust.anchors[0]!)
    expect(root.ok && readCertificate(root.value).ok).toBe(true)
  })

  it('personal keys: made offline, enrolled later, sign statements of the person only; wrong PINs wait', async () => {
    await signIn()
    expect(code(await desktop.call('keys.sign', { pin: '123456', statement: receipt }))).toBe('no_key')
    expect(code(await desktop.call('keys.enrol', {}))).toBe('no_key')
    expect(code(await desktop.call('keys.create', { pin: '123' }))).toBe('invalid_input')
    server.fault('/v1/keys', { status: 503, body: '' })
    expect(good(await desktop.call('keys.create', { pin: '123456' }))).toEqual({ enrolled: false })
    expect(code(await desktop.call('keys.sign', { pin: '123456', statement: receipt }))).toBe('no_key')
    server.fault('/v1/keys', null)
    expect(good(await desktop.call('keys.enrol', {}))).toEqual({ enrolled: true })
    const { signature, certificate } = good(await desktop.call('keys.sign', { pin: '123456', statement: receipt }))
    const read = readCertificate((fromBase64(certificate) as { value: Uint8Array }).value)
    const point = read.ok && read.value.publicKey.algorithm === 'sm2' ? read.value.publicKey.point : new Uint8Array(65)
    expect(verifyCanonicalSignature(receipt as unknown as CanonicalValue, statementContext, signature, point)).toBe(true)
    expect(code(await desktop.call('keys.sign', { pin: '123456', statement: { ...receipt, person: 'limin' } }))).toBe('forbidden')
    for (const statement of [{}, 'x', { ...receipt, extra: 1 }, { schema: 'wenshu.command/1' }]) expect(code(await desktop.call('keys.sign', { pin: '123456', statement }))).toBe('invalid_input')
    expect(code(await desktop.call('keys.create', { pin: '654321' }))).toBe('forbidden')
    const wrong = []
    for (let i = 0; i < 4; i++) { const answer = await desktop.call('keys.sign', { pin: '000000', statement: receipt }); wrong.push(answer.ok ? null : [answer.error.code, (answer.error.retryAfterMs ?? 0) > 0]) }
    expect(wrong).toEqual([['wrong_pin', false], ['wrong_pin', false], ['wrong_pin', true], ['locked', true]])
    // A restart gives nothing back.
    desktop = await place.restart()
    await signIn()
    expect(code(await desktop.call('keys.sign', { pin: '123456', statement: receipt }))).toBe('locked')
  })

  it('I1 an expired token is exchanged once and unseen; when that fails nothing is lost and the password brings it back', async () => {
    await signIn()
    good(await desktop.call('journal.commit', { draft: draftOf(1) }))
    server.expireTokens()
    const answers = await Promise.all([desktop.call('sync.viewDigest', {}), desktop.call('sync.pull', { cursor: null, limit: 1 }), desktop.call('sync.push', { commands: [] })])
    expect(answers.map((answer) => (good(answer) as { ok: boolean }).ok)).toEqual([true, true, true])
    expect(server.seen.filter((line) => line === 'POST /v1/session/refresh').length).toBe(1)
    server.expireTokens()
    server.fault('/v1/session/refresh', { status: 401, body: { code: 'unauthorized', message: '' } })
    expect(good(await desktop.call('sync.viewDigest', {}))).toEqual({ ok: false, failure: { kind: 'unauthorized' } })
    expect(good(await desktop.call('journal.pending', {})).commands.length).toBe(1)
    await signIn()
    expect(good(await desktop.call('sync.viewDigest', {}))).toMatchObject({ ok: true })
  })

  it('after an offline unlock the kept refresh token goes on without a password', async () => {
    await signIn()
    server.fault('/', { status: 503, body: '' })
    desktop = await place.restart()
    await signIn()
    expect(good(await desktop.call('sync.viewDigest', {}))).toEqual({ ok: false, failure: { kind: 'offline' } })
    server.fault('/', null)
    expect(good(await desktop.call('sync.viewDigest', {}))).toMatchObject({ ok: true })
  })

  it.each([
    ['HTML', { status: 200, body: '<html>请先登录上网</html>' }], ['nothing', { status: 200, body: '' }], ['other JSON', { status: 200, body: { hello: 1 } }],
    ['wrong types', { status: 200, body: { count: '1', hash: 1 } }], ['a redirect', { status: 302, body: '', headers: { location: 'http://127.0.0.1/' } }],
    ['not UTF-8', { status: 200, body: Uint8Array.of(0xff, 0xfe) }], ['false gzip', { status: 200, body: 'x', headers: { 'content-encoding': 'gzip' } }],
  ])('a server that answers %s is garbage or away, and changes nothing', async (what, reply) => {
    await signIn()
    good(await desktop.call('journal.commit', { draft: draftOf(1) }))
    server.fault('/v1/', reply)
    const answer = good(await desktop.call('sync.viewDigest', {})) as { ok: boolean; failure: { kind: string } }
    // What cannot be unpacked cannot be told from a connection that broke.
    expect(answer.failure.kind).toBe(what === 'false gzip' ? 'offline' : 'garbage')
    expect(good(await desktop.call('journal.pending', {})).commands.length).toBe(1)
    good(await desktop.call('session.signOut', { confirm: true }))
    expect(good(await desktop.call('session.signIn', { account, password })).online).toBe(false)
  })

  it('I2 a revoked device is wiped at the next contact, and says so', async () => {
    await signIn()
    good(await desktop.call('journal.commit', { draft: draftOf(1) }))
    const events: DesktopEvent[] = []
    desktop.on((event) => events.push(event))
    await new Promise((resolve) => { setTimeout(resolve, 100) })
    server.revokeDevices()
    expect(good(await desktop.call('sync.viewDigest', {}))).toEqual({ ok: false, failure: { kind: 'deviceRevoked' } })
    await expect.poll(() => events.map(({ type }) => type)).toContain('wiped')
    expect(code(await desktop.call('journal.pending', {}))).toBe('signed_out')
    for (const gone of ['vault.json', 'journal', 'holdings', 'personal-key']) await expect(readFile(join(place.folder, gone))).rejects.toMatchObject({ code: 'ENOENT' })
    expect(good(await desktop.call('session.state', {})).account).toBeNull()
  })

  it('L7 a poke reaches every window, and what another window changed too', async () => {
    const events: string[] = []
    desktop.on(({ type }) => events.push(type))
    await signIn()
    await expect.poll(() => events).toContain('poke')
    events.length = 0
    await expect.poll(() => { server.poke(); return events }, { interval: 100 }).toContain('poke')
    good(await desktop.call('journal.commit', { draft: draftOf(1) }))
    await expect.poll(() => events).toContain('changed')
  })

  it('every error code that a screen can meet has words in Chinese', async () => {
    const answers = [await desktop.call('journal.pending', {}), await call('drafts.save', {}), await desktop.call('session.signIn', { account, password: 'x' })]
    for (const answer of answers) expect(answer.ok ? '' : answer.error.message).toMatch(/[\u4e00-\u9fff]{4}/)
    expect(Object.keys(desktopTable).length).toBe(methodNames.length)
  })
})
