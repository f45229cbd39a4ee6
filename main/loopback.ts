/**
 * The client without Electron (回环客户端): plain Node serves the built renderer and the desktop table on 127.0.0.1, and the
 * user's own browser is the window. A second start on the same profile joins the host that runs already.
 */
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { verifySealed } from '#core/seal'
import { createHost, createHostFonts, type HostFonts, type HostOptions } from './host/index.ts'
import { controlPath, freePorts, isProfileName, registeredPort, registerPort, serveLoopback, type Loopback } from './transport/index.ts'

export type LoopbackStart = {
  /** a DNS label in lower case; becomes http://PROFILE.localhost:PORT */
  readonly profile: string
  /** folder of all profiles of this user */
  readonly profilesDir: string
  readonly serverUrl: string
  /** folder with the built renderer (out/renderer) */
  readonly rendererDir: string
  readonly version?: string
  /** only for a profile that has no port yet; later it never moves */
  readonly port?: number
  /** shows the URL in the user's browser */
  readonly open?: (url: string) => void
  readonly fonts?: HostFonts
  readonly verifySeal?: HostOptions['verifySeal']
  readonly carriers?: HostOptions['carriers']
  /** device clock, ISO 8601 UTC */
  readonly now?: () => string
  readonly pokePause?: HostOptions['pokePause']
}

export type RunningLoopback = {
  /** with a fresh launch token in the fragment: good once, for ten minutes */
  readonly url: string
  readonly origin: string
  /** true when another process of this user serves the profile already */
  readonly joined: boolean
  /** another window's URL */
  readonly launchUrl: () => Promise<string>
  readonly close: () => Promise<void>
}

/** `code` is one of desktopErrorCodes; the message is for people. */
export class LoopbackRefused extends Error {
  readonly code: 'invalid_input' | 'profile_busy' | 'damaged'
  constructor(code: LoopbackRefused['code'], message: string) {
    super(message)
    this.name = 'LoopbackRefused'
    this.code = code
  }
}

type Control = { readonly port: number; readonly secret: string }

const controlFile = (folder: string): string => join(folder, 'loopback.json')

const writeControl = async (folder: string, control: Control): Promise<void> => {
  const temporary = `${controlFile(folder)}.part-${randomBytes(6).toString('hex')}`
  const handle = await open(temporary, 'wx', 0o600)
  try { await handle.writeFile(JSON.stringify(control)) } finally { await handle.close() }
  await rename(temporary, controlFile(folder))
}

const readControl = async (folder: string): Promise<Control | null> => {
  try {
    const value = JSON.parse(await readFile(controlFile(folder), 'utf8')) as Control
    return Number.isSafeInteger(value.port) && typeof value.secret === 'string' ? value : null
  } catch {
    return null
  }
}

/** Asks the running host for another window. */
const askRunning = (profile: string, { port, secret }: Control): Promise<string | null> => new Promise((resolve) => {
  const asked = request({
    host: '127.0.0.1', port, path: controlPath, method: 'POST', timeout: 5000,
    headers: { host: `${profile}.localhost:${port}`, authorization: `Bearer ${secret}`, 'content-length': '0' },
  }, (response) => {
    const parts: Buffer[] = []
    response.on('data', (part: Buffer) => parts.push(part))
    response.on('end', () => {
      try {
        const { url } = JSON.parse(Buffer.concat(parts).toString('utf8')) as { url?: unknown }
        resolve(response.statusCode === 200 && typeof url === 'string' ? url : null)
      } catch {
        resolve(null)
      }
    })
    response.on('error', () => resolve(null))
  })
  asked.on('timeout', () => asked.destroy())
  asked.on('error', () => resolve(null))
  asked.end()
})

const taken = (error: unknown): boolean => ['EADDRINUSE', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')

const joinRunning = async (start: LoopbackStart, folder: string): Promise<RunningLoopback | null> => {
  const control = await readControl(folder)
  const url = control === null ? null : await askRunning(start.profile, control)
  if (control === null || url === null) return null
  start.open?.(url)
  const launchUrl = async (): Promise<string> => {
    const again = await askRunning(start.profile, control)
    if (again === null) throw new LoopbackRefused('profile_busy', '正在运行的文枢程序没有回应，请稍后再试。')
    return again
  }
  return { url, origin: new URL(url).origin, joined: true, launchUrl, close: async () => undefined }
}

/** Serves at the profile's own port, which is chosen and registered the first time. */
const serve = async (start: LoopbackStart, serveAt: (port: number) => Promise<Loopback>): Promise<Loopback> => {
  const { profile, profilesDir } = start
  const registered = await registeredPort(profilesDir, profile)
  if (registered === 'damaged') throw new LoopbackRefused('damaged', `端口登记文件 ${join(profilesDir, 'profiles.json')} 已损坏，未启动；各档案的内容没有改变。请从备份恢复该文件，或联系系统管理员。`)
  const fixed = registered ?? start.port ?? null
  const busy = (port: number): LoopbackRefused =>
    new LoopbackRefused('profile_busy', `档案“${profile}”的固定端口 ${port} 被别的程序占用，未启动（换端口会让浏览器里的本机数据对不上号）。请关闭占用该端口的程序后再试；已保存的内容没有改变。`)
  if (fixed !== null) {
    const running = await serveAt(fixed).catch((error: unknown) => { throw taken(error) ? busy(fixed) : error })
    if (registered === null) await registerPort(profilesDir, profile, running.port)
    return running
  }
  const candidates = await freePorts(profilesDir)
  for (const port of candidates.slice(0, 200)) {
    const running = await serveAt(port).catch((error: unknown) => { if (taken(error)) return null; throw error })
    if (running === null) continue
    await registerPort(profilesDir, profile, port)
    return running
  }
  throw busy(candidates[0] ?? 0)
}

/** Rejects with LoopbackRefused when the profile or its port cannot be had; nothing was changed then. */
export const startLoopback = async (start: LoopbackStart): Promise<RunningLoopback> => {
  if (!isProfileName(start.profile)) throw new LoopbackRefused('invalid_input', '档案名只能用小写字母、数字和连字符，最多 32 个字符。')
  await mkdir(start.profilesDir, { recursive: true, mode: 0o700 })
  const folder = join(start.profilesDir, start.profile)
  const running = await joinRunning(start, folder)
  if (running !== null) return running

  const created = await createHost({
    profileDir: folder, serverUrl: start.serverUrl, host: 'loopback', version: start.version ?? '0.1.0',
    fonts: start.fonts ?? createHostFonts(),
    verifySeal: start.verifySeal ?? ((bytes, trust) => verifySealed(bytes, { ...trust, trust: 'decide' })),
    ...(start.carriers === undefined ? {} : { carriers: start.carriers }),
    ...(start.now === undefined ? {} : { now: start.now }),
    ...(start.pokePause === undefined ? {} : { pokePause: start.pokePause }),
  })
  if (!created.ok) throw new LoopbackRefused(created.error.code === 'profile_busy' ? 'profile_busy' : 'invalid_input', created.error.message)
  const host = created.value
  try {
    const secret = randomBytes(32).toString('base64url')
    const loopback = await serve(start, (port) => serveLoopback({ host, profile: start.profile, port, rendererDir: start.rendererDir, controlSecret: secret }))
    await writeControl(folder, { port: loopback.port, secret })
    await chmod(controlFile(folder), 0o600)
    const url = loopback.launchUrl()
    start.open?.(url)
    return {
      url, origin: loopback.origin, joined: false, launchUrl: async () => loopback.launchUrl(),
      close: async () => {
        await rm(controlFile(folder), { force: true })
        await loopback.close()
        await host.close()
      },
    }
  } catch (error) {
    await host.close()
    throw error
  }
}
