import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { OpenKey } from '#core/desktop'
import type { SignatureAlgorithm } from '#core/crypto'
import { utf8 } from '#core/formats'
import { skipLoudly } from '../tests/harness/skips.ts'
import { carrierContract, certify, holds, value } from './carrier.fixture.ts'
import { certifySoftKey, createSoftKey, openKey, serviceKey, softKey, startSealServiceSimulator, type SealServiceSimulator, type ServiceOptions } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-remote-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)
const pin = '135790'

let made = 0
const newKey = async (algorithm: SignatureAlgorithm): Promise<OpenKey> => {
  const path = at(`served-${made++}.pem`)
  value(await certifySoftKey(path, await certify(await createSoftKey(path, 'x', algorithm))))
  return value(await softKey(path).open('x'))
}

/** One key of each kind serves all services: making one takes longer than a test. */
const shared = new Map<SignatureAlgorithm, Promise<OpenKey>>()
const sharedKey = (algorithm: SignatureAlgorithm): Promise<OpenKey> => {
  const key = shared.get(algorithm) ?? newKey(algorithm)
  shared.set(algorithm, key)
  return key
}

const running: SealServiceSimulator[] = []
afterEach(async () => { await Promise.all(running.splice(0).map((service) => service.stop())) })
const serve = async (tls?: { key: string; cert: string }, algorithm: SignatureAlgorithm = 'sm2-sm3') => {
  const key = await sharedKey(algorithm)
  const service = await startSealServiceSimulator([{ key, id: 'seal-1', pin }], tls)
  running.push(service)
  return { service, key, holder: (more: Partial<ServiceOptions> = {}) => serviceKey({ url: service.url, timeoutMs: 1500, ...more }) }
}
const message = utf8('用印')

for (const algorithm of ['sm2-sm3', 'ecdsa-p256-sha256', 'rsa-sha256'] as const) {
  carrierContract(`seal service ${algorithm}`, async () => {
    const { holder, service } = await serve(undefined, algorithm)
    return { holder: holder(), pin, algorithm, gone: serviceKey({ url: 'http://127.0.0.1:9' }), shows: 'without pin', done: service.stop }
  })
}

describe('remote seal service', () => {
  it('R1 a PIN goes only over TLS or to this machine', async () => {
    for (const url of ['http://192.0.2.1:80', 'http://seal.example.cn', 'http://127.0.0.1.example.cn', 'http://user:x@127.0.0.1:1', 'ftp://127.0.0.1', 'seal']) {
      expect([url, await serviceKey({ url, timeoutMs: 200 }).open(pin)]).toEqual([url, { ok: false, error: { reason: 'unsupported', what: '不经 TLS 加密的签章服务' } }])
    }
  })

  const noOpenssl = spawnSync('openssl', ['version']).error !== undefined && skipLoudly('seal service over TLS', 'openssl is not installed')
  it.skipIf(noOpenssl)('R1 over TLS: the named authority is believed, an unknown one is not', async () => {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at('tls.key'), '-out', at('tls.pem'), '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '30'], { stdio: 'pipe' })
    const { service, holder } = await serve({ key: readFileSync(at('tls.key'), 'utf8'), cert: readFileSync(at('tls.pem'), 'utf8') })
    expect(service.url).toMatch(/^https:/)
    const key = value(await openKey(`${service.url}/?key=seal-1`, pin, { ca: at('tls.pem') }))
    expect((await key.sign(message)).ok).toBe(true)
    await key.close()
    expect(await holder().open(pin)).toEqual({ ok: false, error: { reason: 'absent' } })
    expect(await holder({ ca: at('none.pem') }).open(pin)).toEqual({ ok: false, error: { reason: 'absent' } })
  })

  it('R4 wrong PINs are counted at the service, told, and lock the key', async () => {
    const { holder } = await serve()
    for (const triesLeft of [4, 3, 2, 1]) expect(await holder().open('000000')).toEqual({ ok: false, error: { reason: 'pinWrong', retryAfterMs: 0, triesLeft } })
    expect(await holder().open('000000')).toEqual({ ok: false, error: { reason: 'blocked' } })
    expect(await holder().open(pin)).toEqual({ ok: false, error: { reason: 'blocked' } })
  })

  it('R4 a first PIN that must be changed is told', async () => {
    const { service, holder } = await serve()
    service.setMood('wantsNewPin')
    expect(await holder().open(pin)).toEqual({ ok: false, error: { reason: 'pinChangeRequired' } })
  })

  it.each(['down', 'slow', 'garbled', 'huge', 'moved'] as const)('R5 a service that is %s is absent, when opening and when signing', async (mood) => {
    const { service, holder } = await serve()
    const key = value(await holder().open(pin))
    service.setMood(mood)
    const began = performance.now()
    expect(await holder().open(pin)).toEqual({ ok: false, error: { reason: 'absent' } })
    expect(await key.sign(message)).toEqual({ ok: false, error: { reason: 'absent' } })
    expect(performance.now() - began).toBeLessThan(9000)
    service.setMood('well')
    expect((await key.sign(message)).ok).toBe(true)
  }, 20_000)

  it('R6 a lost answer is asked for again under the same request: one signature is made', async () => {
    const { service, holder } = await serve()
    const key = value(await holder().open(pin))
    service.setMood('forgetful')
    expect((await key.sign(message)).ok).toBe(true)
    expect(service.made()).toBe(1)
    expect((await key.sign(message)).ok).toBe(true)
    expect(service.made()).toBe(2)
  })

  it('R6 a PIN is never sent a second time by itself', async () => {
    const { service, holder } = await serve()
    service.setMood('down')
    await holder().open('000000')
    service.setMood('well')
    expect(await holder().open('000000')).toEqual({ ok: false, error: { reason: 'pinWrong', retryAfterMs: 0, triesLeft: 4 } })
  })

  it('R7 a signature over anything else is thrown away', async () => {
    const { service, holder } = await serve()
    const key = value(await holder().open(pin))
    service.setMood('lying')
    expect(await key.sign(message)).toEqual({ ok: false, error: { reason: 'untrusted' } })
  })

  it('R8 an ended session is renewed once with the PIN; when it ends again the key is absent', async () => {
    const first = await serve()
    const key = value(await first.holder().open(pin))
    first.service.setMood('tired')
    expect(await key.sign(message)).toEqual({ ok: false, error: { reason: 'absent' } })
    first.service.setMood('well')
    const signed = value(await key.sign(message))
    expect(holds('sm2-sm3', key.chain[0]!, message, signed)).toBe(true)
  })

  it('R9 a service that shows another certificate than the seal’s own is untrusted', async () => {
    const { holder, key } = await serve()
    writeFileSync(at('own.crt'), key.chain[0]!)
    writeFileSync(at('other.crt'), (await newKey('sm2-sm3')).chain[0]!)
    expect((await holder({ certificates: at('own.crt') }).open(pin)).ok).toBe(true)
    expect(await holder({ certificates: at('other.crt') }).open(pin)).toEqual({ ok: false, error: { reason: 'untrusted' } })
  })
})
