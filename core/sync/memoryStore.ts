/** A StorePort in memory: for headless clients, tests and the fuzz. Loses everything with the process; the journal does not. */
import type { OutboxEntry, Rejection, StorePort } from './ports.ts'
import type { Row } from './wire.ts'

const key = (row: { readonly kind: string; readonly id: string }): string => `${row.kind}/${row.id}`

export const memoryStore = (): StorePort => {
  let rows = new Map<string, Row>()
  let outbox = new Map<string, OutboxEntry>()
  let rejections = new Map<string, Rejection>()
  let deferred = new Map<string, Row>()
  let meta = new Map<string, string>()
  return {
    rows: async (kind) => [...rows.values()].filter((row) => row.kind === kind),
    row: async (kind, id) => rows.get(key({ kind, id })) ?? null,
    outbox: async () => [...outbox.values()].sort((a, b) => a.command.deviceSeq - b.command.deviceSeq),
    rejections: async () => [...rejections.values()].sort((a, b) => a.command.deviceSeq - b.command.deviceSeq),
    deferred: async () => [...deferred.values()],
    meta: async (name) => meta.get(name) ?? null,
    commit: async (mutations) => {
      // All or nothing: work on copies and swap them in at the end.
      const next = { rows: new Map(rows), outbox: new Map(outbox), rejections: new Map(rejections), deferred: new Map(deferred), meta: new Map(meta) }
      for (const mutation of mutations) {
        if ('clear' in mutation) next.rows.clear()
        else if ('put' in mutation) {
          switch (mutation.put) {
            case 'row': next.rows.set(key(mutation.row), mutation.row); break
            case 'outbox': next.outbox.set(mutation.entry.command.commandId, mutation.entry); break
            case 'rejection': next.rejections.set(mutation.rejection.command.commandId, mutation.rejection); break
            case 'deferred': next.deferred.set(key(mutation.row), mutation.row); break
            case 'meta': next.meta.set(mutation.key, mutation.value); break
          }
        } else {
          switch (mutation.remove) {
            case 'row': next.rows.delete(key(mutation)); break
            case 'outbox': next.outbox.delete(mutation.commandId); break
            case 'rejection': next.rejections.delete(mutation.commandId); break
            case 'deferred': next.deferred.delete(key(mutation)); break
          }
        }
      }
      ;({ rows, outbox, rejections, deferred, meta } = next)
    },
  }
}
