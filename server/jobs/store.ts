import type { Part, Queryable } from '../db/index.ts'

export type JobKind = 'followUp' | 'audience'
export type Job = { readonly id: number; readonly kind: JobKind; readonly key: string; readonly attempts: number }

/** Asking again for a job that is being done makes it be done once more: what it saw may be out of date. */
export const jobPart = (kind: JobKind, key: string, runAt: string): Part => ({
  sql: `insert into job (kind, key, run_at) values ($1, $2, $3)
        on conflict (kind, key) do update set run_at = excluded.run_at, attempts = 0, claim = null, reason = null`,
  params: [kind, key, runAt],
})

/** Takes the next due job until `until`; a worker that dies loses it then. */
export const claimJob = async (q: Queryable, claim: string, now: string, until: string): Promise<Job | null> =>
  (await q.query<Job>(
    `update job set claim = $1, run_at = $3, attempts = attempts + 1
     where id = (select id from job where run_at <= $2 order by run_at, id limit 1 for update skip locked)
     returning id, kind, key, attempts`,
    [claim, now, until],
  ))[0] ?? null

export const finishJob = (q: Queryable, job: Job, claim: string): Promise<unknown> =>
  q.query('delete from job where id = $1 and claim = $2', [job.id, claim])

export const postponeJob = (q: Queryable, job: Job, claim: string, runAt: string, reason: string): Promise<unknown> =>
  q.query('update job set run_at = $3, reason = $4 where id = $1 and claim = $2', [job.id, claim, runAt, reason])

/** For health: how many wait, and the reasons of those that failed. */
export const jobsWaiting = async (q: Queryable): Promise<{ readonly waiting: number; readonly failing: number }> => {
  const [row] = await q.query<{ waiting: number; failing: number }>(
    'select count(*) as waiting, count(*) filter (where reason is not null) as failing from job')
  return row ?? { waiting: 0, failing: 0 }
}
