/** db: PostgreSQL, embedded or not, behind one small port (数据库). The only door of this folder. */
export { DatabaseUnavailable, mayBeRetried, together, type Database, type Part, type Queryable } from './port.ts'
export { FolderInUse, lockFolder } from './lock.ts'
export { openPglite } from './pglite.ts'
export { openPostgres } from './postgres.ts'
export { describeSchema, migrate } from './migrate.ts'
export { migrations } from './migrations.ts'
