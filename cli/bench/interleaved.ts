/** Several works beside each other, in turns (交替测量): what else the machine does in the meantime falls on all alike. */
import { performance } from 'node:perf_hooks'

export type Work = { readonly name: string; readonly run: () => void }

/**
 * Runs per second of processor time of this thread, the best turn of each. Time in which another process held the
 * processor is nobody's, so the figures hold on a busy machine too.
 * @param turns of each work
 * @param turnMs least length of a turn, milliseconds of wall time
 */
export const interleaved = (works: readonly Work[], turns = 24, turnMs = 40): ReadonlyMap<string, number> => {
  const best = new Map<string, number>()
  for (const { run } of works) for (let warm = 0; warm < 3; warm += 1) run()
  for (let turn = 0; turn < turns; turn += 1) {
    for (const { name, run } of works) {
      const end = performance.now() + turnMs
      const before = spent()
      let runs = 0
      do {
        run()
        runs += 1
      } while (performance.now() < end)
      best.set(name, Math.max(best.get(name) ?? 0, (runs * 1000) / (spent() - before)))
    }
  }
  return best
}

/** Milliseconds of processor time that this thread has had. */
const spent = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
