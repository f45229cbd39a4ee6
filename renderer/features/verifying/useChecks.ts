/** The files of this visit and how each fares (待验文件). They stay in this window's memory; nothing is uploaded or kept. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { kindOf } from './judge.ts'
import { startChecking, type Checking } from './checking.ts'
import { maxFileBytes, maxFiles } from './limits.ts'
import type { Checked, TrustBytes } from './wire.ts'

export type CheckState =
  | { readonly kind: 'checking' }
  | { readonly kind: 'done'; readonly value: Checked; readonly page: Checking['page']; readonly at: string; /** names of the ledger files it was held against */ readonly compared: readonly string[] }
  | { readonly kind: 'failed'; readonly code: FailureCode }
export type FailureCode = 'verify.too-large' | 'verify.unreadable' | 'verify.timeout' | 'verify.crashed'

export type Item = { readonly id: number; readonly name: string; readonly size: number; readonly bytes: Uint8Array | null; readonly state: CheckState }

/**
 * The other ledger files of the visit (同时选入的账本文件): a head that was kept earlier is what a rewritten log cannot satisfy, so those that
 * are dropped together speak about each other.
 */
export const knownBeside = (item: Pick<Item, 'id' | 'bytes'>, items: readonly Item[]): readonly Item[] =>
  item.bytes === null || kindOf(item.bytes) !== 'ledger' ? [] : items.filter((other) => other.id !== item.id && other.bytes !== null && kindOf(other.bytes) === 'ledger')

export type Checks = {
  readonly items: readonly Item[]
  /** how many files were left out of the last choice */
  readonly leftOut: number
  readonly take: (files: readonly File[]) => void
  readonly clear: () => void
}

export const useChecks = (trust: TrustBytes | null): Checks => {
  const [items, setItems] = useState<readonly Item[]>([])
  const [leftOut, setLeftOut] = useState(0)
  const running = useRef(new Map<number, Checking>())
  const nextId = useRef(0)
  const set = useCallback((id: number, change: Partial<Item>): void => setItems((before) => before.map((item) => item.id === id ? { ...item, ...change } : item)), [])
  const stopAll = useCallback((): void => {
    for (const checking of running.current.values()) checking.stop()
    running.current.clear()
  }, [])
  const check = useCallback(async (id: number, bytes: Uint8Array, beside: readonly Item[], with_: TrustBytes): Promise<void> => {
    running.current.get(id)?.stop()
    const at = new Date().toISOString()
    const known = knownBeside({ id, bytes }, beside)
    const checking = startChecking(bytes, known.flatMap((other) => other.bytes ?? []), with_, at)
    running.current.set(id, checking)
    const result = await checking.result
    if (running.current.get(id) !== checking) return
    // Only an OFD has pages left to draw there.
    if (result.ok && result.value.preview.kind !== 'ofd') checking.stop()
    set(id, { state: result.ok ? { kind: 'done', value: result.value, page: checking.page, at, compared: known.map(({ name }) => name) } : { kind: 'failed', code: `verify.${result.reason}` } })
  }, [set])
  useEffect(() => stopAll, [stopAll])

  // Other roots, another verdict: everything that is here is judged again.
  const judgedWith = useRef<TrustBytes | null>(null)
  const current = useRef(items)
  useEffect(() => { current.current = items }, [items])
  useEffect(() => {
    if (trust === null || judgedWith.current === trust) return
    judgedWith.current = trust
    for (const { id, bytes } of current.current) if (bytes !== null) void check(id, bytes, current.current, trust)
  }, [trust, check])

  const read = async (item: Item, file: File): Promise<Item> => {
    const failed = (code: FailureCode): Item => ({ ...item, state: { kind: 'failed', code } })
    if (file.size > maxFileBytes) return failed('verify.too-large')
    const bytes = await file.arrayBuffer().then((buffer) => new Uint8Array(buffer), () => null)
    return bytes === null ? failed('verify.unreadable') : { ...item, bytes }
  }
  return {
    items, leftOut,
    take: (files) => {
      if (files.length === 0) return
      stopAll()
      const taken = files.slice(0, maxFiles).map((file) => ({ file, item: { id: nextId.current++, name: file.name, size: file.size, bytes: null, state: { kind: 'checking' } } satisfies Item }))
      setLeftOut(files.length - taken.length)
      setItems(taken.map(({ item }) => item))
      void (async () => {
        // All are read before any is judged: each may be evidence about another.
        const all: Item[] = []
        for (const { file, item } of taken) {
          const known = await read(item, file)
          all.push(known)
          set(item.id, known)
        }
        for (const { id, bytes } of all) if (bytes !== null && judgedWith.current !== null) await check(id, bytes, all, judgedWith.current)
      })()
    },
    clear: () => { stopAll(); setItems([]); setLeftOut(0) },
  }
}
