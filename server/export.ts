/** The log of an installation as a file, without a running server (离线导出账本). */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { FolderInUse, openPglite, openPostgres } from './db/index.ts'
import { openAuthority } from './identity/index.ts'
import { exportLedger, openHeads, type LedgerExportRequest } from './ledger/index.ts'

export type InstallationExport = LedgerExportRequest & {
  readonly dataDir: string
  /** PostgreSQL beside which a server may run; the embedded database must be at rest */
  readonly databaseUrl?: string | undefined
  readonly clock?: () => Date
}

/** The bytes, or a message for the person. Nothing in the database is changed; the head is signed anew. */
export const exportInstallation = async ({ dataDir, databaseUrl, clock = () => new Date(), ...request }: InstallationExport): Promise<{ readonly bytes: Uint8Array; readonly entries: number } | { readonly problem: string }> => {
  const keys = join(dataDir, 'keys')
  // Opening would make new keys, and their head would be a stranger's.
  if (!existsSync(keys)) return { problem: `${dataDir} 不是服务器的数据目录：没有 keys` }
  if (databaseUrl === undefined && !existsSync(join(dataDir, 'pglite'))) return { problem: `${dataDir} 中没有内嵌数据库：使用 PostgreSQL 时请给出 --database-url` }
  let db
  try {
    db = databaseUrl === undefined ? await openPglite(dataDir) : await openPostgres({ url: databaseUrl, size: 1, lost: () => undefined })
  } catch (error) {
    if (error instanceof FolderInUse) return { problem: '服务器正在使用这个数据目录：请先停止，或由安全审计员经接口导出' }
    throw error
  }
  try {
    const [installation] = await db.query<{ log_id: string }>('select log_id from installation where id = 1')
    if (installation === undefined) return { problem: '数据库中没有账本' }
    const authority = await openAuthority(keys, process.env['WENSHU_KEY_PASSPHRASE'], '文枢', clock().toISOString())
    const head = await openHeads(installation.log_id, authority.log, clock).head(db)
    const made = await exportLedger(db, head, request)
    if (made.ok) return { bytes: made.bytes, entries: made.entries }
    switch (made.reason) {
      case 'too_large': return { problem: '账本过长，请用 --document 按文件导出' }
      case 'no_such_document': return { problem: '账本中没有这些文件的记录' }
      case 'foreign_head': return { problem: '所给日志头不是本账本签发的，或比账本还长：账本可能被换过或被删减' }
    }
  } finally {
    await db.close()
  }
}
