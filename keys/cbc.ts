/** Block ciphers in CBC mode with PKCS#7 padding, for opening key files. */
import { createDecipheriv } from 'node:crypto'
import { sm4Decrypt } from '#core/crypto'

/** `keyBytes` and `blockBytes` are lengths in bytes. */
export type CbcCipher = {
  readonly name: 'aes-128-cbc' | 'aes-192-cbc' | 'aes-256-cbc' | 'des-ede3-cbc' | 'des-ede-cbc' | 'rc2-cbc' | 'sm4-cbc'
  readonly keyBytes: number
  readonly blockBytes: 8 | 16
}

/** What was encrypted, or null when length or padding are not right: the key is not the one. */
export const decryptCbc = async (cipher: CbcCipher, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Promise<Uint8Array | null> => {
  if (data.length === 0 || data.length % cipher.blockBytes !== 0) return null
  switch (cipher.name) {
    case 'rc2-cbc': return decryptRc2(key, iv, data)
    case 'sm4-cbc': {
      const plain = sm4Decrypt(data, { mode: 'cbc', key, iv, padding: 'pkcs7' })
      return plain.ok ? plain.value : null
    }
    // Two keys are the three of EDE3 with the first again; the runtimes of Node and Electron share only EDE3.
    case 'des-ede-cbc': return native('des-ede3-cbc', Buffer.concat([key, key.subarray(0, 8)]), iv, data)
    default: return native(cipher.name, key, iv, data)
  }
}

const native = (name: string, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array | null => {
  const decipher = createDecipheriv(name, key, iv)
  try {
    return new Uint8Array(Buffer.concat([decipher.update(data), decipher.final()]))
  } catch {
    return null
  }
}

/** What is used of node-forge. Its own types bring those of Node into every folder that can see this one. */
type Forge = {
  readonly rc2: { readonly createDecryptionCipher: (key: string, bits: number) => {
    readonly start: (iv: string) => void; readonly update: (data: unknown) => void; readonly finish: (unpad: () => boolean) => boolean
    readonly output: { readonly getBytes: () => string }
  } }
  readonly util: { readonly createBuffer: (bytes: string) => unknown }
}
const forgePackage: string = 'node-forge'

/** RC2 (RFC 2268) is in neither runtime any more; certificates in old PKCS#12 files are under its 40-bit form. */
const decryptRc2 = async (key: Uint8Array, iv: Uint8Array, data: Uint8Array): Promise<Uint8Array | null> => {
  const { default: forge } = await import(forgePackage) as { readonly default: Forge }
  const bytes = (part: Uint8Array): string => Buffer.from(part).toString('latin1')
  const cipher = forge.rc2.createDecryptionCipher(bytes(key), 8 * key.length)
  cipher.start(bytes(iv))
  cipher.update(forge.util.createBuffer(bytes(data)))
  // The library does not judge the padding: it is left on and judged here.
  if (!cipher.finish(() => true)) return null
  const plain = new Uint8Array(Buffer.from(cipher.output.getBytes(), 'latin1'))
  const padding = plain.at(-1) ?? 0
  const isPadded = padding >= 1 && padding <= 8 && plain.subarray(-padding).every((byte) => byte === padding)
  return isPadded ? plain.subarray(0, plain.length - padding) : null
}
