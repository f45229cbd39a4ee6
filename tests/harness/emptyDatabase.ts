/**
 * An embedded database that is empty and ready, made once for a whole run of the tests: making one takes most of a server's first start.
 * Vitest runs `setup` before the first suite and what it returns after the last.
 */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'

const variable = 'WENSHU_TEST_DATABASE'

export const setup = async (): Promise<() => void> => {
  const folder = mkdtempSync(join(tmpdir(), 'wenshu-empty-database-'))
  const db = await PGlite.create({ dataDir: folder })
  await db.close()
  process.env[variable] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}

/** Puts a copy where a server with this data directory looks for its database, unless one is there. Without `setup` the server makes its own. */
export const placeEmptyDatabase = (dataDir: string): void => {
  const source = process.env[variable]
  const target = join(dataDir, 'pglite')
  if (source !== undefined && existsSync(source) && !existsSync(target)) cpSync(source, target, { recursive: true })
}
