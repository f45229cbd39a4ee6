import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPglite, type Database } from './index.ts'

describe('transactions', () => {
  let db: Database
  beforeAll(async () => {
    db = await openPglite(null)
    await db.query('create table t (n int primary key)')
  }, 120_000)
  afterAll(() => db.close())
  const rows = async (): Promise<number[]> => (await db.query<{ n: number }>('select n from t order by n')).map((row) => row.n)

  it('a statement that nobody awaited and that failed undoes the transaction, and its error is the one thrown', async () => {
    await expect(db.transaction(async (tx) => {
      await tx.query('insert into t values (1)')
      void tx.query('insert into t values (1)')
    })).rejects.toThrow(/duplicate key/)
    await expect(db.transaction(async (tx) => {
      await tx.query('insert into t values (1)')
      void tx.query('insert into t values (1)')
      await tx.query('select 1')
    })).rejects.toThrow(/duplicate key/)
    expect(await rows()).toEqual([])
  })

  it('a failure that was taken back to a savepoint does not', async () => {
    await db.transaction(async (tx) => {
      await tx.query('insert into t values (2)')
      await tx.query('savepoint s')
      await tx.query('insert into t values (2)').catch(() => undefined)
      await tx.query('rollback to savepoint s')
    })
    expect(await rows()).toEqual([2])
  })

  it('a thrown error undoes everything', async () => {
    await expect(db.transaction(async (tx) => {
      await tx.query('insert into t values (3)')
      throw new Error('no')
    })).rejects.toThrow('no')
    expect(await rows()).toEqual([2])
  })
})
