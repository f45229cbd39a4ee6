/** A person's key in a soft file, a brought file and a token, as a page meets them; wrong PINs first (docs/spec/keys.md PK1–PK14). */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCertificate, sm3Hex, verifyCanonicalSignature } from '#core/crypto'
import type { Desktop, DesktopResult } from '#core/desktop'
import { fromBase64, toBase64, toHex, utf8, type CanonicalValue } from '#core/formats'
import { statementContext } from '#core/route'
import type { HostOptions } from '#main/host'
import { makeSm2Token, type Sm2Token } from '../../keys/token.fixture.ts'
import { skipLoudly } from '../harness/skips.ts'
import { account, password, startFakeServer, type FakeServer } from './desktop.fixture.ts'
import { bad, carriersOf, good } from './carriers.fixture.ts'
import { places, type Place } from './desktop.places.fixture.ts'

const pin = '135790'
const receipt = { schema: 'wenshu.receipt/1', documentId: 'doc-1', organId: 'azq', sealedHash: sm3Hex(utf8('a')), verdict: 'valid', person: account, claimedAt: '2026-11-24T00:00:00.000Z' } as const

let server: FakeServer
let place: Place
let desktop: Desktop
let clock = { ms: 0 }
const open = async (change: Partial<HostOptions> = {}): Promise<void> => {
  clock = { ms: 0 }
  place = await places[0]![1](server.url, { monotonicMs: () => clock.ms, ...change })
  desktop = place.desktop
  good(await desktop.call('session.signIn', { account, password }))
}
const sign = (given = pin): Promise<DesktopResult<{ signature: string; certificate: string }>> => desktop.call('keys.sign', { pin: given, statement: receipt })
const holds = ({ signature, certificate }: { signature: string; certificate: string }): boolean => {
  const der = fromBase64(certificate)
  const read = der.ok ? readCertificate(der.value) : der
  return read.ok && read.value.publicKey.algorithm === 'sm2' && verifyCanonicalSignature(receipt as unknown as CanonicalValue, statementContext, signature, read.value.publicKey.point)
}

beforeEach(async () => { server = await startFakeServer() })
afterEach(async () => {
  await place.close()
  await server.close()
})

describe('wrong PINs', () => {
  it('PK1 whatever is typed as a PIN is a PIN: Chinese, emoji, very long, empty, controls; none throws and none is repeated', async () => {
    await open()
    let current: string | undefined
    // Composed and decomposed, full and half width are one PIN, since two input methods type them.
    for (const odd of ['草原防火十二月', '🔥🐎🐪🐑🐂🐐', 'é'.repeat(60), 'a'.repeat(64), 'ＡＢＣ１２３é']) {
      good(await desktop.call('keys.create', { pin: odd, ...(current === undefined ? {} : { current }) }))
      expect(holds(good(await sign(odd)))).toBe(true)
      current = odd
    }
    expect(holds(good(await sign('ABC123e\u0301')))).toBe(true)
    for (const short of ['12345', '🔥🐎🐪', '']) expect(bad(await desktop.call('keys.create', { pin: short, current: 'ABC123é' })).code).toBe('invalid_input')
    const empty = bad(await sign(''))
    expect([empty.code, empty.refusal]).toEqual(['wrong_pin', { reason: 'pinWrong', retryAfterMs: 0 }])
    const secrets = ['\0\u0007', `x${'口令'.repeat(100)}`, '😀'.repeat(100)]
    for (const secret of secrets) {
      const refusal = bad(await sign(secret))
      expect(refusal.message).not.toContain(secret)
      expect(['wrong_pin', 'locked']).toContain(refusal.code)
      clock.ms += 1_000_000
    }
    expect(bad(await sign('x'.repeat(257))).code).toBe('too_large')
  })

  it('PK2 a page cannot get round the wait: other methods, many calls at once, a second window, another carrier', async () => {
    const token = await makeSm2Token('其其格', pin)
    await open({ carriers: carriersOf({ 'token:a': token }) })
    good(await desktop.call('keys.create', { pin }))
    // Ten at the same time, as two windows would: three are judged, the rest are not.
    const many = await Promise.all(Array.from({ length: 10 }, () => sign('000000')))
    expect(many.map((each) => bad(each).refusal?.reason).toSorted()).toEqual([...Array<string>(7).fill('delayed'), ...Array<string>(3).fill('pinWrong')])
    for (const call of [
      () => sign(), () => desktop.call('keys.changePin', { carrier: null, pin, newPin: '246801' }), () => desktop.call('keys.create', { pin: '246801', current: pin }),
    ]) expect(bad(await call()).refusal?.reason).toBe('delayed')
    // What a token answers says nothing about the soft key: its count stands.
    const [carrier] = good(await desktop.call('keys.carriers', {})).carriers
    good(await desktop.call('keys.look', { source: { kind: 'carrier', id: carrier!.id, pin } }))
    token.pull()
    bad(await desktop.call('keys.look', { source: { kind: 'carrier', id: carrier!.id, pin } }))
    expect(bad(await sign()).refusal?.reason).toBe('delayed')
    clock.ms += 5000
    expect(holds(good(await sign()))).toBe(true)
  })

  it('PK3 a token is spared by the same wait, and pulling it out between two tries gives none back', async () => {
    const token = await makeSm2Token('其其格', pin, 10)
    await open({ carriers: carriersOf({ 'token:a': token }) })
    const { id } = good(await desktop.call('keys.carriers', {})).carriers[0]!
    const look = (given: string) => desktop.call('keys.look', { source: { kind: 'carrier', id, pin: given } })
    for (const wrong of ['000001', '000002', '000003']) {
      expect(bad(await look(wrong)).refusal?.reason).toBe('pinWrong')
      token.pull()
      expect(bad(await look(wrong)).refusal?.reason).toBe('absent')
      token.plug()
    }
    expect(bad(await look('000004')).refusal?.reason).toBe('delayed')
    expect(token.shown).toEqual(['000001', '000002', '000003'])
  })

  it('PK4 no PIN is on the disk of the profile, in an answer, or in what the server was sent', async () => {
    const secret = '独一无二的口令4711'
    await open()
    good(await desktop.call('keys.create', { pin: secret }))
    const answers = [await sign(secret), await sign(`${secret}x`), await desktop.call('keys.state', {}), await desktop.call('session.state', {})]
    expect(JSON.stringify(answers)).not.toContain(secret)
    expect(server.seen.join()).not.toContain('4711')
    const files = (folder: string): string[] => readdirSync(folder).flatMap((name) => (statSync(join(folder, name)).isDirectory() ? files(join(folder, name)) : [join(folder, name)]))
    const found = files(place.folder)
    expect(found.length).toBeGreaterThan(4)
    for (const file of found) for (const form of [Buffer.from(secret, 'utf8'), Buffer.from(secret, 'utf16le')]) expect(readFileSync(file).includes(form)).toBe(false)
  })
})

describe('a token', () => {
  let token: Sm2Token
  let id = ''
  const start = async (name = '其其格', tries = 6): Promise<void> => {
    token = await makeSm2Token(name, pin, tries)
    await open({ carriers: carriersOf({ 'token:a': token }) })
    id = good(await desktop.call('keys.carriers', {})).carriers[0]!.id
  }
  const use = async (): Promise<DesktopResult<{ enrolled: boolean }>> => {
    const { keys } = good(await desktop.call('keys.look', { source: { kind: 'carrier', id, pin } }))
    return desktop.call('keys.use', { source: { kind: 'carrier', id, pin }, key: keys[0]!.key })
  }

  it('PK5 becomes the personal key, offline too, and signs statements that hold; pages see no path', async () => {
    await start()
    expect(JSON.stringify(good(await desktop.call('keys.carriers', {})))).not.toContain('token:a')
    server.fault('/v1/keys', { status: 503, body: '' })
    expect(good(await use())).toEqual({ enrolled: false })
    expect(bad(await sign()).refusal).toEqual({ reason: 'uncertified' })
    server.fault('/v1/keys', null)
    good(await desktop.call('keys.enrol', {}))
    const signed = good(await sign())
    expect(holds(signed)).toBe(true)
    const der = fromBase64(signed.certificate)
    const own = der.ok ? readCertificate(der.value) : der
    expect(own.ok && own.value.publicKey.algorithm === 'sm2' && toHex(own.value.publicKey.point)).toBe(toHex(token.publicKey))
    expect(good(await desktop.call('keys.state', {}))).toMatchObject({ state: 'ready', carrier: { kind: 'pkcs11', label: '试验密钥', changesPin: true, pad: false }, refusal: null })
    desktop = await place.restart()
    good(await desktop.call('session.signIn', { account, password }))
    expect(holds(good(await sign()))).toBe(true)
  })

  it('PK6 every refusal of a token reaches the page as what it is', async () => {
    await start('其其格', 4)
    good(await use())
    token.lies = true
    expect(bad(await sign()).refusal).toEqual({ reason: 'untrusted' })
    token.lies = false
    token.pullAtSign = true
    expect(bad(await sign()).refusal).toEqual({ reason: 'removed' })
    expect(bad(await sign()).refusal).toEqual({ reason: 'absent' })
    token.plug()
    token.mustChange = true
    expect(bad(await sign()).refusal).toEqual({ reason: 'pinChangeRequired' })
    expect(bad(await desktop.call('keys.changePin', { carrier: null, pin, newPin: 'x'.repeat(20) })).refusal).toMatchObject({ reason: 'unsupported' })
    good(await desktop.call('keys.changePin', { carrier: null, pin, newPin: '246801' }))
    expect(holds(good(await sign('246801')))).toBe(true)
    for (const left of [undefined, undefined, 1] as const) {
      const { refusal } = bad(await sign('000000'))
      expect([refusal?.reason, refusal !== undefined && 'triesLeft' in refusal ? refusal.triesLeft : undefined]).toEqual(['pinWrong', left])
      clock.ms += 1_000_000
    }
    expect(good(await desktop.call('keys.carriers', {})).carriers[0]!.state).toBe('lastTry')
    expect(bad(await sign('000000')).refusal).toEqual({ reason: 'blocked' })
    expect(bad(await sign('246801')).refusal).toEqual({ reason: 'blocked' })
  })

  it('PK7 another person’s token is not taken, nor one whose certificate has run out', async () => {
    await start('巴特尔')
    const { keys } = good(await desktop.call('keys.look', { source: { kind: 'carrier', id, pin } }))
    expect(keys[0]!.refusal).toEqual({ reason: 'certificate', problem: 'stranger' })
    expect(bad(await use()).refusal).toEqual({ reason: 'certificate', problem: 'stranger' })
    await place.close()
    await start()
    server.clock.ms = Date.parse('2037-01-01T00:00:00Z')
    good(await desktop.call('session.signIn', { account, password }))
    expect(bad(await use()).refusal).toEqual({ reason: 'certificate', problem: 'expired' })
  })

  it('PK8 a key of the server’s list of others’ or revoked keys is told, and another may be chosen', async () => {
    await start()
    for (const [code, by] of [['key_taken', 'other'], ['key_revoked', 'revoked']] as const) {
      server.fault('/v1/keys', { status: 409, body: { code, message: code } })
      expect(bad(await use()).refusal).toEqual({ reason: 'keyTaken', by })
      expect(good(await desktop.call('keys.state', {})).state).toBe('absent')
    }
    server.fault('/v1/keys', null)
    expect(good(await use())).toEqual({ enrolled: true })
  })

  it('PK9 a standing key is replaced only by whoever opens it', async () => {
    await start()
    good(await desktop.call('keys.create', { pin: '111222333' }))
    expect(bad(await use()).code).toBe('forbidden')
    const { keys } = good(await desktop.call('keys.look', { source: { kind: 'carrier', id, pin } }))
    const taking = (current: string) => desktop.call('keys.use', { source: { kind: 'carrier', id, pin }, key: keys[0]!.key, current })
    expect(bad(await taking('000000')).refusal?.reason).toBe('pinWrong')
    expect(good(await desktop.call('keys.state', {})).carrier?.kind).toBe('soft')
    good(await taking('111222333'))
    expect(good(await desktop.call('keys.state', {})).carrier?.kind).toBe('pkcs11')
    expect(holds(good(await sign()))).toBe(true)
  })
})

describe('a key file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wenshu-p12-'))
  const at = (name: string): string => join(folder, name)
  const openssl = (...args: string[]): void => { execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' }) }
  const make = (kind: 'SM2' | 'P-256', name: string): string => {
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${kind}`, '-out', `${kind}.key`)
    openssl('req', '-new', '-x509', '-key', `${kind}.key`, ...(kind === 'SM2' ? ['-sm3', '-sigopt', 'distid:1234567812345678'] : []), '-utf8', '-subj', `/CN=${name}`, '-days', '3650', '-out', `${kind}.pem`)
    openssl('pkcs12', '-export', '-inkey', `${kind}.key`, '-in', `${kind}.pem`, '-passout', 'pass:文件口令9', '-out', `${kind}.p12`)
    return toBase64(new Uint8Array(readFileSync(at(`${kind}.p12`))))
  }
  const source = (file: string, given = '文件口令9') => ({ kind: 'file' as const, name: '其其格.p12', file, password: given })

  it('PK10 is opened with its password, its key kept under a new PIN, and signs what holds; the file is not kept', async () => {
    await open()
    const file = make('SM2', '其其格')
    server.clock.ms = Date.now()
    good(await desktop.call('session.signIn', { account, password }))
    expect(bad(await desktop.call('keys.look', { source: source(file, '猜错') })).refusal?.reason).toBe('pinWrong')
    const { keys } = good(await desktop.call('keys.look', { source: source(file) }))
    expect(keys).toMatchObject([{ refusal: null, certificate: { subject: 'CN=其其格' } }])
    expect(bad(await desktop.call('keys.use', { source: source(file), key: keys[0]!.key, pin: '123' })).code).toBe('invalid_input')
    good(await desktop.call('keys.use', { source: source(file), key: keys[0]!.key, pin: '新的口令十二' }))
    expect(holds(good(await sign('新的口令十二')))).toBe(true)
    expect(bad(await sign('文件口令9')).code).toBe('wrong_pin')
    expect(good(await desktop.call('keys.state', {})).carrier).toEqual({ kind: 'file', label: '其其格.p12', changesPin: true, pad: false })
    good(await desktop.call('keys.changePin', { carrier: null, pin: '新的口令十二', newPin: '再换一个口令' }))
    expect(holds(good(await sign('再换一个口令')))).toBe(true)
  })

  it('PK11 of another kind than SM2 is named as unsupported, garbage as damaged, another’s as another’s; nothing is taken', async () => {
    await open()
    server.clock.ms = Date.now()
    good(await desktop.call('session.signIn', { account, password }))
    const p256 = make('P-256', '其其格')
    const { keys } = good(await desktop.call('keys.look', { source: source(p256) }))
    expect(keys[0]!.refusal).toMatchObject({ reason: 'unsupported', what: expect.stringContaining('SM2') })
    expect(bad(await desktop.call('keys.use', { source: source(p256), key: keys[0]!.key, pin: '135791' })).refusal?.reason).toBe('unsupported')
    const other = make('SM2', '巴特尔')
    expect(good(await desktop.call('keys.look', { source: source(other) })).keys[0]!.refusal).toEqual({ reason: 'certificate', problem: 'stranger' })
    for (const garbage of [utf8(''), utf8('hello'), new Uint8Array(5000).fill(0x30)]) expect(bad(await desktop.call('keys.look', { source: source(toBase64(garbage)) })).refusal?.reason).toBe('damaged')
    expect(bad(await desktop.call('keys.look', { source: source('A'.repeat(1_500_000)) })).code).toBe('too_large')
    expect(good(await desktop.call('keys.state', {})).state).toBe('absent')
    rmSync(folder, { recursive: true, force: true })
  })

  const sample = join(process.env['WENSHU_SAMPLES'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'samples'), 'ofdrw', 'USER.p12')
  if (!existsSync(sample)) skipLoudly('a vendor’s PKCS#12 with SM2 as personal key', `${sample} is not here`)
  it.skipIf(!existsSync(sample))('PK12 of a vendor opens with its password and is refused for what its certificate says', async () => {
    await open()
    const file = source(toBase64(new Uint8Array(readFileSync(sample))), '777777')
    const { keys } = good(await desktop.call('keys.look', { source: file }))
    expect(keys).toMatchObject([{ certificate: { subject: expect.stringContaining('Test Certificate'), notAfter: '2022-04-21T14:39:08Z' }, refusal: { reason: 'certificate', problem: 'stranger' } }])
    expect(bad(await desktop.call('keys.use', { source: file, key: keys[0]!.key, pin: '135791' })).refusal?.reason).toBe('certificate')
  })
})

describe('the certificate in use', () => {
  it('PK13 has run out by the server’s time: nothing is signed; a device clock alone decides nothing', async () => {
    await open({ now: () => '2099-01-01T00:00:00.000Z' })
    good(await desktop.call('keys.create', { pin }))
    expect(holds(good(await sign()))).toBe(true)
    server.clock.ms = Date.parse('2030-01-01T00:00:00Z')
    good(await desktop.call('session.signIn', { account, password }))
    expect(bad(await sign()).refusal).toEqual({ reason: 'certificate', problem: 'expired' })
    expect(good(await desktop.call('keys.state', {})).refusal).toEqual({ reason: 'certificate', problem: 'expired' })
    // What the host knows of the server's time is old by the way of an answer: a certificate of this moment is no future one.
    server.clock.ms = Date.parse(good(await desktop.call('keys.state', {})).certificate?.notBefore ?? '') - 60_000
    good(await desktop.call('session.signIn', { account, password }))
    expect(holds(good(await sign()))).toBe(true)
    server.clock.ms = Date.parse('2020-01-01T00:00:00Z')
    good(await desktop.call('session.signIn', { account, password }))
    expect(bad(await sign()).refusal).toEqual({ reason: 'certificate', problem: 'notYet' })
    await server.close()
    desktop = await place.restart({ now: () => '2099-01-01T00:00:00.000Z' })
    good(await desktop.call('session.signIn', { account, password }))
    expect(holds(good(await sign()))).toBe(true)
    server = await startFakeServer()
  })
})
