/** The implementations beside which ours is measured (对照实现): OpenSSL in this Node, sm-crypto, sm-crypto-v2. */
import { createCipheriv, createHash, createPrivateKey, getCiphers, getHashes, sign, verify } from 'node:crypto'
import { createRequire } from 'node:module'
import { writePem, writeSm2Pkcs8, type Sm2KeyPair } from '#core/crypto'
import { toHex } from '#core/formats'
import type { Work } from './interleaved.ts'

type Options = { readonly der: true; readonly hash: true }
type ScriptSm2 = {
  readonly doSignature: (message: Uint8Array | readonly number[], privateKey: string, options: Options) => string
  readonly doVerifySignature: (message: Uint8Array | readonly number[], signature: string, publicKey: string, options: Options) => boolean
}
type Script = {
  readonly sm2: ScriptSm2
  readonly sm3: (message: Uint8Array | readonly number[]) => string
  readonly sm4: { readonly encrypt: (message: Uint8Array | readonly number[], key: string, options: { mode: 'cbc'; iv: string; padding: 'none' }) => unknown }
}

/** The two packages bring no types that fit both; null where one is not installed (it is for development only). */
const script = (name: 'sm-crypto' | 'sm-crypto-v2'): Script | null => {
  try {
    return createRequire(import.meta.url)(name) as Script
  } catch {
    return null
  }
}
const scripts = (['sm-crypto', 'sm-crypto-v2'] as const).flatMap((name) => {
  const loaded = script(name)
  return loaded === null ? [] : [{ name, ...loaded }]
})

/** True where this Node's OpenSSL has the algorithms (Electron's BoringSSL has none of them). */
export const hasOpenSsl = getHashes().includes('sm3') && getCiphers().includes('sm4-cbc')

const must = (good: boolean): void => {
  if (!good) throw new Error('a good signature did not verify')
}

/** Signing and verifying one message with one key. OpenSSL's works over the empty identifier; the arithmetic is the same. */
export const signingPeers = ({ privateKey, publicKey }: Sm2KeyPair, message: Uint8Array): readonly Work[] => {
  const works: Work[] = []
  if (hasOpenSsl) {
    const key = createPrivateKey(writePem('PRIVATE KEY', writeSm2Pkcs8(privateKey, publicKey)))
    const signature = sign('sm3', message, key)
    works.push({ name: 'OpenSSL 签名', run: () => { sign('sm3', message, key) } }, { name: 'OpenSSL 验签', run: () => { must(verify('sm3', message, key, signature)) } })
  }
  const [secret, open, options] = [toHex(privateKey), toHex(publicKey), { der: true, hash: true } as const]
  for (const { name, sm2 } of scripts) {
    const content = name === 'sm-crypto' ? [...message] : message
    const signature = sm2.doSignature(content, secret, options)
    works.push(
      { name: `${name} 签名`, run: () => { sm2.doSignature(content, secret, options) } },
      { name: `${name} 验签`, run: () => { must(sm2.doVerifySignature(content, signature, open, options)) } },
    )
  }
  return works
}

/** Digest of `message`, and SM4-CBC over it without padding (its length is whole blocks). */
export const bulkPeers = (message: Uint8Array, key: Uint8Array, iv: Uint8Array): readonly Work[] => [
  ...(hasOpenSsl ? [
    { name: 'OpenSSL SM3', run: () => { createHash('sm3').update(message).digest() } },
    { name: 'OpenSSL SM4-CBC', run: () => { createCipheriv('sm4-cbc', key, iv).update(message) } },
    { name: 'OpenSSL SM4-CTR', run: () => { createCipheriv('sm4-ctr', key, iv).update(message) } },
  ] : []),
  ...scripts.flatMap(({ name, sm3, sm4 }) => {
    const content = name === 'sm-crypto' ? [...message] : message
    return [
      { name: `${name} SM3`, run: () => { sm3(content) } },
      { name: `${name} SM4-CBC`, run: () => { sm4.encrypt(content, toHex(key), { mode: 'cbc', iv: toHex(iv), padding: 'none' }) } },
    ]
  }),
]
