import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createSoftKey, softKey, startSealServiceSimulator } from '#keys'
import { askPins, keyProblem, openSealKeys } from './keys.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-seal-keys-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const own = () => Promise.reject(new Error('the own store was asked'))
const both = (address: string) => ({ pdf: address, ofd: address })
let made = 0
const soft = async (pin = 'right'): Promise<string> => {
  const path = join(folder, `seal-${made++}.pem`)
  await createSoftKey(path, pin, 'sm2-sm3')
  return path
}
const triesOf = (path: string): number => readFileSync(`${path}.tries`, 'utf8').replaceAll('0', '').trim().length

describe('keys of seals that are elsewhere', () => {
  it('K51 a wrong PIN costs one try, however many documents wait to be sealed; a keyring that is corrected is taken without a restart', async () => {
    const path = await soft()
    const keyring = join(folder, 'ring.json')
    const write = (pin: string) => writeFileSync(keyring, JSON.stringify({ [`soft:${path}`]: { pin } }), { mode: 0o600 })
    write('wrong')
    const keys = await openSealKeys({ keyring })
    for (let document = 0; document < 6; document++) await expect(keys.open(both(`soft:${path}`), own)).rejects.toMatchObject({ refusal: { reason: 'pinWrong' } })
    expect(triesOf(path)).toBe(1)
    expect(await keys.states(both(`soft:${path}`))).toMatchObject({ pdf: { state: 'refused', reason: 'pinWrong', detail: expect.stringContaining('服务器保存的口令不正确') } })
    write('right')
    // No certificate is in the file: the PIN was accepted, and the count is clear.
    await expect(keys.open(both(`soft:${path}`), own)).rejects.toMatchObject({ refusal: { reason: 'noKey' } })
    expect(triesOf(path)).toBe(0)
    await keys.close()
  }, 60_000)

  it('K55 the keyring comes first, then what was typed, then the one PIN; only what nobody knows is asked for', async () => {
    const paths = [await soft('from ring'), await soft('typed'), await soft('one for all')] as const
    const [inRing, typedAt, other] = paths.map((path) => `soft:${path}`) as [string, string, string]
    const keyring = join(folder, 'order.json')
    writeFileSync(keyring, JSON.stringify({ [inRing]: { pin: 'from ring' } }), { mode: 0o600 })
    const asked: string[] = []
    const ask = async (address: string) => {
      asked.push(address)
      return address === typedAt ? 'typed' : null
    }
    const names = new Map([[inRing, ['甲']], [typedAt, ['乙']], [other, ['丙']]])
    const typed = await askPins(names, { keyring }, ask)
    expect([[...typed], asked]).toEqual([[[typedAt, 'typed']], [typedAt, other]])
    expect(await askPins(names, { pin: 'one for all' }, ask)).toEqual(new Map())
    const keys = await openSealKeys({ keyring, typed, pin: 'one for all' })
    // Accepted PINs lead to the next question, the certificate.
    for (const address of [inRing, typedAt, other]) await expect(keys.open(both(address), own)).rejects.toMatchObject({ refusal: { reason: 'noKey' } })
    expect(paths.map(triesOf)).toEqual([0, 0, 0])
    await keys.close()
  }, 60_000)

  it('K52 a server does not start with a keyring that others can read', async () => {
    const keyring = join(folder, 'open.json')
    writeFileSync(keyring, '{}', { mode: 0o644 })
    await expect(openSealKeys({ keyring })).rejects.toThrow('chmod 600')
  })

  it('K54 a service that does not answer keeps nobody waiting for the register', async () => {
    const key = await softKey(await soft()).open('right')
    if (!key.ok) throw new Error(key.error.reason)
    const service = await startSealServiceSimulator([{ key: key.value, id: 'a', pin: '1' }])
    const keys = await openSealKeys({ pin: '1' })
    service.setMood('slow')
    const began = performance.now()
    expect(await keys.states({ pdf: '', ofd: `${service.url}/?key=a` })).toEqual({ pdf: { state: 'own' }, ofd: { state: 'unknown' } })
    expect(performance.now() - began).toBeLessThan(5_000)
    await service.stop()
    await keys.close()
  })

  it('every refusal has a sentence for a clerk who cannot type the PIN', () => {
    expect(keyProblem({ reason: 'pinWrong', retryAfterMs: 0, triesLeft: 2 })).toBe('服务器保存的口令不正确（还可以试 2 次），请系统管理员更正后再用印')
    expect(keyProblem({ reason: 'blocked' })).toContain('自锁')
  })
})
