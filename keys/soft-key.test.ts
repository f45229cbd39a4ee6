import { spawn, spawnSync } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SignatureAlgorithm } from '#core/crypto'
import { utf8 } from '#core/formats'
import { skipLoudly } from '../tests/harness/skips.ts'
import { carrierContract, certify, holds, value } from './carrier.fixture.ts'
import { certifySoftKey, changeSoftPin, createSoftKey, keyFile, openKey, softKey } from './index.ts'

let folder: string
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'wenshu-soft-')) })
afterAll(() => rm(folder, { recursive: true, force: true }))

let made = 0
const newKey = async (algorithm: SignatureAlgorithm, pin: string): Promise<string> => {
  const path = join(folder, `seal-${made++}.pem`)
  value(await certifySoftKey(path, await certify(await createSoftKey(path, pin, algorithm))))
  return path
}
/** Making a key takes longer than using it: each rule has a copy of one, with its own count of tries. */
const models = new Map<SignatureAlgorithm, Promise<string>>()
const copyOf = async (algorithm: SignatureAlgorithm): Promise<string> => {
  const model = models.get(algorithm) ?? newKey(algorithm, '135790')
  models.set(algorithm, model)
  const path = join(folder, `copy-${made++}.pem`)
  await copyFile(await model, path)
  return path
}

const algorithms = ['sm2-sm3', 'ecdsa-p256-sha256', 'rsa-sha256'] as const

for (const algorithm of algorithms) {
  carrierContract(`soft key ${algorithm}`, async () => ({
    holder: softKey(await copyOf(algorithm)), pin: '135790', algorithm, gone: softKey(join(folder, 'none.pem')), shows: 'without pin',
  }))
}

describe('soft key files', () => {
  const noOpenssl = !(spawnSync('openssl', ['version'], { encoding: 'utf8' }).stdout ?? '').startsWith('OpenSSL 3') && skipLoudly('soft keys read by openssl', 'openssl 3 is not installed')

  it.skipIf(noOpenssl).each(algorithms)('K10 openssl reads the %s key under its PIN, also a Chinese one, and no other', async (algorithm) => {
    const path = await newKey(algorithm, '章2026')
    const read = (pin: string) => spawnSync('openssl', ['pkey', '-in', path, '-passin', `pass:${pin}`, '-pubout'], { encoding: 'utf8' })
    expect(read('章2026').stdout).toContain('PUBLIC KEY')
    expect(await readFile(path, 'utf8')).toContain(read('章2026').stdout.trim())
    expect(read('章2027').status).not.toBe(0)
    const converted = spawnSync('openssl', ['pkcs8', '-in', path, '-passin', 'pass:章2026'], { encoding: 'utf8' })
    expect([converted.status, converted.stderr]).toEqual([0, ''])
  })

  it('K11 wrong PINs cost growing delays that a restart does not shorten; the right one is not tried before', async () => {
    const path = await newKey('sm2-sm3', '123456')
    const clock = { ms: 0 }
    const holder = softKey(path, () => clock.ms)
    for (const expected of [0, 0, 5000]) expect(await holder.open('000000')).toEqual({ ok: false, error: { reason: 'pinWrong', retryAfterMs: expected } })
    expect(await holder.open('123456')).toEqual({ ok: false, error: { reason: 'delayed', retryAfterMs: 5000 } })
    expect(await softKey(path, () => 9e9).open('123456')).toEqual({ ok: false, error: { reason: 'delayed', retryAfterMs: 5000 } })
    clock.ms = 5000
    expect((await holder.open('123456')).ok).toBe(true)
    expect((await holder.open('000000')).ok).toBe(false)
  })

  it('K11 a command line may wait the delay out', async () => {
    const path = await newKey('sm2-sm3', '123456')
    for (let i = 0; i < 3; i++) await softKey(path).open('000000')
    const refused = await openKey(`soft:${path}`, '123456')
    expect(refused.ok || refused.error.reason).toBe('delayed')
    expect((await openKey(`soft:${path}`, '123456', { patienceMs: 6000 })).ok).toBe(true)
  }, 20_000)

  it('K12 four processes at once get three tries together, not three each', async () => {
    const path = await newKey('sm2-sm3', '123456')
    const script = `const { softKey } = await import(${JSON.stringify(fileURLToPath(new URL('./index.ts', import.meta.url)))});
      for (let i = 0; i < 3; i++) { const r = await softKey(${JSON.stringify(path)}).open('000000'); console.log(r.ok ? 'open' : r.error.reason) }`
    const ran = await Promise.all(Array.from({ length: 4 }, () => new Promise<string>((resolve) => {
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'], cwd: fileURLToPath(new URL('..', import.meta.url)) })
      let out = ''
      child.stdout.on('data', (chunk) => { out += String(chunk) })
      child.on('close', () => resolve(out))
    })))
    const words = ran.join('').trim().split('\n')
    expect(words).toHaveLength(12)
    expect(words.filter((word) => word === 'pinWrong')).toHaveLength(3)
    expect(words.filter((word) => word === 'delayed')).toHaveLength(9)
  }, 60_000)

  it('K12 a lock left behind by a killed process is taken over', async () => {
    const path = await newKey('sm2-sm3', '123456')
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    await writeFile(`${path}.tries.lock`, `${dead} 0123456789abcdef`)
    expect((await softKey(path).open('123456')).ok).toBe(true)
  })

  it('K13 a damaged file costs no try, an absent certificate still signs', async () => {
    const path = await newKey('sm2-sm3', '123456')
    const good = await readFile(path, 'utf8')
    for (const bad of ['', 'x', good.slice(0, 200), good.replace('PUBLIC KEY', 'PUBLIC KEX'), good.replace(/[A-Z]{3}/, '***')]) {
      await writeFile(path, bad)
      expect(await softKey(path).open('123456')).toEqual({ ok: false, error: { reason: 'damaged' } })
    }
    await expect(stat(`${path}.tries`)).rejects.toThrow()
    const bare = join(folder, 'bare.pem')
    await createSoftKey(bare, '123456', 'sm2-sm3')
    const key = value(await softKey(bare).open('123456'))
    expect(key.chain).toEqual([])
    expect((await key.sign(utf8('x'))).ok).toBe(true)
  })

  it('K13 a key under another key’s certificate or public key is refused', async () => {
    const [one, two] = [await newKey('sm2-sm3', '123456'), await newKey('sm2-sm3', '123456')]
    const [textOne, textTwo] = [await readFile(one, 'utf8'), await readFile(two, 'utf8')]
    await writeFile(one, textOne.slice(0, textOne.indexOf('-----BEGIN PUBLIC')) + textTwo.slice(textTwo.indexOf('-----BEGIN PUBLIC')))
    expect(await softKey(one).open('123456')).toEqual({ ok: false, error: { reason: 'damaged' } })
    expect(await certifySoftKey(two, await certify(await createSoftKey(join(folder, 'other.pem'), 'x', 'sm2-sm3')))).toEqual({ ok: false, error: { reason: 'noKey' } })
  })

  it('K14 an existing file is never overwritten; a new PIN replaces the old; mode is 0600', async () => {
    const path = await newKey('sm2-sm3', '123456')
    await expect(createSoftKey(path, '1', 'sm2-sm3')).rejects.toMatchObject({ code: 'EEXIST' })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await changeSoftPin(path, '000000', '654321')).ok).toBe(false)
    value(await changeSoftPin(path, '123456', '６５４３２１'))
    expect((await softKey(path).open('123456')).ok).toBe(false)
    const key = value(await softKey(path).open('654321'))
    expect(holds(key.algorithm, key.chain[0]!, utf8('x'), value(await key.sign(utf8('x'))))).toBe(true)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('K15 the file also opens as a key file of any other program would open it', async () => {
    const path = await newKey('ecdsa-p256-sha256', '123456')
    expect(value(await keyFile(path).open('123456')).chain).toHaveLength(2)
  })
})
