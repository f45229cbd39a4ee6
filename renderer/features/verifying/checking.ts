/** One file at the checking thread (验证一份文件): asked once, stopped when it takes too long. */
import { longestCheckMs } from './limits.ts'
import type { Answer, Checked, Request, TrustBytes } from './wire.ts'

export type Checking = {
  /** Never rejects. `timeout`: it took too long and was stopped. `crashed`: the thread failed; nothing else did. */
  readonly result: Promise<{ readonly ok: true; readonly value: Checked } | { readonly ok: false; readonly reason: 'timeout' | 'crashed' }>
  /** SVG of a page of an OFD, from 0; null when it cannot be drawn */
  readonly page: (index: number) => Promise<string | null>
  readonly stop: () => void
}

export const startChecking = (bytes: Uint8Array, known: readonly Uint8Array[], trust: TrustBytes, now: string): Checking => {
  const worker = new Worker(new URL('./checkWorker.ts', import.meta.url), { type: 'module' })
  const waiting = new Map<number, (svg: string | null) => void>()
  const giveUp = (): void => {
    worker.terminate()
    for (const done of waiting.values()) done(null)
    waiting.clear()
  }
  const ask = (request: Request): void => worker.postMessage(request)
  const result = new Promise<Awaited<Checking['result']>>((done) => {
    const timer = setTimeout(() => { giveUp(); done({ ok: false, reason: 'timeout' }) }, longestCheckMs)
    const fail = (): void => { clearTimeout(timer); giveUp(); done({ ok: false, reason: 'crashed' }) }
    worker.addEventListener('error', fail)
    worker.addEventListener('messageerror', fail)
    worker.addEventListener('message', (event: MessageEvent<Answer>) => {
      const answer = event.data
      switch (answer.type) {
        case 'checked': clearTimeout(timer); return done({ ok: true, value: answer.value })
        case 'page': waiting.get(answer.index)?.(answer.svg); waiting.delete(answer.index); return undefined
        case 'failed': return fail()
      }
    })
    ask({ type: 'check', bytes, known, trust, now })
  })
  return {
    result, stop: giveUp,
    page: (index) => new Promise((done) => {
      waiting.set(index, done)
      ask({ type: 'page', index })
    }),
  }
}
