import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argon2id } from 'hash-wasm'
import { afterAll, describe, expect, it } from 'vitest'
import { readPem, writePem } from '#core/crypto'
import { toHex, utf8 } from '#core/formats'
import { skipLoudly } from '../tests/harness/skips.ts'
import { carrierContract, certify, value } from './carrier.fixture.ts'
import { certifySoftKey, changeSoftPin, createSoftKey, keyFile, randomBytes, softKey } from './index.ts'
import { argon2Key, isArgon2Cost } from './kdf.ts'
import { derivationOf } from './pbes.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-argon2-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let made = 0
const newKey = async (): Promise<string> => {
  const path = join(folder, `${made++}.pem`)
  value(await certifySoftKey(path, await certify(await createSoftKey(path, '135790', 'sm2-sm3', 'argon2id'))))
  return path
}
const encryptedIn = (path: string): Uint8Array => {
  const blocks = readPem(readFileSync(path, 'utf8'))
  const block = blocks.ok ? blocks.value.find(({ label }) => label === 'ENCRYPTED PRIVATE KEY') : undefined
  if (block === undefined) throw new Error('no encrypted key')
  return block.bytes
}

carrierContract('soft key under Argon2id', async () => {
  const path = await newKey()
  return { holder: softKey(path), pin: '135790', algorithm: 'sm2-sm3', gone: softKey(join(folder, 'none.pem')), shows: 'without pin' }
})

describe('Argon2id', () => {
  it('K16 gives the value of the reference implementation, and that of another one at other costs', async () => {
    // test.c of the reference implementation: version 0x13, 2 passes, 2^16 KiB, 1 lane
    expect(toHex(await argon2Key(utf8('password'), utf8('somesalt'), { memory: 2 ** 16, passes: 2, lanes: 1 }, 32))).toBe('09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7')
    for (const [memory, passes, lanes, length] of [[64, 1, 2, 16], [1024, 4, 4, 32], [4096, 3, 1, 64]] as const) {
      const salt = randomBytes(16)
      const other = await argon2id({ password: utf8('口令'), salt, memorySize: memory, iterations: passes, parallelism: lanes, hashLength: length, outputType: 'hex' })
      expect(toHex(await argon2Key(utf8('口令'), salt, { memory, passes, lanes }, length))).toBe(other)
    }
  })

  it('K16 opens as a key file too, and a new PIN keeps the derivation', async () => {
    const path = await newKey()
    expect(derivationOf(encryptedIn(path))).toBe('argon2id')
    value(await changeSoftPin(path, '135790', '246801'))
    expect(derivationOf(encryptedIn(path))).toBe('argon2id')
    const key = value(await keyFile(path).open('246801'))
    expect(key.algorithm).toBe('sm2-sm3')
    await key.close()
    const plain = join(folder, 'scrypt.pem')
    await createSoftKey(plain, '135790', 'sm2-sm3')
    expect([derivationOf(encryptedIn(plain)), derivationOf(new Uint8Array(3))]).toEqual(['scrypt', 'scrypt'])
  })

  it('K16 a cost that would fill the memory or run for hours is refused, not run', async () => {
    const path = await newKey()
    const der = encryptedIn(path)
    // 64 MiB as a DER integer of three bytes; the same length asks for 8 GiB.
    const at = Buffer.from(der).indexOf(Buffer.from('0203010000', 'hex'))
    expect(at).toBeGreaterThan(0)
    const greedy = Uint8Array.from(der)
    greedy.set([0x7f, 0xff, 0xff], at + 2)
    const copy = join(folder, 'greedy.pem')
    writeFileSync(copy, writePem('ENCRYPTED PRIVATE KEY', greedy))
    const began = performance.now()
    expect(await keyFile(copy).open('135790')).toMatchObject({ error: { reason: 'unsupported', what: expect.stringContaining('KiB') } })
    expect(performance.now() - began).toBeLessThan(2_000)
    const sound = { memory: 2 ** 16, passes: 3, lanes: 4 }
    for (const change of [{ memory: 0 }, { memory: 31 }, { memory: 2 ** 19 }, { passes: 0 }, { passes: 1000 }, { lanes: 0 }, { lanes: 17 }, { passes: 1.5 }]) {
      expect([isArgon2Cost(sound), isArgon2Cost({ ...sound, ...change })]).toEqual([true, false])
    }
  })

  it.skipIf(spawnSync('openssl', ['version']).error !== undefined && skipLoudly('Argon2id seen by OpenSSL', 'openssl is not installed'))('K16 OpenSSL says that it does not know the derivation', async () => {
    const path = await newKey()
    const run = spawnSync('openssl', ['pkey', '-in', path, '-passin', 'pass:135790', '-noout'], { encoding: 'utf8' })
    expect([run.status === 0, /unsupported|unknown/i.test(run.stderr)]).toEqual([false, true])
  })
})
