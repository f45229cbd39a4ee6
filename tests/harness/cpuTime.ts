/**
 * Milliseconds of processor time that this process spends on `work`. For guards against runaway work, an order of magnitude wide: a busy
 * machine stretches the wall clock, not this. Figures to compare with a budget come from `wenshu bench`.
 */
export const cpuTimeOf = (work: () => void): number => {
  const started = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(started)
  return (user + system) / 1000
}
