/** A server for a suite: in this process, or as a process of its own that can be killed. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startServer, type Server, type ServerOptions } from '#server'
import { plainCompose, plainSealFont } from './compose.ts'
import { placeEmptyDatabase } from './emptyDatabase.ts'

export type TestServer = Server & {
  readonly dataDir: string
  /** moves the server's clock, milliseconds */
  readonly shift: (ms: number) => void
  readonly logged: readonly string[]
}

/** Removes its data directory when closed, unless one was given. */
export const startTestServer = async (options: Partial<ServerOptions> = {}): Promise<TestServer> => {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'wenshu-server-'))
  if (options.databaseUrl === undefined) placeEmptyDatabase(dataDir)
  const leave = (): void => { if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true }) }
  let offset = 0
  const logged: string[] = []
  const server = await startServer({
    port: 0, demo: true, clock: () => new Date(Date.now() + offset), log: (level, message, fields) => logged.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`),
    compose: plainCompose, sealFont: plainSealFont, sealKeys: 'onFirstUse', ...options, dataDir,
  }).catch((error: unknown) => {
    leave()
    throw error
  })
  return {
    ...server, dataDir, logged,
    shift: (ms) => {
      offset += ms
    },
    close: async () => {
      await server.close()
      leave()
    },
  }
}

export type ChildServer = {
  readonly url: string
  readonly process: ChildProcess
  /** resolves with the signal or exit code once it is gone */
  readonly gone: Promise<string>
  readonly stop: () => Promise<void>
}

export type ChildOptions = {
  readonly dataDir: string
  readonly port?: number
  readonly databaseUrl?: string
  /** e.g. kill-after-commit:3 */
  readonly fault?: string
  readonly timeStamps?: ServerOptions['timeStamps']
}

/** The same server as a child process, with the demo region. */
export const spawnServer = (options: ChildOptions): Promise<ChildServer> => new Promise((resolve, reject) => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('./server-child.ts', import.meta.url))], {
    env: {
      ...process.env, NODE_ENV: 'test', WENSHU_CHILD: JSON.stringify({ dataDir: options.dataDir, port: options.port ?? 0, databaseUrl: options.databaseUrl, timeStamps: options.timeStamps }),
      WENSHU_FAULT: options.fault ?? '',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  const gone = new Promise<string>((leave) => child.on('exit', (code, signal) => leave(signal ?? String(code))))
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString('utf8')).slice(-4_000)
  })
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8')
    const url = /^url (\S+)$/m.exec(output)?.[1]
    if (url === undefined) return
    resolve({
      url, process: child, gone,
      stop: async () => {
        child.kill('SIGTERM')
        await gone
      },
    })
  })
  void gone.then((how) => reject(new Error(`server ended (${how}) before it listened: ${errors}`)))
})
