/**
 * Slow work for a command, done while no transaction is open (先行办理). An open transaction holds back the feed of everyone
 * (L2), and keys, time stamps and typesetting take seconds.
 */

/**
 * The result of `work`, which depends on nothing but what `key` names. The first time it is asked for, the transaction is
 * given up without a trace, the work is done, and the transaction runs anew: what has changed meanwhile asks under another
 * key or not at all, and the result is thrown away.
 */
export type Ahead = <T>(key: string, work: () => Promise<T>) => Promise<T>

/** Runs `attempt` until nothing is left to be done ahead of it. */
export type WithAhead = <T>(attempt: (ahead: Ahead) => Promise<T>) => Promise<T>

/** Passes through the transaction, which rolls back. Nobody may take it for a failure of the work. */
export class NotYetDone extends Error {
  readonly key: string
  readonly work: () => Promise<unknown>
  constructor(key: string, work: () => Promise<unknown>) {
    super(`${key} is not done yet`)
    this.name = 'NotYetDone'
    this.key = key
    this.work = work
  }
}

/**
 * A command asks for one piece of work; another one when what it stands on changed meanwhile. Of a joint issue of twenty organs
 * nineteen seals may come before the last one.
 */
const mostRounds = 24

/** Whoever asks for the same work while it runs takes part in it: a key signs once for an order that was sent twice. */
export const openAhead = (): WithAhead => {
  const running = new Map<string, Promise<PromiseSettledResult<unknown>>>()
  const share = ({ key, work }: NotYetDone): Promise<PromiseSettledResult<unknown>> => {
    const known = running.get(key)
    if (known !== undefined) return known
    const settled = work()
      .then((value) => ({ status: 'fulfilled', value }) as const, (reason: unknown) => ({ status: 'rejected', reason }) as const)
      .finally(() => running.delete(key))
    running.set(key, settled)
    return settled
  }
  return async (attempt) => {
    const done = new Map<string, PromiseSettledResult<unknown>>()
    const ahead: Ahead = async <T>(key: string, work: () => Promise<T>) => {
      const outcome = done.get(key)
      if (outcome === undefined) throw new NotYetDone(key, work)
      if (outcome.status === 'rejected') throw outcome.reason
      return outcome.value as T
    }
    for (let round = 1; ; round++) {
      try {
        return await attempt(ahead)
      } catch (error) {
        if (!(error instanceof NotYetDone) || round >= mostRounds) throw error
        done.set(error.key, await share(error))
      }
    }
  }
}
