/** The installation's certificate authority (安装根): it vouches for devices, people, the log, the archive and the seals. */
import { createECDH, createPrivateKey, createPublicKey, generateKeyPair, randomBytes, sign } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  createAuthority, p256KeyPair, p256MessageSigner, readCertificate, resumeAuthority, sm2KeyPair, sm2MessageSigner, sm2PublicKey, writeName, writePem,
  type AuthorityKey, type MessageSigner, type PublicKey, type Signer,
} from '#core/crypto'
import { fromBase64, fromHex, toBase64, toHex } from '#core/formats'
import { openKeyFile, writeDurably, type KeyFile } from './key-file.ts'

export type IssuedCertificate = { readonly serial: string; readonly der: Uint8Array; readonly notAfter: string }

export type Authority = {
  readonly protection: string
  readonly rootCertificate: Uint8Array
  /** keeper of the log */
  readonly log: Signer
  /** signer of archive packages */
  readonly archive: Signer
  /** the installation as a device: it signs what the system does */
  readonly system: Signer & { readonly publicKey: string }
  readonly secret: KeyFile['secret']
  readonly issueDevice: (device: { deviceId: string; name: string; publicKey: string; personName: string }, now: string) => Promise<IssuedCertificate>
  readonly issuePersonal: (person: { personId: string; name: string; organName: string; publicKey: string }, now: string) => Promise<IssuedCertificate>
  /** who makes seals (制章者) */
  readonly sealMaker: Signer
  /** RSA-3072, for PDF signatures that any reader can check, and SM2 for GB/T 38540; the keys are made once per seal */
  readonly sealSigners: (seal: { sealId: string; organName: string; name: string }, now: string) => Promise<SealSigners>
  /** the installation's own time stamps: P-256 for PDF, SM2 for OFD */
  readonly timeStamps: SealSigners
  readonly revocationList: (revoked: readonly { serial: string; date: string }[], number: number, now: string) => Promise<Uint8Array>
}

export type SealSigners = { readonly pdf: Signer; readonly ofd: Signer }

const entropy = (length: number): Uint8Array => randomBytes(length)
const addYears = (iso: string, years: number): string => `${Number(iso.slice(0, 4)) + years}${iso.slice(4, 10).replace('-02-29', '-02-28')}T00:00:00Z`
const seconds = (iso: string): string => `${iso.slice(0, 19)}Z`

const p256Point = (privateKey: Uint8Array): PublicKey => {
  const pair = createECDH('prime256v1')
  pair.setPrivateKey(privateKey)
  return { algorithm: 'p256', point: new Uint8Array(pair.getPublicKey()) }
}

const rsaSigner = (pkcs8: Uint8Array): MessageSigner => {
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
  return { algorithm: 'rsa-sha256', sign: async (message) => sign('sha256', message, key) }
}

const rsaPublicKey = (pkcs8: Uint8Array): PublicKey => {
  const jwk = createPublicKey(createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })).export({ format: 'jwk' })
  const number = (text: string | undefined): bigint => BigInt(`0x${Buffer.from(text ?? '', 'base64url').toString('hex')}`)
  return { algorithm: 'rsa', modulus: number(jwk.n), exponent: number(jwk.e) }
}

/** @param folder where the keys are kept @param now server time, ISO 8601 UTC */
export const openAuthority = async (folder: string, passphrase: string | undefined, regionName: string, now: string): Promise<Authority> => {
  const keys = openKeyFile(folder, passphrase)
  const sm2Secret = (name: string): Uint8Array => keys.secret(name, () => sm2KeyPair(entropy).privateKey)
  const pointOf = (privateKey: Uint8Array): PublicKey => ({ algorithm: 'sm2', point: sm2PublicKey(privateKey) })
  const rootKey = sm2Secret('root')
  const rootHolder: AuthorityKey = { publicKey: pointOf(rootKey), signer: sm2MessageSigner(rootKey, entropy) }
  /** Certificates of the installation itself are made once and kept beside the keys. */
  const kept = async (name: string, build: () => Promise<Uint8Array>): Promise<Uint8Array> => {
    const path = join(folder, `${name}.crt`)
    if (existsSync(path)) {
      const bytes = fromBase64(readFileSync(path, 'utf8').trim())
      if (!bytes.ok) throw new Error(`证书文件 ${path} 已损坏`)
      return bytes.value
    }
    const der = await build()
    writeDurably(path, Buffer.from(toBase64(der)))
    return der
  }
  const rootCertificate = await kept('root', async () => (await createAuthority({
    name: writeName([{ type: 'C', value: 'CN' }, { type: 'O', value: regionName }, { type: 'CN', value: `${regionName}根证书` }]), pathLength: 0,
    notBefore: seconds(now), notAfter: addYears(now, 30),
  }, rootHolder, entropy)).certificate.raw)
  // The name in the stored certificate counts: the region may have been renamed since.
  const root = resumeAuthority(rootCertificate, rootHolder, entropy)
  /** From `at` for so many years, but never longer than the root. */
  const issue = (subject: Uint8Array, publicKey: PublicKey, at: string, years: number, kind: 'signing' | 'timeStamping' = 'signing'): Promise<Uint8Array> =>
    root.issue({ subject, publicKey, notBefore: seconds(at), notAfter: [addYears(at, years), root.certificate.notAfter].sort()[0] ?? at, profile: { kind } })
  const stamping = async (name: string, publicKey: PublicKey, signer: MessageSigner): Promise<Signer> => {
    const subject = writeName([{ type: 'C', value: 'CN' }, { type: 'O', value: regionName }, { type: 'CN', value: '文枢时间戳（演示）' }])
    return { ...signer, certificate: await kept(name, () => issue(subject, publicKey, now, 20, 'timeStamping')) }
  }
  const p256Key = keys.secret('time-stamp-p256', () => p256KeyPair(entropy).privateKey)
  const timeKey = sm2Secret('time-stamp')
  const own = async (name: string, title: string): Promise<Signer> => {
    const privateKey = sm2Secret(name)
    const subject = writeName([{ type: 'C', value: 'CN' }, { type: 'O', value: regionName }, { type: 'CN', value: title }])
    const certificate = await kept(name, () => issue(subject, pointOf(privateKey), now, 20))
    return { ...sm2MessageSigner(privateKey, entropy), certificate }
  }
  const issueFor = async (subject: Uint8Array, publicKeyHex: string, at: string, years: number): Promise<IssuedCertificate> => {
    const point = fromHex(publicKeyHex)
    if (!point.ok) throw new RangeError('not a public key')
    const der = await issue(subject, { algorithm: 'sm2', point: point.value }, at, years)
    const read = readCertificate(der)
    if (!read.ok) throw new Error('issued an unreadable certificate')
    return { serial: read.value.serial, der, notAfter: read.value.notAfter }
  }
  /** Making an RSA key takes a second or more: off this thread, and once even when two ask at the same time. */
  const making = new Map<string, Promise<Uint8Array>>()
  const sealKey = (sealId: string): Promise<Uint8Array> => {
    const name = `seal-${sealId}`
    const make = async (): Promise<Uint8Array> => {
      if (keys.has(name)) return keys.secret(name, () => new Uint8Array())
      const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 3072 })
      return keys.secret(name, () => privateKey.export({ format: 'der', type: 'pkcs8' }))
    }
    const pending = making.get(name) ?? make()
    making.set(name, pending)
    return pending
  }
  const opened = new Map<string, Promise<SealSigners>>()
  const sealSigners = async ({ sealId, organName, name }: { sealId: string; organName: string; name: string }, at: string): Promise<SealSigners> => {
    const subject = writeName([{ type: 'C', value: 'CN' }, { type: 'O', value: organName }, { type: 'CN', value: name }])
    const certified = (file: string, publicKey: PublicKey): Promise<Uint8Array> => kept(file, () => issue(subject, publicKey, at, 10))
    const pkcs8 = await sealKey(sealId)
    const sm2Key = sm2Secret(`seal-${sealId}-sm2`)
    return {
      pdf: { ...rsaSigner(pkcs8), certificate: await certified(`seal-${sealId}`, rsaPublicKey(pkcs8)) },
      ofd: { ...sm2MessageSigner(sm2Key, entropy), certificate: await certified(`seal-${sealId}-sm2`, pointOf(sm2Key)) },
    }
  }
  return {
    protection: keys.protection,
    rootCertificate,
    log: await own('log', '文枢日志'),
    archive: await own('archive', '文枢归档'),
    system: { ...(await own('system', '文枢服务')), publicKey: toHex(sm2PublicKey(sm2Secret('system'))) },
    secret: keys.secret,
    issueDevice: ({ deviceId, name, publicKey, personName }, at) =>
      issueFor(writeName([{ type: 'C', value: 'CN' }, { type: 'O', value: regionName }, { type: 'OU', value: personName }, { type: 'CN', value: name === '' ? deviceId : name }, { type: 'UID', value: deviceId }]), publicKey, at, 3),
    issuePersonal: ({ personId, name, organName, publicKey }, at) =>
      issueFor(writeName([{ type: 'C', value: 'CN' }, { type: 'O', value: organName }, { type: 'CN', value: name }, { type: 'UID', value: personId }]), publicKey, at, 3),
    timeStamps: {
      pdf: await stamping('time-stamp-p256', p256Point(p256Key), p256MessageSigner(p256Key, entropy)),
      ofd: await stamping('time-stamp', pointOf(timeKey), sm2MessageSigner(timeKey, entropy)),
    },
    sealMaker: await own('seal-maker', '文枢制章'),
    sealSigners: (seal, at) => {
      // Asked for twice at the same time, a certificate must not be made twice: the one in the file is the one that counts.
      const pending = opened.get(seal.sealId) ?? sealSigners(seal, at)
      opened.set(seal.sealId, pending)
      pending.catch(() => opened.delete(seal.sealId))
      return pending
    },
    revocationList: (revoked, number, at) => root.revocationList({
      number, thisUpdate: seconds(at), nextUpdate: addYears(at, 1), revoked: revoked.map(({ serial, date }) => ({ serial, date: seconds(date) })),
    }),
  }
}

export const rootPem = (authority: Authority): string => writePem('CERTIFICATE', authority.rootCertificate)
