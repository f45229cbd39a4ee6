import { randomUUID } from 'node:crypto'
import type { Database } from '../db/index.ts'
import type { Log } from '../problem.ts'
import { claimJob, finishJob, postponeJob, type JobKind } from './store.ts'

export type Worker = {
  /** There may be something to do. */
  readonly kick: () => void
  /** Resolves when nothing is due any more. */
  readonly settled: () => Promise<void>
  readonly close: () => Promise<void>
}

export type WorkerOptions = {
  readonly db: Database
  readonly clock: () => Date
  readonly log: Log
  readonly run: Readonly<Record<JobKind, (key: string) => Promise<void>>>
}

const leaseMs = 120_000
const pollMs = 1_000
/** 2 s, 4 s … at most ten minutes */
const backoffMs = (attempts: number): number => Math.min(2 ** attempts * 1_000, 600_000)

/** One job at a time in this process; other instances take others. A failing job stays, with its reason. */
export const openWorker = ({ db, clock, log, run }: WorkerOptions): Worker => {
  const claim = randomUUID()
  let closing = false
  let again = false
  let running: Promise<void> | null = null
  const after = (ms: number): string => new Date(clock().getTime() + ms).toISOString()
  const drain = async (): Promise<void> => {
    for (;;) {
      again = false
      const job = closing ? null : await claimJob(db, claim, clock().toISOString(), after(leaseMs))
      if (job === null) {
        if (again && !closing) continue
        return
      }
      try {
        await run[job.kind](job.key)
        await finishJob(db, job, claim)
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        log('warn', `作业 ${job.kind} ${job.key} 第 ${job.attempts} 次未完成：${reason}`)
        await postponeJob(db, job, claim, after(backoffMs(job.attempts)), reason)
      }
    }
  }
  const kick = (): void => {
    again = true
    if (running !== null || closing) return
    running = drain()
      .catch((error: unknown) => log('error', '作业队列出错', { error: String(error) }))
      .finally(() => {
        running = null
        if (again && !closing) kick()
      })
  }
  const timer = setInterval(kick, pollMs)
  timer.unref()
  return {
    kick,
    settled: async () => {
      kick()
      while (running !== null) await running
    },
    close: async () => {
      closing = true
      clearInterval(timer)
      while (running !== null) await running
    },
  }
}
