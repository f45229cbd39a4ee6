import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sm2Verify } from '#core/crypto'
import { utf8 } from '#core/formats'
import type { KeyStore } from '#core/desktop'
import { createAttemptGuard, delayAfter, makeSoftDeviceKey, openBox, openSoftKeyStore, randomBytes, sealBox, unwrapWithPassword, wrapWithPassword } from './index.ts'

let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'wenshu-keys-')) })
afterEach(() => rm(folder, { recursive: true, force: true }))

const message = utf8('意见')
const vaultKey = randomBytes(32)
const device = makeSoftDeviceKey(vaultKey)

const store = (clock: { ms: number }, key = vaultKey): KeyStore | null => {
  const personal = join(folder, 'personal')
  return openSoftKeyStore(key, device.box, {
    readPersonal: () => readFile(personal).then((bytes) => new Uint8Array(bytes), () => null),
    writePersonal: (bytes) => writeFile(personal, bytes),
    attempts: join(folder, 'attempts'),
  }, () => clock.ms)
}

describe('boxes and wraps', () => {
  it('open with the right key and name only, and with every bit in place', () => {
    const box = sealBox(vaultKey, message, 'a')
    expect(openBox(vaultKey, box, 'a')).toEqual(message)
    expect(openBox(vaultKey, box, 'b')).toBeNull()
    expect(openBox(randomBytes(32), box, 'a')).toBeNull()
    for (let i = 0; i < box.length; i++) {
      const flipped = box.slice()
      flipped[i]! ^= 1
      expect(openBox(vaultKey, flipped, 'a')).toBeNull()
      expect(openBox(vaultKey, box.subarray(0, i), 'a')).toBeNull()
    }
  })

  it('a password wrap opens with its password in any normal form, and refuses costs that would stall the machine', async () => {
    const wrap = await wrapWithPassword(vaultKey, 'Ａbc-é', 'x')
    expect(wrap.N).toBeGreaterThanOrEqual(2 ** 15)
    expect(await unwrapWithPassword(wrap, 'Abc-e\u0301', 'x')).toEqual(vaultKey)
    expect(await unwrapWithPassword(wrap, 'abc-é', 'x')).toBe('wrong')
    expect(await unwrapWithPassword(wrap, 'Ａbc-é', 'y')).toBe('wrong')
    expect(await unwrapWithPassword({ ...wrap, N: 2 ** 30 }, 'Abc-é', 'x')).toBe('damaged')
    expect(await unwrapWithPassword({ ...wrap, salt: '!' }, 'Abc-é', 'x')).toBe('damaged')
  })
})

describe('soft keys', () => {
  it('the device key signs after unlocking, and not under another vault key', async () => {
    const keys = store({ ms: 0 })!
    expect(keys.devicePublicKey()).toEqual(device.publicKey)
    expect(sm2Verify(message, await keys.signWithDevice(message), device.publicKey)).toBe(true)
    expect(store({ ms: 0 }, randomBytes(32))).toBeNull()
  })

  it('the personal key signs with its PIN; without a key there is noKey', async () => {
    const keys = store({ ms: 0 })!
    expect(await keys.signWithPersonal('123456', message)).toEqual({ ok: false, error: { reason: 'noKey' } })
    const publicKey = await keys.createPersonal('123456')
    const signed = await keys.signWithPersonal('123456', message)
    expect(signed.ok && sm2Verify(message, signed.value, publicKey)).toBe(true)
    expect(await store({ ms: 5 })!.personalPublicKey()).toEqual(publicKey)
  })

  it('a damaged key file is told as damaged and costs no try', async () => {
    const keys = store({ ms: 0 })!
    await keys.createPersonal('123456')
    await writeFile(join(folder, 'personal'), 'x'.repeat(80))
    expect(await keys.signWithPersonal('123456', message)).toEqual({ ok: false, error: { reason: 'damaged' } })
  })

  it('wrong PINs cost growing delays; the right PIN is not even tried before the delay is over', async () => {
    const clock = { ms: 1000 }
    const keys = store(clock)!
    await keys.createPersonal('123456')
    for (const expected of [0, 0, 5000]) {
      expect(await keys.signWithPersonal('000000', message)).toEqual({ ok: false, error: { reason: 'pinWrong', retryAfterMs: expected } })
    }
    expect(await keys.signWithPersonal('123456', message)).toEqual({ ok: false, error: { reason: 'delayed', retryAfterMs: 5000 } })
    clock.ms += 5000
    expect(await keys.signWithPersonal('000000', message)).toEqual({ ok: false, error: { reason: 'pinWrong', retryAfterMs: 15_000 } })
    clock.ms += 15_000
    expect((await keys.signWithPersonal('123456', message)).ok).toBe(true)
    expect(await keys.signWithPersonal('000000', message)).toEqual({ ok: false, error: { reason: 'pinWrong', retryAfterMs: 0 } })
  })

  it('a restart does not shorten the delay, nor do two tries at once share one', async () => {
    const clock = { ms: 50_000 }
    const keys = store(clock)!
    await keys.createPersonal('123456')
    const answers = await Promise.all(Array.from({ length: 6 }, () => keys.signWithPersonal('000000', message)))
    expect(answers.map((answer) => !answer.ok && answer.error.reason)).toEqual(['pinWrong', 'pinWrong', 'pinWrong', 'delayed', 'delayed', 'delayed'])
    // The monotonic clock of a new process starts anywhere: at zero, or ten years on.
    for (const ms of [0, 3.2e11]) {
      expect(await store({ ms })!.signWithPersonal('123456', message)).toEqual({ ok: false, error: { reason: 'delayed', retryAfterMs: 5000 } })
    }
  })

  it('no file holds a key or a PIN in clear', async () => {
    const keys = store({ ms: 0 })!
    const publicKey = await keys.createPersonal('13572468')
    for (const name of await readdir(folder)) {
      const bytes = await readFile(join(folder, name))
      expect(bytes.includes('13572468')).toBe(false)
      expect(bytes.includes(Buffer.from(publicKey.subarray(1, 33)))).toBe(false)
    }
  })
})

describe('attempts', () => {
  it('a try counts from the moment it begins: killing the program then gives nothing back', async () => {
    const file = join(folder, 'attempts')
    for (let i = 0; i < 3; i++) await createAttemptGuard(file, () => 0).begin()
    expect(await createAttemptGuard(file, () => 0).wait()).toBe(5000)
    await createAttemptGuard(file, () => 0).succeeded()
    expect(await createAttemptGuard(file, () => 0).wait()).toBe(0)
  })

  it('delays grow and stay at a quarter of an hour', () => {
    const delays = Array.from({ length: 80 }, (_, failures) => delayAfter(failures))
    expect(delays).toEqual([...delays].sort((a, b) => a - b))
    expect(delays.slice(0, 5)).toEqual([0, 0, 0, 5000, 15_000])
    expect(delays.at(-1)).toBe(900_000)
  })

  it('more wrong tries than the file has room for keep the longest delay', async () => {
    const file = join(folder, 'attempts')
    const guard = createAttemptGuard(file, () => 0)
    for (let i = 0; i < 70; i++) await guard.begin()
    expect(await createAttemptGuard(file, () => 0).wait()).toBe(900_000)
    expect((await readFile(file)).length).toBe(64)
  })
})
