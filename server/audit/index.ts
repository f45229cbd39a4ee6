/** audit: who did what, from where, with which outcome (审计). Append-only. The only door of this folder. */
import type { Part, Queryable } from '../db/index.ts'

export type AuditEntry = {
  readonly at: string
  readonly actor: string
  readonly device?: string
  readonly address?: string
  readonly action: string
  readonly target: string
  readonly outcome: string
  readonly detail?: string
}

export const auditPart = (entry: AuditEntry): Part => ({
  sql: 'insert into audit (at, actor, device, address, action, target, outcome, detail) values ($1, $2, $3, $4, $5, $6, $7, $8)',
  params: [entry.at, entry.actor, entry.device ?? null, entry.address ?? null, entry.action, entry.target, entry.outcome, entry.detail ?? ''],
})

export const writeAudit = async (q: Queryable, entry: AuditEntry): Promise<void> => {
  const { sql, params } = auditPart(entry)
  await q.query(sql, params)
}
