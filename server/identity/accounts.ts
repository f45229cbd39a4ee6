/** Accounts and passwords (账号口令). */
import { hash, verify } from '@node-rs/argon2'
import { Problem } from '../problem.ts'
import type { IdentityServices } from './services.ts'

const minimumLength = 8

/** Gives a registered person a password, or a new one. Problems: `weak_password`, `not_found`. */
export const createAccount = async ({ db, records, clock }: IdentityServices, personId: string, password: string): Promise<void> => {
  if (password.length < minimumLength) throw new Problem(400, 'weak_password', `口令至少${minimumLength}位`)
  const passwordHash = await hash(password)
  await db.transaction(async (tx) => {
    const directory = await records.directory(tx)
    // `system` is the installation itself, whatever the directory says.
    if (personId === 'system' || directory.people[personId] === undefined) throw new Problem(404, 'not_found', '人员未登记')
    await tx.query(
      `insert into account (person, password_hash, created_at) values ($1, $2, $3)
       on conflict (person) do update set password_hash = excluded.password_hash`,
      [personId, passwordHash, clock().toISOString()])
  })
}

let decoy: Promise<string> | null = null

/** The first three mistakes cost nothing; then 1 s, 2 s, 4 s … up to 15 minutes, per account and address. */
const delayMs = (failures: number): number => (failures <= 3 ? 0 : Math.min(2 ** (failures - 4) * 1_000, 900_000))

/** Problems: `wrong_password` (401), `locked` (429, with the seconds to wait). */
export const checkPassword = async ({ db, clock }: IdentityServices, account: string, password: string, address: string): Promise<void> => {
  const now = clock()
  const [standing] = await db.query<{ not_before: string }>('select not_before from login_failure where account = $1 and address = $2', [account, address])
  if (standing !== undefined && standing.not_before > now.toISOString()) {
    const seconds = Math.ceil((Date.parse(standing.not_before) - now.getTime()) / 1000)
    throw new Problem(429, 'locked', `口令多次错误，请${seconds}秒后再试`, seconds)
  }
  const [known] = await db.query<{ password_hash: string; disabled: boolean }>('select password_hash, disabled from account where person = $1', [account])
  // An unknown account takes as long as a known one.
  decoy ??= hash('no such account')
  const good = await verify(known?.password_hash ?? (await decoy), password)
  if (known !== undefined && good && !known.disabled) {
    await db.query('delete from login_failure where account = $1 and address = $2', [account, address])
    return
  }
  const [row] = await db.query<{ failures: number }>(
    `insert into login_failure values ($1, $2, 1, $3)
     on conflict (account, address) do update set failures = login_failure.failures + 1 returning failures`,
    [account, address, now.toISOString()])
  const wait = delayMs(row?.failures ?? 1)
  if (wait > 0) {
    await db.query('update login_failure set not_before = $3 where account = $1 and address = $2', [account, address, new Date(now.getTime() + wait).toISOString()])
  }
  throw new Problem(401, 'wrong_password', '账号或口令不正确')
}
