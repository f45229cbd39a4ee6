/** What the server asks of its database (数据库端口): PostgreSQL's dialect, whether embedded or a server of its own. */

/** Column values come as: int8 → number, jsonb → parsed, bytea → Uint8Array, xid8 and text → string. */
export type SqlRow = Readonly<Record<string, unknown>>

export type Queryable = {
  /** Positional parameters $1 …; JSON is passed as text. */
  readonly query: <R = SqlRow>(sql: string, params?: readonly unknown[]) => Promise<R[]>
}

export type Database = Queryable & {
  readonly kind: 'pglite' | 'postgres'
  /**
   * READ COMMITTED. Commits when `work` resolves, rolls back when it throws. Inside, only `tx` may be used. Queries run in the
   * order in which they are asked; one that is not awaited is awaited with the commit, which saves a round trip.
   */
  readonly transaction: <T>(work: (tx: Queryable) => Promise<T>) => Promise<T>
  /** Tells the other instances something; fire and forget, at most 8000 bytes. */
  readonly notify: (channel: string, payload: string) => Promise<void>
  readonly listen: (channel: string, heard: (payload: string) => void) => Promise<void>
  readonly close: () => Promise<void>
}

/** The database cannot be reached now; what was asked is not done and may be asked again. */
export class DatabaseUnavailable extends Error {
  constructor(cause: unknown) {
    super('database unavailable', { cause })
    this.name = 'DatabaseUnavailable'
  }
}

const transient = new Set(['40001', '40P01', '23505'])
const unreachable = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', '57P01', '57P02', '57P03', '08000', '08003', '08006', '53300'])

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

/** True for a lost race (serialization, deadlock, the same new name twice): the same transaction may simply be run again. */
export const isLostRace = (error: unknown): boolean => transient.has(codeOf(error))

export const isUnreachable = (error: unknown): boolean =>
  unreachable.has(codeOf(error)) || (error instanceof Error && /Connection terminated|timeout exceeded when trying to connect/.test(error.message))

/** The same work may succeed when it is simply done again. */
export const mayBeRetried = (error: unknown): boolean => error instanceof DatabaseUnavailable || isLostRace(error) || isUnreachable(error)

/** Several data-changing statements in one round trip. Each has its own $1 …; none may depend on another's effect. */
export type Part = { readonly sql: string; readonly params: readonly unknown[] }

export const together = (parts: readonly Part[]): Part => {
  const params: unknown[] = []
  const named = parts.map((part, at) => {
    const offset = params.length
    params.push(...part.params)
    return `p${at} as (${part.sql.replaceAll(/\$(\d+)/g, (_, n: string) => `$${Number(n) + offset}`)})`
  })
  return { sql: `with ${named.join(', ')} select 1`, params }
}

/** Collects what is asked, so that a rejection that nobody awaits has a listener from the start. */
export const remembering = (on: Queryable, asked: Promise<unknown>[]): Queryable => ({
  query: <R>(sql: string, params?: readonly unknown[]) => {
    const answer = on.query<R>(sql, params)
    answer.catch(() => undefined)
    asked.push(answer)
    return answer
  },
})

/** After a failed statement every later one fails too, saying only that: the cause is the last failure of another kind. */
export const causeOf = async (thrown: unknown, asked: readonly Promise<unknown>[]): Promise<unknown> => {
  if (codeOf(thrown) !== '25P02' && thrown !== undefined) return thrown
  const failures = (await Promise.allSettled(asked)).flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []))
  return failures.findLast((failure) => codeOf(failure) !== '25P02') ?? thrown ?? new Error('the transaction was rolled back')
}
