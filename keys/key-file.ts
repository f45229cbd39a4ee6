/**
 * Key files that people bring (密钥文件): PKCS#12, PKCS#8 in PEM or DER, encrypted or not, and the older PEM forms of EC and
 * RSA keys. Told apart by content; a name's ending means nothing.
 */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { KeyDescription, KeyHolder, OpenKey, PinRefusal } from '#core/desktop'
import { readPem, type PemBlock } from '#core/crypto'
import { err, fromUtf8, isUniversal, ok, readDer, readOctetString, readSequence, TAG, type Result } from '#core/formats'
import { heldKey } from './held-key.ts'
import { decryptWithPassword } from './pbes.ts'
import { isPkcs12, readPkcs12, type Pkcs12 } from './pkcs12.ts'
import { chainFor, pkcs1ToPkcs8, readPkcs8, sec1ToPkcs8, wipe, type PrivateKey } from './private-key.ts'

const mostBytes = 8 * 1024 * 1024
const damaged = err<PinRefusal>({ reason: 'damaged' })

/** The bytes of a file; `absent` when there is none, `damaged` when it cannot be a key file. */
export const readKeyBytes = async (path: string): Promise<Result<Uint8Array, PinRefusal>> => {
  try {
    const bytes = new Uint8Array(await readFile(path))
    return bytes.length > mostBytes ? damaged : ok(bytes)
  } catch {
    return err({ reason: 'absent' })
  }
}

/** Blocks of a text with PEM in it, or null. */
export const pemBlocks = (bytes: Uint8Array): readonly PemBlock[] | null => {
  const text = fromUtf8(bytes)
  const blocks = text.ok ? readPem(text.value) : null
  return blocks?.ok ? blocks.value : null
}

/** Certificates of a file in PEM or DER. */
export const readCertificates = (bytes: Uint8Array): readonly Uint8Array[] =>
  pemBlocks(bytes)?.filter(({ label }) => /^(X509 |TRUSTED )?CERTIFICATE$/.test(label)).map((block) => block.bytes) ?? (readDer(bytes).ok ? [bytes] : [])

/** EncryptedPrivateKeyInfo under a password: its PKCS#8, which the caller wipes. The forms of the password are tried as for PKCS#12. */
export const openEncryptedPkcs8 = async (bytes: Uint8Array, password: string): Promise<Result<Uint8Array, PinRefusal>> => {
  const node = readDer(bytes)
  const parts = node.ok ? readSequence(node.value) : node
  const data = parts.ok && parts.value.length === 2 ? readOctetString(parts.value[1]) : null
  if (!parts.ok || !data?.ok) return damaged
  let last: Result<Uint8Array, PinRefusal> = damaged
  for (const form of new Set([password, password.normalize('NFC'), password.normalize('NFKC')])) {
    last = await decryptWithPassword(parts.value[0], data.value, form)
    // One wrong password in 256 leaves a good padding around nonsense.
    if (last.ok && !readDer(last.value).ok) last = err({ reason: 'pinWrong', retryAfterMs: 0 })
    if (last.ok || last.error.reason !== 'pinWrong') return last
  }
  return last
}

/** The key of a PKCS#8 structure, which is wiped. */
export const takePkcs8 = (bytes: Uint8Array): Result<PrivateKey, PinRefusal> => {
  const key = readPkcs8(bytes)
  bytes.fill(0)
  if (key.ok) return key
  return key.error === 'damaged' ? damaged : err({ reason: 'unsupported', what: key.error.unsupported })
}

const fromBlock = async ({ label, bytes }: PemBlock, password: string): Promise<Result<PrivateKey, PinRefusal>> => {
  switch (label) {
    case 'ENCRYPTED PRIVATE KEY': {
      const pkcs8 = await openEncryptedPkcs8(bytes, password)
      return pkcs8.ok ? takePkcs8(pkcs8.value) : pkcs8
    }
    case 'PRIVATE KEY': return takePkcs8(bytes)
    case 'RSA PRIVATE KEY': {
      const pkcs8 = pkcs1ToPkcs8(bytes)
      bytes.fill(0)
      return takePkcs8(pkcs8)
    }
    case 'EC PRIVATE KEY': {
      const pkcs8 = sec1ToPkcs8(bytes)
      bytes.fill(0)
      return pkcs8 === null ? err({ reason: 'unsupported', what: '未注明曲线的 EC 私钥' }) : takePkcs8(pkcs8)
    }
    default: return err({ reason: 'unsupported', what: `${label} 格式的私钥` })
  }
}

type Opened = Pkcs12

const single = (key: PrivateKey, certificates: readonly Uint8Array[]): Opened => ({ keys: [{ id: '1', name: null, key }], certificates })

/** Keys and certificates of a file's bytes, told apart by content; the caller wipes the keys. */
export const readKeyFileBytes = async (bytes: Uint8Array, password: string): Promise<Result<Opened, PinRefusal>> => {
  const blocks = pemBlocks(bytes)
  if (blocks !== null) {
    const block = blocks.find(({ label }) => label.endsWith('PRIVATE KEY'))
    if (block === undefined) return err({ reason: 'noKey' })
    const key = await fromBlock(block, password)
    return key.ok ? ok(single(key.value, readCertificates(bytes))) : key
  }
  if (isPkcs12(bytes)) return readPkcs12(bytes, password)
  const text = fromUtf8(bytes)
  if (text.ok && /Proc-Type: 4,ENCRYPTED/.test(text.value)) return err({ reason: 'unsupported', what: '旧式加密的 PEM 私钥（请先转为 PKCS#8）' })
  const node = readDer(bytes)
  const parts = node.ok ? readSequence(node.value) : node
  if (!parts.ok) return damaged
  const isEncrypted = isUniversal(parts.value[0], TAG.sequence)
  const pkcs8 = isEncrypted ? await openEncryptedPkcs8(bytes, password) : ok(bytes)
  const key = pkcs8.ok ? takePkcs8(pkcs8.value) : pkcs8
  return key.ok ? ok(single(key.value, [])) : key
}

/** `certificates`: path of a file (PEM or DER) with the certificates that the key file itself does not hold. */
export type KeyFileOptions = { readonly certificates?: string }

/**
 * A key file as a carrier. It shows nothing without its password. There is no limit on tries: whoever has the file can
 * copy it and try elsewhere; a soft key (`softKey`) is what has one.
 */
export const keyFile = (path: string, options: KeyFileOptions = {}): KeyHolder => {
  const opened = async (password: string): Promise<Result<Opened, PinRefusal>> => {
    const bytes = await readKeyBytes(path)
    const content = bytes.ok ? await readKeyFileBytes(bytes.value, password) : bytes
    if (!content.ok || options.certificates === undefined) return content
    const beside = await readKeyBytes(options.certificates)
    if (beside.ok) return ok({ ...content.value, certificates: [...content.value.certificates, ...readCertificates(beside.value)] })
    for (const { key } of content.value.keys) wipe(key)
    return beside
  }
  const describe = (content: Opened): (KeyDescription & { readonly key: PrivateKey })[] =>
    content.keys.map(({ id, name, key }) => ({
      id, label: name ?? basename(path), algorithm: key.algorithm, chain: chainFor(key.publicKey, content.certificates) ?? [], key,
    }))
  return {
    kind: 'file',
    label: path,
    list: async (pin = '') => {
      const content = await opened(pin)
      if (!content.ok) return content
      const keys = describe(content.value)
      for (const { key } of keys) wipe(key)
      return ok(keys.map(({ key: _, ...description }) => description))
    },
    open: async (pin, id): Promise<Result<OpenKey, PinRefusal>> => {
      const content = await opened(pin)
      if (!content.ok) return content
      const keys = describe(content.value)
      const chosen = id === undefined ? (keys.find(({ chain }) => chain.length > 0) ?? keys[0]) : keys.find((key) => key.id === id)
      for (const { key } of keys) if (key !== chosen?.key) wipe(key)
      if (chosen === undefined) return err({ reason: 'noKey' })
      const { key, ...description } = chosen
      return ok(heldKey(description, key))
    },
  }
}
