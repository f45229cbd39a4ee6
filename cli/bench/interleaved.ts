/** Several works beside each other, in turns (交替测量): what else the machine does in the meantime falls on all alike. */
import { quantile } from './figure.ts'

export type Work = { readonly name: string; readonly run: () => void }

/**
 * Runs per second of processor time of this thread, the middle one of all turns. Time in which another process held the
 * processor is nobody's, so the figures hold on a busy machine too. A turn lasts long enough for the system's clock of
 * processor time, which may go by 4 ms.
 * @param turns of each work
 * @param turnMs least length of a turn, milliseconds of processor time
 */
export const interleaved = (works: readonly Work[], turns = 15, turnMs = 40): ReadonlyMap<string, number> => {
  const rates = new Map<string, number[]>(works.map(({ name }) => [name, []]))
  for (const { run } of works) for (let warm = 0; warm < 3; warm += 1) run()
  for (let turn = 0; turn < turns; turn += 1) {
    for (const { name, run } of works) {
      const before = spent()
      let runs = 0
      let took = 0
      do {
        run()
        runs += 1
        took = spent() - before
      } while (took < turnMs)
      rates.get(name)?.push((runs * 1000) / took)
    }
  }
  return new Map([...rates].map(([name, each]) => [name, quantile(each, 0.5)]))
}

/** Milliseconds of processor time that this thread has had. */
const spent = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
