import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { refusalText } from '#core/desktop'
import { certify, value } from './carrier.fixture.ts'
import { certifySoftKey, createSoftKey, openKey, openKeyFile, openKeyHolder } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-open-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('addresses of keys', () => {
  it.each([
    ['soft:/a/公章.pem', 'soft', '/a/公章.pem'],
    ['soft:C:\\keys\\seal.pem', 'soft', 'C:\\keys\\seal.pem'],
    ['p12:/a/b?c.p12', 'file', '/a/b?c.p12'],
    ['file:key.pem', 'file', 'key.pem'],
    ['pkcs11:/lib/x.so?token=%E5%85%AC%E7%AB%A0&object=0a&sm2=0x80000101:message', 'pkcs11', '公章'],
    ['pkcs11:/lib/x.so', 'pkcs11', '/lib/x.so'],
    ['https://seal.example.cn/base?key=1', 'service', 'seal.example.cn'],
  ])('A1 %s is a carrier of kind %s', (address, kind, label) => {
    const holder = openKeyHolder(address)
    expect(holder.ok && [holder.value.kind, holder.value.label]).toEqual([kind, label])
  })

  it.each(['', 'seal.p12', 'soft:', 'ftp:x', 'pkcs11:?token=x', 'pkcs11:/x.so?sm2=SM2', 'pkcs11:/x.so?sm2=0x1ffffffff', 'https://', 'SOFT:x'])(
    'A2 "%s" is refused with the forms that can be read', async (address) => {
      const holder = openKeyHolder(address)
      expect(holder.ok || [holder.error.code, holder.error.message.includes('soft:')]).toEqual(['keys.address', true])
      const opened = await openKey(address, 'x')
      expect(opened.ok || refusalText(opened.error)).toBe(`不支持密钥地址“${address}”`)
    },
  )

  it('A3 a command line takes a path or an address', async () => {
    const path = join(folder, 'cli.pem')
    value(await certifySoftKey(path, await certify(await createSoftKey(path, '135790', 'sm2-sm3'))))
    for (const given of [path, `soft:${path}`, `file:${path}`]) expect(value(await openKeyFile(given, '135790')).chain).toHaveLength(2)
    expect(await openKeyFile('pkcs11:/none.so', 'x')).toEqual({ ok: false, error: { reason: 'absent' } })
    expect(await openKeyFile('http://127.0.0.1:9', 'x')).toEqual({ ok: false, error: { reason: 'absent' } })
  })

  it('A2 opens a key by its address', async () => {
    const path = join(folder, '公章.pem')
    await createSoftKey(path, '135790', 'sm2-sm3')
    expect(value(await openKey(`soft:${path}`, '135790')).algorithm).toBe('sm2-sm3')
  })
})
