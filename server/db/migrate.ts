/** Brings the schema up to date; several instances may start at once. */
import { migrations } from './migrations.ts'
import type { Database, Queryable } from './port.ts'

const statements = (sql: string): string[] => sql.split(';').map((part) => part.trim()).filter((part) => part !== '')

/** Returns the numbers that were applied now. Throws when the database is newer than this program. */
export const migrate = (db: Database, now: string): Promise<number[]> =>
  db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(7308)')
    await tx.query('create table if not exists migration (number int primary key, name text not null, applied_at text not null)')
    const applied = new Set((await tx.query<{ number: number }>('select number from migration')).map((row) => row.number))
    const newest = Math.max(0, ...applied)
    if (newest > (migrations.at(-1)?.number ?? 0)) throw new Error(`数据库结构版本 ${newest} 比本程序新，请升级程序后再启动`)
    const done: number[] = []
    for (const step of migrations) {
      if (applied.has(step.number)) continue
      for (const statement of statements(step.sql)) await tx.query(statement)
      await tx.query('insert into migration values ($1, $2, $3)', [step.number, step.name, now])
      done.push(step.number)
    }
    return done
  })

/** The schema as sorted lines, for the guard: tables with columns, types, defaults; indexes; constraints. */
export const describeSchema = async (db: Queryable): Promise<string[]> => {
  const columns = await db.query<{ line: string }>(`
    select format('%s.%s %s%s', table_name, column_name, data_type, case is_nullable when 'NO' then ' not null' else '' end) as line
    from information_schema.columns where table_schema = 'public'`)
  const indexes = await db.query<{ line: string }>(`select indexdef as line from pg_indexes where schemaname = 'public'`)
  return [...columns, ...indexes].map((row) => row.line).sort()
}
