import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCertificate } from '#core/crypto'
import { openAuthority } from './index.ts'

const now = '2026-11-24T08:00:00.000Z'

describe('the installation’s keys', () => {
  let folder: string
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'wenshu-keys-')) })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('stay the same over a restart, and lie encrypted', async () => {
    const first = await openAuthority(folder, undefined, '文枢', now)
    const secret = first.secret('cursor', () => new Uint8Array(32).fill(7))
    const second = await openAuthority(folder, undefined, '文枢', '2027-11-24T08:00:00.000Z')
    expect(second.rootCertificate).toEqual(first.rootCertificate)
    expect(second.system.publicKey).toBe(first.system.publicKey)
    expect(second.secret('cursor', () => new Uint8Array(32).fill(8))).toEqual(Buffer.from(secret))
    expect(readFileSync(join(folder, 'cursor.enc')).includes(Buffer.from(secret))).toBe(false)
    expect(statSync(join(folder, 'wrapping.key')).mode & 0o777).toBe(0o600)
    expect(first.protection).toContain('WENSHU_KEY_PASSPHRASE')
  })

  it('the root certificate is named after the installation, once', async () => {
    const root = readCertificate((await openAuthority(folder, undefined, '文枢', now)).rootCertificate)
    expect(root.ok && root.value.subject.text).toMatch(/CN=文枢根证书$/)
  })

  it('a wrapping key that others may read is refused', async () => {
    await openAuthority(folder, undefined, '文枢', now)
    chmodSync(join(folder, 'wrapping.key'), 0o644)
    await expect(openAuthority(folder, undefined, '文枢', now)).rejects.toThrow('权限过宽')
  })

  it('with a passphrase: the right one opens, a wrong one and none are told apart from damage', async () => {
    await openAuthority(folder, 'correct horse', '文枢', now)
    await openAuthority(folder, 'correct horse', '文枢', now)
    await expect(openAuthority(folder, 'wrong horse', '文枢', now)).rejects.toThrow('WENSHU_KEY_PASSPHRASE 不正确')
    await expect(openAuthority(folder, undefined, '文枢', now)).rejects.toThrow('请设置环境变量 WENSHU_KEY_PASSPHRASE')
  })

  it('a damaged file is an error, never a new key', async () => {
    await openAuthority(folder, undefined, '文枢', now)
    const path = join(folder, 'root.enc')
    const bytes = readFileSync(path)
    bytes[bytes.length - 1]! ^= 1
    writeFileSync(path, bytes)
    await expect(openAuthority(folder, undefined, '文枢', now)).rejects.toThrow('无法解开')
  })
})
