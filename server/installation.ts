/** An installation at rest, or beside its server on PostgreSQL, for whoever is at the server's console (控制台管理). */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Directory } from '#core/access'
import type { SealEntry, SealStatus } from '#core/sync'
import { DatabaseUnavailable, FolderInUse, migrations, openPglite, openPostgres, type Database } from './db/index.ts'
import { listDevices, revokePersonal, type DeviceInfo } from './identity/index.ts'
import { Problem } from './problem.ts'
import { openRecords } from './records/index.ts'
import { enterDefinition, listSeals, setSealStatus, type SealDefinition } from './seal/index.ts'

export type AccountInfo = { readonly person: string; readonly name: string; readonly organId: string; readonly roles: readonly string[]; readonly disabled: boolean; readonly createdAt: string }

/** What the console may do. A string is the reason against it; then nothing has changed. */
export type Installation = {
  readonly organs: Directory['organs']
  readonly seals: (organId: string | null) => Promise<readonly SealEntry[]>
  readonly addSeal: (seal: SealDefinition) => Promise<string | null>
  readonly setSealStatus: (sealId: string, status: SealStatus, reason: string) => Promise<string | null>
  /** ends the person's standing key */
  readonly revokeKey: (personId: string, reason: string) => Promise<string | null>
  readonly devices: () => Promise<readonly DeviceInfo[]>
  readonly accounts: () => Promise<readonly AccountInfo[]>
  readonly close: () => Promise<void>
}

export type InstallationPlace = {
  readonly dataDir: string
  /** PostgreSQL beside which a server may run; the embedded database must be at rest */
  readonly databaseUrl?: string | undefined
  /** who sits there, for the audit log: never the name of a person who signs in */
  readonly by: string
  readonly clock?: () => Date
}

const open = async ({ dataDir, databaseUrl }: InstallationPlace): Promise<Database | string> => {
  const isServer = databaseUrl !== undefined && databaseUrl !== ''
  if (!isServer && !existsSync(join(dataDir, 'pglite'))) return `${dataDir} 中没有内嵌数据库：请核对 --data；使用 PostgreSQL 时请给出 --database-url`
  try {
    return isServer ? await openPostgres({ url: databaseUrl, size: 2, lost: () => undefined }) : await openPglite(dataDir)
  } catch (error) {
    if (error instanceof FolderInUse) return '服务器正在使用这个数据目录：请先停止服务器'
    if (error instanceof DatabaseUnavailable) return '连接不上数据库'
    throw error
  }
}

/** Another version's tables are not written to: the server itself brings them up to date. */
const versionProblem = async (db: Database): Promise<string | null> => {
  const [table] = await db.query<{ found: boolean }>(`select to_regclass('migration') is not null as found`)
  if (table?.found !== true) return '数据库中没有文枢的数据'
  const [row] = await db.query<{ number: number }>('select coalesce(max(number), 0) as number from migration')
  return row?.number === migrations.at(-1)?.number ? null : `数据库结构版本为 ${row?.number ?? 0}，与本程序不同：请先用本版本的服务器启动一次，或改用与服务器相同的版本`
}

/** A string is the reason why it cannot be opened. */
export const openInstallation = async (place: InstallationPlace): Promise<Installation | string> => {
  const { by, clock = () => new Date() } = place
  const db = await open(place)
  if (typeof db === 'string') return db
  try {
    const problem = await versionProblem(db)
    if (problem !== null) {
      await db.close()
      return problem
    }
    return await installationOn(db, by, () => clock().toISOString())
  } catch (error) {
    await db.close()
    throw error
  }
}

/** Null when it was done. */
const withReason = async (reason: string, act: (reason: string) => Promise<unknown>): Promise<string | null> => {
  if (reason.trim() === '') return '请写明理由'
  try {
    await act(reason.trim())
    return null
  } catch (error) {
    if (error instanceof Problem) return error.message
    throw error
  }
}

const installationOn = async (db: Database, by: string, now: () => string): Promise<Installation> => {
  const directory = await openRecords().directory(db)
  return {
    organs: directory.organs,
    seals: (organId) => listSeals(db, organId),
    addSeal: (seal) => enterDefinition(db, seal, directory.organs, { by, now: now() }),
    setSealStatus: (sealId, status, reason) => withReason(reason, (said) => setSealStatus(db, { sealId, status, reason: said, by, now: now() })),
    revokeKey: (personId, reason) => withReason(reason, (said) => revokePersonal(db, personId, { reason: said, by, now: now() })),
    devices: () => listDevices({ db }),
    accounts: async () => (await db.query<{ person: string; disabled: boolean; created_at: string }>('select person, disabled, created_at from account order by person')).map((row) => {
      const person = directory.people[row.person]
      return { person: row.person, name: person?.name ?? '', organId: person?.organId ?? '', roles: person?.roles ?? [], disabled: row.disabled, createdAt: row.created_at }
    }),
    close: db.close,
  }
}
