import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSpki, type PublicKey, type SignatureAlgorithm } from '#core/crypto'
import { readDer, utf8 } from '#core/formats'
import { skipLoudly } from '../tests/harness/skips.ts'
import { carrierContract, certify, holds, value } from './carrier.fixture.ts'
import { certifyTokenKey, changeTokenPin, listTokens, openKey, openKeyHolder, tokenKey } from './index.ts'

const places = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/libsofthsm2.so', '/usr/lib64/pkcs11/libsofthsm2.so', '/opt/homebrew/lib/softhsm/libsofthsm2.so', '/usr/local/lib/softhsm/libsofthsm2.so']
const module = places.find((path) => existsSync(path)) ?? ''
const noToken = (module === '' || spawnSync('softhsm2-util', ['--version']).error !== undefined) && skipLoudly('PKCS#11 with SoftHSM2', 'softhsm2 is not installed (apt-get install -y softhsm2)')

const folder = mkdtempSync(join(tmpdir(), 'wenshu-token-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const run = (tool: string, ...args: string[]): string => execFileSync(tool, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const pin = '246801'
/** One token per kind of key, so that the contract sees one key. */
const kinds: readonly { readonly kind: string; readonly algorithm: SignatureAlgorithm; readonly make: readonly string[] }[] = [
  { kind: 'rsa', algorithm: 'rsa-sha256', make: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'] },
  { kind: 'p256', algorithm: 'ecdsa-p256-sha256', make: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'] },
]
const certificates = new Map<string, readonly Uint8Array[]>()

const publicKey = (kind: string): PublicKey => {
  run('openssl', 'pkey', '-in', `${kind}.key`, '-pubout', '-outform', 'DER', '-out', `${kind}.pub`)
  const node = readDer(new Uint8Array(readFileSync(join(folder, `${kind}.pub`))))
  const key = node.ok ? readSpki(node.value) : node
  if (!key.ok) throw new Error('unreadable key')
  return key.value
}

describe.skipIf(noToken)('PKCS#11 tokens (SoftHSM2)', () => {
  beforeAll(async () => {
    mkdirSync(join(folder, 'tokens'))
    writeFileSync(join(folder, 'softhsm2.conf'), `directories.tokendir = ${join(folder, 'tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`)
    process.env.SOFTHSM2_CONF = join(folder, 'softhsm2.conf')
    for (const { kind, make } of kinds) {
      run('softhsm2-util', '--init-token', '--free', '--label', `公章-${kind}`, '--so-pin', '13579135', '--pin', pin)
      run('openssl', 'genpkey', ...make, '-out', `${kind}.key`)
      run('softhsm2-util', '--import', `${kind}.key`, '--token', `公章-${kind}`, '--label', `seal-${kind}`, '--id', '0a01', '--pin', pin)
    }
    // The module finds its tokens when it starts: they must all be there before the first call.
    for (const { kind } of kinds) {
      const [own, issuer] = await certify(publicKey(kind))
      certificates.set(kind, [own, issuer])
      value(await certifyTokenKey({ module, token: `公章-${kind}` }, pin, own))
    }
  }, 60_000)

  for (const { kind, algorithm } of kinds) {
    carrierContract(`token ${algorithm}`, async () => ({
      holder: tokenKey({ module, token: `公章-${kind}` }), pin, algorithm, gone: tokenKey({ module, token: '拔出的' }), shows: 'with pin only',
    }))

    it(`K41 the ${kind} token is listed without its PIN, with the certificates that it shows`, async () => {
      const found = value(await listTokens(module)).find(({ label }) => label === `公章-${kind}`)
      expect(found).toMatchObject({ state: 'ready', pad: false, serial: expect.stringMatching(/^[0-9a-f]{16}$/u) })
      expect(found?.certificates).toEqual([certificates.get(kind)![0]])
    })

    it(`K42 the PIN of the ${kind} token is changed by whoever knows it, and no other way`, async () => {
      const token = `公章-${kind}`
      expect(await changeTokenPin({ module, token }, '000000', '135135')).toMatchObject({ ok: false, error: { reason: 'pinWrong' } })
      expect(await changeTokenPin({ module, token }, pin, '1')).toMatchObject({ ok: false, error: { reason: 'unsupported' } })
      expect(await changeTokenPin({ module, token: '拔出的' }, pin, '135135')).toEqual({ ok: false, error: { reason: 'absent' } })
      const holder = openKeyHolder(`pkcs11:${module}?token=${encodeURIComponent(token)}`)
      if (!holder.ok) throw new Error('no holder')
      value(await holder.value.changePin!(pin, '新口令135'))
      expect(await holder.value.open(pin)).toMatchObject({ ok: false, error: { reason: 'pinWrong' } })
      const open = value(await holder.value.open('新口令135'))
      // The PIN can be changed while a key of the token is open, and that key opens again by the new one only.
      value(await changeTokenPin({ module, token }, '新口令135', pin))
      await open.close()
      await value(await holder.value.open(pin)).close()
    })

    it(`K30 the ${kind} key is found by label, by identifier and by address, with the certificate that was put there`, async () => {
      for (const object of [`seal-${kind}`, '0a01']) {
        const key = value(await tokenKey({ module, token: `公章-${kind}`, object }).open(pin))
        expect([key.id, key.label, key.chain]).toEqual(['0a01', `seal-${kind}`, [certificates.get(kind)![0]]])
        await key.close()
      }
      const beside = join(folder, `${kind}-chain.der`)
      writeFileSync(beside, certificates.get(kind)![1]!)
      const key = value(await openKey(`pkcs11:${module}?token=${encodeURIComponent(`公章-${kind}`)}&object=seal-${kind}`, pin, { certificates: beside }))
      expect(key.chain).toEqual(certificates.get(kind))
      await key.close()
      expect(await tokenKey({ module, token: `公章-${kind}`, object: 'other' }).open(pin)).toEqual({ ok: false, error: { reason: 'noKey' } })
    })
  }

  it('K31 a wrong PIN after a good one is refused, and the open key goes on', async () => {
    const holder = tokenKey({ module, token: '公章-rsa' })
    const key = value(await holder.open(pin))
    const refused = await holder.open('000000')
    expect(refused.ok || refused.error.reason).toBe('pinWrong')
    const signature = value(await key.sign(utf8('x')))
    expect(holds('rsa-sha256', key.chain[0]!, utf8('x'), signature)).toBe(true)
    await key.close()
  })

  it('K32 the event loop is not held up while the token works', async () => {
    const key = value(await tokenKey({ module, token: '公章-rsa' }).open(pin))
    let longest = 0
    let last = performance.now()
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 1)
    const signatures = await Promise.all(Array.from({ length: 40 }, (_, i) => key.sign(utf8(`第${i}份`))))
    clearInterval(timer)
    expect(signatures.every(({ ok }) => ok)).toBe(true)
    expect(longest).toBeLessThan(500)
    await key.close()
  })

  // Without what `cryptoki.ts` keeps this ends the process: a server that seals for days collects garbage between two documents.
  it('K32 an open key outlives the collection of garbage', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const key = value(await tokenKey({ module, token: '公章-rsa' }).open(pin))
    for (let round = 0; round < 5; round++) {
      collect()
      await new Promise((resolve) => setTimeout(resolve, 20))
      const filling = Array.from({ length: 200 }, () => Buffer.alloc(3000, 0x41))
      expect([(await key.sign(utf8('x'))).ok, filling.length]).toEqual([true, 200])
    }
    await key.close()
  })

  it('K33 a library that is not there, or is no PKCS#11 module, is absent', async () => {
    writeFileSync(join(folder, 'text.so'), 'not a library')
    for (const path of [join(folder, 'none.so'), join(folder, 'text.so'), process.execPath]) {
      expect(await tokenKey({ module: path }).open(pin)).toEqual({ ok: false, error: { reason: 'absent' } })
    }
  })

  it('K34 a certificate of another key is not put on the token', async () => {
    const [other] = await certify(publicKey('p256'))
    expect(await certifyTokenKey({ module, token: '公章-rsa' }, pin, other)).toEqual({ ok: false, error: { reason: 'noKey' } })
  })
})
