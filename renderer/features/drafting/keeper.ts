/** Keeps what is typed on disk (起草保存): every change within a fraction of a second, in order, the latest always last. */
export type KeeperState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'saved'; readonly at: string }
  /** still in memory; tried again by itself */
  | { readonly kind: 'failed'; readonly message: string }

/** One object for all: a screen that shows it is not drawn anew for every key. */
const pending: KeeperState = { kind: 'pending' }

export type Saved = { readonly ok: true; readonly at: string } | { readonly ok: false; readonly message: string }

export type Keeper = {
  /** `read` is asked for the text when it is written, not for every key: a long draft is then turned into text once a pause */
  readonly put: (read: () => string) => void
  /** resolves when everything given so far was written, or could not be */
  readonly flush: () => Promise<void>
  readonly stop: () => void
}

/** Typing is written after this pause, ms; a change is on disk well within a second. */
const pause = 300
/** A continuous stream of keys does not put the writing off for longer than this, ms. */
const longest = 700
const retryAfter = 2000
/** Turning a long text into bytes takes some milliseconds: it waits for a gap between two frames, but no longer than this, ms. */
const longestForGap = 200

const whenIdle = (work: () => void): void => {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: longestForGap })
  else work()
}

export const createKeeper = (save: (json: string) => Promise<Saved>, onState: (state: KeeperState) => void): Keeper => {
  let waiting: (() => string) | null = null
  let running: Promise<void> | null = null
  let timer: ReturnType<typeof setTimeout> | null = null
  let since = 0
  const clear = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
  }
  const write = async (): Promise<void> => {
    while (waiting !== null) {
      const read = waiting
      waiting = null
      let result: Saved
      try {
        result = await save(read())
      } catch (problem) {
        result = { ok: false, message: problem instanceof Error ? problem.message : String(problem) }
      }
      if (result.ok) {
        onState(waiting === null ? { kind: 'saved', at: result.at } : pending)
      } else {
        // Newer typing, if there is any, already holds all of this.
        waiting ??= read
        onState({ kind: 'failed', message: result.message })
        timer = setTimeout(() => void flush(), retryAfter)
        return
      }
    }
  }
  const flush = async (): Promise<void> => {
    clear()
    if (running !== null) await running
    if (waiting === null) return
    running = write().finally(() => { running = null })
    await running
  }
  return {
    put: (read) => {
      const now = Date.now()
      if (waiting === null) since = now
      waiting = read
      onState(pending)
      clear()
      timer = setTimeout(() => whenIdle(() => void flush()), Math.max(0, Math.min(pause, since + longest - now)))
    },
    flush,
    stop: clear,
  }
}
