/** The files of this visit and how each fares (待验文件). They stay in this window's memory; nothing is uploaded or kept. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { startChecking, type Checking } from './checking.ts'
import { maxFileBytes, maxFiles } from './limits.ts'
import type { Checked, TrustBytes } from './wire.ts'

export type CheckState =
  | { readonly kind: 'checking' }
  | { readonly kind: 'done'; readonly value: Checked; readonly page: Checking['page']; readonly at: string }
  | { readonly kind: 'failed'; readonly code: FailureCode }
export type FailureCode = 'verify.too-large' | 'verify.unreadable' | 'verify.timeout' | 'verify.crashed'

export type Item = { readonly id: number; readonly name: string; readonly size: number; readonly bytes: Uint8Array | null; readonly state: CheckState }

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
  const check = useCallback(async (id: number, bytes: Uint8Array, with_: TrustBytes): Promise<void> => {
    running.current.get(id)?.stop()
    const at = new Date().toISOString()
    const checking = startChecking(bytes, with_, at)
    running.current.set(id, checking)
    const result = await checking.result
    if (running.current.get(id) !== checking) return
    // Only an OFD has pages left to draw there.
    if (result.ok && result.value.preview.kind !== 'ofd') checking.stop()
    set(id, { state: result.ok ? { kind: 'done', value: result.value, page: checking.page, at } : { kind: 'failed', code: `verify.${result.reason}` } })
  }, [set])
  useEffect(() => stopAll, [stopAll])

  // Other roots, another verdict: everything that is here is judged again.
  const judgedWith = useRef<TrustBytes | null>(null)
  const current = useRef(items)
  useEffect(() => { current.current = items }, [items])
  useEffect(() => {
    if (trust === null || judgedWith.current === trust) return
    judgedWith.current = trust
    for (const { id, bytes } of current.current) if (bytes !== null) void check(id, bytes, trust)
  }, [trust, check])

  const read = async (id: number, file: File): Promise<void> => {
    if (file.size > maxFileBytes) return set(id, { state: { kind: 'failed', code: 'verify.too-large' } })
    const bytes = await file.arrayBuffer().then((buffer) => new Uint8Array(buffer), () => null)
    if (bytes === null) return set(id, { state: { kind: 'failed', code: 'verify.unreadable' } })
    set(id, { bytes })
    if (judgedWith.current !== null) await check(id, bytes, judgedWith.current)
  }
  return {
    items, leftOut,
    take: (files) => {
      if (files.length === 0) return
      stopAll()
      const taken = files.slice(0, maxFiles).map((file) => ({ file, item: { id: nextId.current++, name: file.name, size: file.size, bytes: null, state: { kind: 'checking' } } satisfies Item }))
      setLeftOut(files.length - taken.length)
      setItems(taken.map(({ item }) => item))
      void (async () => { for (const { file, item } of taken) await read(item.id, file) })()
    },
    clear: () => { stopAll(); setItems([]); setLeftOut(0) },
  }
}
