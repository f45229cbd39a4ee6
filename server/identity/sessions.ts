/** Signing in on a device, short access tokens, refresh once each (会话). Rules I1, I2. */
import { createHash, randomBytes } from 'node:crypto'
import { verifyCanonicalSignature } from '#core/crypto'
import { fromHex, toBase64, type CanonicalValue } from '#core/formats'
import { refreshContext, signInContext, type RefreshRequest, type Session, type SignInRequest } from '#core/sync'
import { writeAudit } from '../audit/index.ts'
import type { Queryable } from '../db/index.ts'
import { Problem } from '../problem.ts'
import { checkPassword } from './accounts.ts'
import { standingPersonal } from './certificates.ts'
import type { IdentityServices } from './services.ts'

export type { IdentityServices } from './services.ts'
export type Signed = { readonly personId: string; readonly deviceId: string }

const accessMs = 10 * 60_000
const refreshMs = 30 * 24 * 3_600_000

const newToken = (): string => randomBytes(32).toString('base64url')
/** Tokens are random, so a plain digest at rest is enough. */
const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex')

const holds = (value: CanonicalValue, context: string, proof: string, publicKeyHex: string): boolean => {
  const key = fromHex(publicKeyHex)
  return key.ok && verifyCanonicalSignature(value, context, proof, key.value)
}

const revoked = (): Problem => new Problem(403, 'device_revoked', '本设备已被停用，请联系安全保密管理员')

type Device = { readonly person: string; readonly public_key: string; readonly certificate: string; readonly status: string }

const openSession = async (tx: Queryable, services: IdentityServices, personId: string, deviceId: string, certificate: string): Promise<Session> => {
  const now = services.clock()
  const accessToken = newToken()
  const refreshToken = newToken()
  const expiresAt = new Date(now.getTime() + accessMs).toISOString()
  await tx.query(
    'insert into session (device, person, access_hash, access_expires, refresh_hash, refresh_expires) values ($1, $2, $3, $4, $5, $6)',
    [deviceId, personId, tokenHash(accessToken), expiresAt, tokenHash(refreshToken), new Date(now.getTime() + refreshMs).toISOString()])
  await tx.query('delete from session where device = $1 and refresh_expires < $2', [deviceId, now.toISOString()])
  return {
    accessToken, expiresAt, refreshToken, personId, deviceCertificate: certificate, personalCertificates: await standingPersonal(tx, personId), serverTime: now.toISOString(),
  }
}

/** Enrols a device at its first sign-in; a device belongs to one person for ever. */
export const signIn = async (services: IdentityServices, request: SignInRequest, address: string): Promise<Session> => {
  const { account, deviceId, deviceName, devicePublicKey, at } = request
  await checkPassword(services, account, request.password, address)
  if (!holds({ account, deviceId, devicePublicKey, at }, signInContext, request.proof, devicePublicKey)) {
    throw new Problem(400, 'bad_proof', '设备密钥证明不正确')
  }
  const now = services.clock().toISOString()
  const directory = await services.records.directory(services.db)
  const person = directory.people[account]
  if (person === undefined || deviceId === 'system') throw new Problem(403, 'forbidden', '该账号没有登记人员')
  const session = await services.db.transaction(async (tx) => {
    const find = async (): Promise<Device | undefined> =>
      (await tx.query<Device>('select person, public_key, certificate, status from device where id = $1 for update', [deviceId]))[0]
    let device = await find()
    if (device === undefined) {
      const [taken] = await tx.query('select 1 from device where public_key = $1', [devicePublicKey])
      if (taken !== undefined) throw new Problem(409, 'device_key_in_use', '该设备密钥已登记在另一设备名下')
      const issued = await services.authority.issueDevice({ deviceId, name: deviceName, publicKey: devicePublicKey, personName: person.name }, now)
      const certificate = toBase64(issued.der)
      await tx.query(
        `insert into device (id, person, name, public_key, certificate, status, enrolled_at) values ($1, $2, $3, $4, $5, $6, $7)`,
        [deviceId, account, deviceName, devicePublicKey, certificate, services.deviceApproval === 'automatic' ? 'active' : 'pending', now])
      await tx.query(
        `insert into certificate (serial, purpose, person, device, public_key, der, issued_at, not_after) values ($1, 'device', $2, $3, $4, $5, $6, $7)`,
        [issued.serial, account, deviceId, devicePublicKey, certificate, now, issued.notAfter])
      device = { person: account, public_key: devicePublicKey, certificate, status: services.deviceApproval === 'automatic' ? 'active' : 'pending' }
    }
    if (device.status === 'revoked') throw revoked()
    if (device.person !== account) throw new Problem(409, 'device_of_another', '本设备已登记给另一人员')
    if (device.public_key !== devicePublicKey) throw new Problem(409, 'device_key_differs', '设备密钥与登记的不一致，请作为新设备登录')
    await writeAudit(tx, { at: now, actor: account, device: deviceId, address, action: 'session.signIn', target: deviceId, outcome: device.status })
    return device.status === 'pending' ? null : openSession(tx, services, account, deviceId, device.certificate)
  })
  if (session === null) throw new Problem(403, 'device_pending', '新设备已登记，等待安全保密管理员批准')
  return session
}

type StoredSession = {
  readonly id: number; readonly person: string; readonly device: string; readonly refresh_expires: string; readonly spent: boolean; readonly ended: boolean
  readonly public_key: string; readonly certificate: string; readonly status: string; readonly disabled: boolean
}

/** A refresh token works once. Its second use means that someone has a copy: the device's sessions end, and a password is asked for. */
export const refresh = async (services: IdentityServices, request: RefreshRequest, address: string): Promise<Session> => {
  const { refreshToken, deviceId, at } = request
  const now = services.clock().toISOString()
  const outcome = await services.db.transaction(async (tx): Promise<Session | Problem> => {
    const [session] = await tx.query<StoredSession>(
      `select session.id, session.person, session.device, refresh_expires, spent, ended, public_key, certificate, status, account.disabled
       from session join device on device.id = session.device join account on account.person = session.person
       where refresh_hash = $1 and session.device = $2 for update of session`,
      [tokenHash(refreshToken), deviceId])
    const unauthorized = new Problem(401, 'unauthorized', '登录已失效，请重新登录')
    if (session === undefined || !holds({ refreshToken, deviceId, at }, refreshContext, request.proof, session.public_key)) return unauthorized
    if (session.status === 'revoked') return revoked()
    if (session.spent) {
      await tx.query('update session set ended = true where device = $1', [deviceId])
      await writeAudit(tx, { at: now, actor: session.person, device: deviceId, address, action: 'session.refresh', target: deviceId, outcome: 'reused' })
      return unauthorized
    }
    if (session.ended || session.disabled || session.refresh_expires <= now) return unauthorized
    await tx.query('update session set spent = true where id = $1', [session.id])
    return openSession(tx, services, session.person, deviceId, session.certificate)
  })
  if (outcome instanceof Problem) throw outcome
  return outcome
}

/** Whose request this is. Problems: `unauthorized` (401), `device_revoked` (403). */
export const authenticate = async ({ db, clock }: IdentityServices, accessToken: string): Promise<Signed> => {
  const unauthorized = new Problem(401, 'unauthorized', '登录已失效，请重新登录')
  if (!/^[A-Za-z0-9_-]{43}$/.test(accessToken)) throw unauthorized
  const [session] = await db.query<{ person: string; device: string; access_expires: string; ended: boolean; status: string; disabled: boolean }>(
    `select session.person, session.device, access_expires, ended, device.status, account.disabled
     from session join device on device.id = session.device join account on account.person = session.person where access_hash = $1`,
    [tokenHash(accessToken)])
  if (session === undefined) throw unauthorized
  // I2 comes before expiry: a revoked device must learn it at its next contact, however late.
  if (session.status === 'revoked') throw revoked()
  if (session.ended || session.disabled || session.access_expires <= clock().toISOString()) throw unauthorized
  return { personId: session.person, deviceId: session.device }
}
