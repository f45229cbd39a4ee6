import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { utf8 } from '#core/formats'
import { certify, holds, value } from './carrier.fixture.ts'
import { certifySoftKey, createSoftKey, openKeyring, softKey, startSealServiceSimulator, type Keyring } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-ring-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let made = 0
const newKey = async (): Promise<string> => {
  const path = join(folder, `seal-${made++}.pem`)
  value(await certifySoftKey(path, await certify(await createSoftKey(path, '135790', 'sm2-sm3'))))
  return path
}
const ring = async (entries: unknown): Promise<Keyring> => {
  const path = join(folder, `ring-${made++}.json`)
  writeFileSync(path, typeof entries === 'string' ? entries : JSON.stringify(entries), { mode: 0o600 })
  const opened = await openKeyring(path)
  if (!opened.ok) throw new Error(opened.error.message)
  return opened.value
}

describe('keyring of a seal desk', () => {
  it('K50 a key opens once, however many ask at the same time, and signs until the ring is closed', async () => {
    const service = await startSealServiceSimulator([{ key: value(await softKey(await newKey()).open('135790')), id: 'a', pin: '1' }])
    const address = `${service.url}/?key=a`
    const keys = await ring({ [address]: { pin: '1' } })
    const signers = await Promise.all(Array.from({ length: 8 }, () => keys.signer(address)))
    expect(new Set(signers).size).toBe(1)
    expect(holds('sm2-sm3', signers[0]!.certificate, utf8('x'), await signers[0]!.sign(utf8('x')))).toBe(true)
    await keys.close()
    await expect(signers[0]!.sign(utf8('x'))).rejects.toMatchObject({ refusal: { reason: 'absent' } })
    await service.stop()
  })

  it('K51 a wrong PIN is shown to the carrier once, not at every sealing', async () => {
    const path = await newKey()
    const keys = await ring({ [`soft:${path}`]: { pin: '000000' } })
    for (let i = 0; i < 6; i++) await expect(keys.signer(`soft:${path}`)).rejects.toMatchObject({ refusal: { reason: 'pinWrong' } })
    expect(readFileSync(`${path}.tries`, 'utf8').startsWith('10')).toBe(true)
  })

  it('K51 a carrier that was away is asked again; an address that is not in the ring is noKey', async () => {
    const path = join(folder, 'later.pem')
    const keys = await ring({ [`soft:${path}`]: { pin: '135790' } })
    await expect(keys.signer(`soft:${path}`)).rejects.toMatchObject({ refusal: { reason: 'absent' } })
    value(await certifySoftKey(path, await certify(await createSoftKey(path, '135790', 'sm2-sm3'))))
    expect((await keys.signer(`soft:${path}`)).chain).toHaveLength(2)
    for (const address of ['soft:other', 'constructor', '__proto__']) await expect(keys.signer(address)).rejects.toMatchObject({ refusal: { reason: 'noKey' } })
  })

  it('K52 a ring that others can read, that is missing or malformed is not used', async () => {
    const path = join(folder, 'open.json')
    writeFileSync(path, '{}')
    chmodSync(path, 0o644)
    const codes = [await openKeyring(path), await openKeyring(join(folder, 'none.json'))]
    expect(codes.map((each) => each.ok || each.error.code)).toEqual(['keys.keyring', 'keys.keyring'])
    for (const text of ['', '[]', '{"soft:x":"1"}', '{"soft:x":{}}', '{"soft:x":{"pin":1}}', '{"soft:x":{"pin":"1","pim":"2"}}']) await expect(ring(text)).rejects.toThrow('密钥环')
  })
})
