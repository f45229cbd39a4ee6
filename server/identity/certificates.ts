/** Personal certificates and the revocation list (证书). */
import { isSm2PublicKey, verifyCanonicalSignature, writePem } from '#core/crypto'
import { fromHex, toBase64 } from '#core/formats'
import { enrolKeyContext, type EnrolKeyRequest, type EnrolKeyResponse } from '#core/sync'
import { writeAudit } from '../audit/index.ts'
import type { Database, Queryable } from '../db/index.ts'
import { Problem } from '../problem.ts'
import type { IdentityServices } from './services.ts'

type Issued = { readonly der: string; readonly public_key: string }

/** Base64 DER of all that were not revoked, newest first; the devices of a person have a key each. Whether one has run out is for its holder to see. */
export const standingPersonal = async (q: Queryable, personId: string): Promise<string[]> =>
  (await q.query<Issued>(`select der, public_key from certificate where person = $1 and purpose = 'personal' and revoked_at is null order by issued_at desc, serial desc`, [personId]))
    .map((row) => row.der)

/** All that was ever issued to the person, newest first: old signatures are shown with the certificate of their time. */
export const certificatesOf = async (q: Queryable, personId: string): Promise<string[]> =>
  (await q.query<Issued>(`select der, public_key from certificate where person = $1 and purpose = 'personal' order by issued_at desc, serial desc`, [personId])).map((row) => row.der)

/** Vouches for a personal key whose holder proves to have it. The same key again gives the same certificate. */
export const enrolKey = async (services: IdentityServices, personId: string, request: EnrolKeyRequest): Promise<EnrolKeyResponse> => {
  const { publicKey, at, proof } = request
  const point = fromHex(publicKey)
  if (!point.ok || !isSm2PublicKey(point.value) || !verifyCanonicalSignature({ personId, publicKey, at }, enrolKeyContext, proof, point.value)) {
    throw new Problem(400, 'bad_proof', '个人密钥证明不正确')
  }
  const now = services.clock().toISOString()
  return services.db.transaction(async (tx) => {
    const directory = await services.records.directory(tx)
    const person = directory.people[personId]
    if (person === undefined) throw new Problem(403, 'forbidden', '该账号没有登记人员')
    await tx.query('select pg_advisory_xact_lock(7310, hashtext($1)), pg_advisory_xact_lock(7311, hashtext($2))', [personId, publicKey])
    const [standing] = await tx.query<Issued>(
      `select der, public_key from certificate where person = $1 and public_key = $2 and purpose = 'personal' and revoked_at is null and not_after > $3
       order by issued_at desc, serial desc limit 1`, [personId, publicKey, now])
    if (standing !== undefined) return { certificate: standing.der }
    // A token can change hands: one key must never speak for two people, and never again after it was revoked.
    const [known] = await tx.query<{ person: string }>(
      `select person from certificate where purpose = 'personal' and public_key = $1 and (person <> $2 or revoked_at is not null) order by person = $2 limit 1`, [publicKey, personId])
    if (known !== undefined) throw known.person === personId ? new Problem(409, 'key_revoked', '这把密钥的证书已被吊销，须换用新的密钥') : new Problem(409, 'key_taken', '这把密钥已登记在另一人名下')
    const issued = await services.authority.issuePersonal(
      { personId, name: person.name, organName: directory.organs[person.organId]?.name ?? '', publicKey }, now)
    const certificate = toBase64(issued.der)
    await tx.query(
      `insert into certificate (serial, purpose, person, public_key, der, issued_at, not_after) values ($1, 'personal', $2, $3, $4, $5, $6)`,
      [issued.serial, personId, publicKey, certificate, now, issued.notAfter])
    await writeAudit(tx, { at: now, actor: personId, action: 'key.enrol', target: issued.serial, outcome: 'done' })
    return { certificate }
  })
}

/**
 * Ends every standing personal certificate of the person (停用个人密钥): a PIN was forgotten, a carrier lost. What was signed before
 * stays signed. Returns how many. Problem: `not_found` when there is none.
 */
export const revokePersonal = (db: Database, personId: string, { reason, by, now }: { readonly reason: string; readonly by: string; readonly now: string }): Promise<number> =>
  db.transaction(async (tx) => {
    // Nobody enrols in between: the key that is ended is the one that stands.
    await tx.query('select pg_advisory_xact_lock(7310, hashtext($1))', [personId])
    const ended = await tx.query<{ serial: string }>(`update certificate set revoked_at = $2 where person = $1 and purpose = 'personal' and revoked_at is null returning serial`, [personId, now])
    if (ended.length === 0) throw new Problem(404, 'not_found', '此人没有在用的个人密钥')
    for (const { serial } of ended) await writeAudit(tx, { at: now, actor: by, action: 'key.revoke', target: serial, outcome: 'done', detail: reason })
    return ended.length
  })

/** The revocation list as it stands, PEM; `number` grows with the clock. */
export const revocationPem = async ({ db, authority, clock }: { readonly db: Queryable } & Pick<IdentityServices, 'authority' | 'clock'>): Promise<string> =>
  writePem('X509 CRL', await revocationList(db, authority, clock().toISOString()))

/** The same, DER. @param now server time, ISO 8601 UTC */
export const revocationList = async (q: Queryable, authority: IdentityServices['authority'], now: string): Promise<Uint8Array> => {
  const rows = await q.query<{ serial: string; date: string }>('select serial, revoked_at as date from certificate where revoked_at is not null order by serial')
  return authority.revocationList(rows, Math.floor(Date.parse(now) / 1000), now)
}
