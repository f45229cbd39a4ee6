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

  it('C2 J3 seals that were applied before organs had a place in the key are the host’s', async () => {
    await db.query('create schema before')
    await db.query('set search_path to before')
    try {
      await db.query('create table migration (number int primary key, name text not null, applied_at text not null)')
      for (const step of migrations.slice(0, 3)) {
        for (const sql of step.sql.split(';').filter((part) => part.trim() !== '')) await db.query(sql)
        await db.query('insert into migration values ($1, $2, $3)', [step.number, step.name, ''])
      }
      await db.query(`insert into aggregate values ('document', 'd1', 1, '{"organId":"office"}', 'null')`)
      for (const id of ['d1', 'gone']) {
        await db.query(`insert into seal_application (document, revision_hash, purpose, sealed_hash, seal_name, certificate, command, applied_at, sealed_ofd_hash) values ($1, 'r', 'issue', 's', 'n', 'c', 'k', 'a', 'o')`, [id])
      }
      expect(await migrate(db, '')).toEqual(migrations.slice(3).map((step) => step.number))
      const rows = await db.query<Record<string, string>>('select * from organ_seal order by document')
      expect(rows).toEqual([['d1', 'office'], ['gone', '']].map(([document, organ]) => (
        { document, organ, revision_hash: 'r', purpose: 'issue', sealed_hash: 's', sealed_ofd_hash: 'o', seal_name: 'n', certificate: 'c', command: 'k', applied_at: 'a' })))
    } finally {
      await db.query('set search_path to public')
    }
  })

  it('C2 a database of a newer program is left alone', async () => {
    await db.query(`insert into migration values (9999, 'from the future', '')`)
    await expect(migrate(db, '2026-11-24T00:00:00.000Z')).rejects.toThrow('比本程序新')
    await db.query('delete from migration where number = 9999')
  })
})
