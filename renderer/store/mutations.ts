/** A batch of store mutations folded to what remains of it at the end: later ones win, and nothing is sealed twice. */
import type { OutboxEntry, Rejection, Row, StoreMutation } from '#core/sync'

export type Folded = {
  readonly clearRows: boolean
  /** null: removed */
  readonly rows: ReadonlyMap<string, Row | null>
  readonly outbox: ReadonlyMap<string, OutboxEntry | null>
  readonly rejections: ReadonlyMap<string, Rejection | null>
  readonly deferred: ReadonlyMap<string, Row | null>
  readonly meta: ReadonlyMap<string, string>
}

export const rowKey = (row: { readonly kind: string; readonly id: string }): string => `${row.kind}/${row.id}`

export const foldMutations = (mutations: readonly StoreMutation[]): Folded => {
  let clearRows = false
  const rows = new Map<string, Row | null>()
  const outbox = new Map<string, OutboxEntry | null>()
  const rejections = new Map<string, Rejection | null>()
  const deferred = new Map<string, Row | null>()
  const meta = new Map<string, string>()
  for (const mutation of mutations) {
    if ('clear' in mutation) {
      clearRows = true
      rows.clear()
    } else if ('put' in mutation) {
      switch (mutation.put) {
        case 'row': rows.set(rowKey(mutation.row), mutation.row); break
        case 'outbox': outbox.set(mutation.entry.command.commandId, mutation.entry); break
        case 'rejection': rejections.set(mutation.rejection.command.commandId, mutation.rejection); break
        case 'deferred': deferred.set(rowKey(mutation.row), mutation.row); break
        case 'meta': meta.set(mutation.key, mutation.value); break
      }
    } else {
      switch (mutation.remove) {
        case 'row': rows.set(rowKey(mutation), null); break
        case 'outbox': outbox.set(mutation.commandId, null); break
        case 'rejection': rejections.set(mutation.commandId, null); break
        case 'deferred': deferred.set(rowKey(mutation), null); break
      }
    }
  }
  return { clearRows, rows, outbox, rejections, deferred, meta }
}
