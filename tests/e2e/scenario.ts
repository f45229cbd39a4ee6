/** A scenario of the end-to-end suite (场景): its title carries the rules that it shows. */
import type { Office } from './office.ts'

export type Scenario = { readonly title: string; readonly play: (office: Office) => Promise<void> }

export const scenario = (title: string, play: Scenario['play']): Scenario => ({ title, play })

/** Fails with what was wanted and what was there. */
export const must = (holds: boolean, what: string): void => { if (!holds) throw new Error(what) }

/** Waits until `probe` gives something, or fails with `what`. */
export const eventually = async <T>(what: string, probe: () => Promise<T | null | undefined | false>, timeoutMs = 30_000): Promise<T> => {
  const started = performance.now()
  for (;;) {
    const found = await probe()
    if (found !== null && found !== undefined && found !== false) return found
    if (performance.now() - started > timeoutMs) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`)
    await new Promise((next) => setTimeout(next, 100))
  }
}
