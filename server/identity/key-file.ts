/**
 * The installation's own private keys (安装密钥), each a file encrypted with AES-256-GCM. The wrapping key comes from
 * WENSHU_KEY_PASSPHRASE by scrypt, or from a file of mode 0600 beside them; which one is said at start.
 */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export type KeyFile = {
  /** what to say at start about where the wrapping key is */
  readonly protection: string
  /** The secret of this name, made by `create` at the first call. */
  readonly secret: (name: string, create: () => Uint8Array) => Uint8Array
  readonly has: (name: string) => boolean
}

export const writeDurably = (path: string, bytes: Uint8Array): void => {
  const handle = openSync(`${path}.tmp`, 'w', 0o600)
  try {
    writeSync(handle, bytes)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(`${path}.tmp`, path)
}

/** Throws with a clear message when the passphrase is wrong or a file was damaged. */
export const openKeyFile = (folder: string, passphrase: string | undefined): KeyFile => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const wrapping = (): Buffer => {
    if (passphrase !== undefined && passphrase !== '') {
      const saltFile = join(folder, 'salt')
      if (!existsSync(saltFile)) writeDurably(saltFile, randomBytes(16))
      return scryptSync(passphrase, readFileSync(saltFile), 32, { N: 1 << 15, r: 8, p: 1, maxmem: 64 << 20 })
    }
    const keyFile = join(folder, 'wrapping.key')
    if (existsSync(join(folder, 'salt')) && !existsSync(keyFile)) {
      throw new Error('安装密钥由口令保护：请设置环境变量 WENSHU_KEY_PASSPHRASE 后再启动')
    }
    if (!existsSync(keyFile)) writeDurably(keyFile, randomBytes(32))
    if (process.platform !== 'win32' && (statSync(keyFile).mode & 0o077) !== 0) {
      throw new Error(`${keyFile} 的权限过宽，应为 0600`)
    }
    return readFileSync(keyFile)
  }
  const key = wrapping()
  const secret = (name: string, create: () => Uint8Array): Uint8Array => {
    const path = join(folder, `${name}.enc`)
    if (!existsSync(path)) {
      const plain = create()
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(name))
      const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
      writeDurably(path, Buffer.concat([iv, cipher.getAuthTag(), sealed]))
      return plain
    }
    const stored = readFileSync(path)
    try {
      const cipher = createDecipheriv('aes-256-gcm', key, stored.subarray(0, 12)).setAAD(Buffer.from(name)).setAuthTag(stored.subarray(12, 28))
      return Buffer.concat([cipher.update(stored.subarray(28)), cipher.final()])
    } catch {
      throw new Error(`安装密钥 ${name} 无法解开：WENSHU_KEY_PASSPHRASE 不正确，或文件已损坏`)
    }
  }
  return {
    protection: passphrase !== undefined && passphrase !== '' ? '安装密钥由口令（WENSHU_KEY_PASSPHRASE）加密' : `安装密钥由文件 ${join(folder, 'wrapping.key')} 加密（0600）；正式使用请设置 WENSHU_KEY_PASSPHRASE`,
    secret,
    has: (name) => existsSync(join(folder, `${name}.enc`)),
  }
}
