import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { utf8 } from '#core/formats'
import { certify, holds, value } from './carrier.fixture.ts'
import { certifySoftKey, createKeyring, createSoftKey, readKeyring, softKey, startSealServiceSimulator, type Keyring } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-ring-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let made = 0
const newKey = async (): Promise<string> => {
  const path = join(folder, `seal-${made++}.pem`)
  value(await certifySoftKey(path, await certify(await createSoftKey(path, '135790', 'sm2-sm3'))))
  return path
}
const ring = (pins: Readonly<Record<string, string>>, idleMs = 60_000): Keyring => {
  const entries = new Map(Object.entries(pins))
  return createKeyring(async (address) => (entries.has(address) ? { pin: entries.get(address)! } : undefined), { idleMs })
}
const service = async () => startSealServiceSimulator([{ key: value(await softKey(await newKey()).open('135790')), id: 'a', pin: '1' }])
const sealing = async (keys: Keyring, address: string): Promise<boolean> => {
  const signer = await keys.signer(address)
  const signature = await signer.sign(utf8('x'))
  await signer.close()
  return holds('sm2-sm3', signer.certificate, utf8('x'), signature)
}

describe('keyring of a seal desk', () => {
  it('K50 a key opens once for all who ask, stays open between sealings, and signs until the ring is closed', async () => {
    const host = await service()
    const address = `${host.url}/?key=a`
    const keys = ring({ [address]: '1' })
    expect(await Promise.all(Array.from({ length: 8 }, () => sealing(keys, address)))).toEqual(Array.from({ length: 8 }, () => true))
    expect([await sealing(keys, address), host.opened()]).toEqual([true, 1])
    const last = await keys.signer(address)
    await keys.close()
    await expect(last.sign(utf8('x'))).rejects.toMatchObject({ refusal: { reason: 'absent' } })
    await expect(keys.signer(address)).rejects.toMatchObject({ refusal: { reason: 'absent' } })
    expect(host.sessions()).toBe(0)
    await host.stop()
  })

  it('K53 a key that nobody uses logs out, not while it is held, and opens again by itself', async () => {
    const host = await service()
    const address = `${host.url}/?key=a`
    const keys = ring({ [address]: '1' }, 50)
    const held = await keys.signer(address)
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(holds('sm2-sm3', held.certificate, utf8('x'), await held.sign(utf8('x')))).toBe(true)
    await held.close()
    await held.close()
    await expect.poll(() => host.sessions()).toBe(0)
    expect([await sealing(keys, address), host.opened()]).toEqual([true, 2])
    await expect(held.sign(utf8('x'))).rejects.toMatchObject({ refusal: { reason: 'absent' } })
    await keys.close()
    await host.stop()
  })

  it('K51 a wrong PIN is shown to the carrier once, not at every sealing; a corrected one is taken at once', async () => {
    const path = await newKey()
    let pin = '000000'
    const keys = createKeyring(async () => ({ pin }))
    for (let i = 0; i < 6; i++) await expect(keys.signer(`soft:${path}`)).rejects.toMatchObject({ refusal: { reason: 'pinWrong' } })
    expect(readFileSync(`${path}.tries`, 'utf8').startsWith('10')).toBe(true)
    expect(await keys.condition(`soft:${path}`)).toMatchObject({ kind: 'refused', refusal: { reason: 'pinWrong' } })
    pin = '135790'
    expect(await keys.condition(`soft:${path}`)).toEqual({ kind: 'present' })
    expect(await sealing(keys, `soft:${path}`)).toBe(true)
    expect(await keys.condition(`soft:${path}`)).toEqual({ kind: 'open' })
    await keys.close()
  })

  it('K51 a carrier that was away is asked again; an address without an entry is noKey', async () => {
    const path = join(folder, 'later.pem')
    const keys = ring({ [`soft:${path}`]: '135790' })
    await expect(keys.signer(`soft:${path}`)).rejects.toMatchObject({ refusal: { reason: 'absent' } })
    expect(await keys.condition(`soft:${path}`)).toEqual({ kind: 'refused', refusal: { reason: 'absent' } })
    value(await certifySoftKey(path, await certify(await createSoftKey(path, '135790', 'sm2-sm3'))))
    expect(await keys.condition(`soft:${path}`)).toEqual({ kind: 'present' })
    expect((await keys.signer(`soft:${path}`)).chain).toHaveLength(2)
    for (const address of ['soft:other', 'constructor', '__proto__']) {
      await expect(keys.signer(address)).rejects.toMatchObject({ refusal: { reason: 'noKey' } })
      expect(await keys.condition(address)).toEqual({ kind: 'refused', refusal: { reason: 'noKey' } })
    }
  })

  it('K54 a carrier that fails while it is held is asked anew by the next one', async () => {
    const host = await service()
    const address = `${host.url}/?key=a`
    const keys = ring({ [address]: '1' })
    const held = await keys.signer(address)
    host.setMood('down')
    await expect(held.sign(utf8('x'))).rejects.toMatchObject({ refusal: { reason: 'absent' } })
    expect(await keys.condition(address)).toEqual({ kind: 'refused', refusal: { reason: 'absent' } })
    host.setMood('well')
    await held.close()
    expect([await sealing(keys, address), host.opened()]).toEqual([true, 2])
    await keys.close()
    await host.stop()
  })

  it('K54 what the carrier only says to a PIN is still known afterwards: a service that has blocked the key', async () => {
    const host = await service()
    const address = `${host.url}/?key=a`
    for (let i = 0; i < 5; i++) await expect(ring({ [address]: 'x' }).signer(address)).rejects.toThrow()
    const keys = ring({ [address]: '1' })
    expect(await keys.condition(address)).toEqual({ kind: 'present' })
    await expect(keys.signer(address)).rejects.toMatchObject({ refusal: { reason: 'blocked' } })
    expect(await keys.condition(address)).toEqual({ kind: 'refused', refusal: { reason: 'blocked' } })
    await host.stop()
  })

  it('K52 a ring that others can read, that is missing or malformed is not used', async () => {
    const path = join(folder, 'ring.json')
    const given = async (text: string, mode = 0o600) => {
      writeFileSync(path, text)
      chmodSync(path, mode)
      const read = await readKeyring(path)
      return read.ok ? [...read.value.keys()] : read.error.code
    }
    expect(await given('{"soft:x": {"pin": "1"}, "pkcs11:/m.so?token=%E5%8D%B0": {"pin": "2", "certificates": "/c.pem"}}')).toEqual(['soft:x', 'pkcs11:/m.so?token=%E5%8D%B0'])
    expect(await given('{}', 0o644)).toBe('keys.keyring')
    const malformed = ['', '[]', '{"soft:x":"1"}', '{"soft:x":{}}', '{"soft:x":{"pin":1}}', '{"soft:x":{"pin":"1","pim":"2"}}']
    for (const text of malformed) expect([text, await given(text)]).toEqual([text, 'keys.keyring'])
    expect(await readKeyring(join(folder, 'none.json'))).toMatchObject({ error: { code: 'keys.keyring' } })
  })
})
