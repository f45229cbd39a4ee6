/** Ends the process when one case hangs (看门狗): nothing else can, since the case holds the only thread. */
import { Worker } from 'node:worker_threads'

export type Watchdog = {
  /** a case begins; told when it hangs */
  readonly begin: (number: number) => void
  readonly stop: () => Promise<number>
}

const code = `
const { workerData: { shared, limitMs, about } } = require('node:worker_threads')
const view = new Int32Array(shared)
let seen = -1
let since = Date.now()
setInterval(() => {
  const number = Atomics.load(view, 0)
  if (number !== seen) { seen = number; since = Date.now() }
  else if (number >= 0 && Date.now() - since > limitMs) {
    require('node:fs').writeSync(2, about + ': case ' + number + ' hangs for more than ' + limitMs + ' ms\\n')
    process.abort()
  }
}, 500)
`

/** @param limitMs wall time of a case, generous: other work may hold the processor */
export const watch = (about: string, limitMs: number): Watchdog => {
  const shared = new SharedArrayBuffer(4)
  const view = new Int32Array(shared)
  Atomics.store(view, 0, -1)
  const worker = new Worker(code, { eval: true, workerData: { shared, limitMs, about } })
  worker.unref()
  return { begin: (number) => { Atomics.store(view, 0, number) }, stop: () => worker.terminate() }
}
