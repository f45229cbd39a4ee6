/** Authenticated encryption of what lies on the disk (本机加密): AES-256-GCM, which Node's and Electron's libraries both have. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes as systemRandom } from 'node:crypto'

const nonceBytes = 12
const tagBytes = 16
/** How many bytes a box is longer than what is in it. */
export const boxOverhead = nonceBytes + tagBytes

/** Secret random bytes of the operating system, as core's functions want them. */
export const randomBytes = (length: number): Uint8Array => new Uint8Array(systemRandom(length))

/**
 * nonce(12) ‖ ciphertext ‖ tag(16).
 * @param key 32 bytes @param about what the box is for; a box does not open under another name (it cannot be moved or swapped)
 */
export const sealBox = (key: Uint8Array, plain: Uint8Array, about: string): Uint8Array => {
  const nonce = systemRandom(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about, 'utf8'))
  return new Uint8Array(Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]))
}

/** What is in the box, or null when the key, the name or a single bit is not the right one. */
export const openBox = (key: Uint8Array, box: Uint8Array, about: string): Uint8Array | null => {
  if (box.length < boxOverhead) return null
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, nonceBytes)).setAAD(Buffer.from(about, 'utf8'))
  decipher.setAuthTag(box.subarray(box.length - tagBytes))
  try {
    return new Uint8Array(Buffer.concat([decipher.update(box.subarray(nonceBytes, box.length - tagBytes)), decipher.final()]))
  } catch {
    return null
  }
}

/** A key for one purpose from a key for all (HKDF-SHA-256, RFC 5869). 32 bytes each. */
export const deriveKey = (key: Uint8Array, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, new Uint8Array(0), `wenshu/${purpose}`, 32))
