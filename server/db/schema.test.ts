import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeSchema, migrate, migrations, openPglite, type Database } from './index.ts'

const snapshotFile = new URL('./schema.snapshot.txt', import.meta.url)

describe('C2 schema guard', () => {
  let db: Database
  beforeAll(async () => {
    db = await openPglite(null)
    await migrate(db, '2026-11-24T00:00:00.000Z')
  }, 120_000)
  afterAll(() => db.close())

  it('C2 the schema is the committed one', async () => {
    const lines = await describeSchema(db)
    if (process.env['WENSHU_UPDATE_SCHEMA'] === '1') writeFileSync(snapshotFile, `${lines.join('\n')}\n`)
    const committed = readFileSync(snapshotFile, 'utf8').trimEnd().split('\n')
    expect(lines, 'the schema changed: add a numbered migration, then run this test once with WENSHU_UPDATE_SCHEMA=1 and commit the snapshot').toEqual(committed)
  })

  it('C2 migrations only add, are numbered without a gap, and run once', async () => {
    expect(migrations.map((step) => step.number)).toEqual(migrations.map((_, at) => at + 1))
    for (const step of migrations) {
      expect(step.sql, `migration ${step.number} takes something away; retire it in code and leave the column`).not.toMatch(/\b(drop|rename|truncate|delete from|alter column)\b/i)
    }
    expect(await migrate(db, '2026-11-24T00:00:00.000Z')).toEqual([])
  })

  it('C2 a database of a newer program is left alone', async () => {
    await db.query(`insert into migration values (9999, 'from the future', '')`)
    await expect(migrate(db, '2026-11-24T00:00:00.000Z')).rejects.toThrow('比本程序新')
    await db.query('delete from migration where number = 9999')
  })
})
