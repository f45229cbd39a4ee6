/** Starting a client through the loopback host (启动客户端). */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { startLoopback } from '#main/loopback'

const rendererDir = join(import.meta.dirname, '..', 'out', 'renderer')

export type DeskOptions = { readonly serverUrl: string; readonly profile: string; readonly profilesDir: string; readonly open: boolean; readonly port?: number }

/** The user's browser; when it cannot be started the printed address is enough. */
const openBrowser = (url: string): void => {
  const [program, ...before] = process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : process.platform === 'darwin' ? ['open'] : ['xdg-open']
  if (program === undefined) return
  spawn(program, [...before, url], { stdio: 'ignore', detached: true }).on('error', () => undefined).unref()
}

export const openDesk = (options: DeskOptions) => {
  if (!existsSync(join(rendererDir, 'index.html'))) throw new Error('客户端界面尚未构建，请先运行 npm run build')
  return startLoopback({
    profile: options.profile, profilesDir: options.profilesDir, serverUrl: options.serverUrl, rendererDir,
    ...(options.open ? { open: openBrowser } : {}), ...(options.port === undefined ? {} : { port: options.port }),
  })
}
