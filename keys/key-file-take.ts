/** Personal keys out of files that people bring (导入个人密钥): looked at first, taken second; the file itself is not kept. */
import type { KeyDescription, PinRefusal } from '#core/desktop'
import { err, ok, type Result } from '#core/formats'
import { readKeyFileBytes } from './key-file.ts'
import { chainFor, wipe } from './private-key.ts'

/** What is in the file, without its private keys. */
export const lookIntoKeyFile = async (bytes: Uint8Array, password: string): Promise<Result<readonly KeyDescription[], PinRefusal>> => {
  const content = await readKeyFileBytes(bytes, password)
  if (!content.ok) return content
  const { keys, certificates } = content.value
  for (const { key } of keys) wipe(key)
  return ok(keys.map(({ id, name, key }) => ({ id, label: name ?? '', algorithm: key.algorithm, chain: chainFor(key.publicKey, certificates) ?? [] })))
}

/** The private scalar (32 bytes) of the SM2 key of this id; the caller wipes it. Other kinds are `unsupported`. */
export const takeSm2Key = async (bytes: Uint8Array, password: string, id: string): Promise<Result<Uint8Array, PinRefusal>> => {
  const content = await readKeyFileBytes(bytes, password)
  if (!content.ok) return content
  const found = content.value.keys.find((each) => each.id === id)
  for (const { key } of content.value.keys) if (key !== found?.key) wipe(key)
  if (found === undefined) return err({ reason: 'noKey' })
  if (found.key.algorithm === 'sm2-sm3') return ok(found.key.scalar)
  wipe(found.key)
  return err({ reason: 'unsupported', what: notSm2(found.key.algorithm) })
}

/** Personal signatures are SM2 (docs/spec/route.md R6): said of a key that is not. */
export const notSm2 = (algorithm: KeyDescription['algorithm']): string => `${algorithm === 'rsa-sha256' ? 'RSA' : 'ECDSA'} 密钥作个人签名（须为 SM2 密钥）`
