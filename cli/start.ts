/**
 * npm start: the main job on one machine (一键启动): embedded server with the demo region, then the client in Electron if its binary
 * is at hand or can be had within seconds, else in the user's browser, else the printed address.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { openDesk } from './desk.ts'
import { untilInterrupted } from './interrupt.ts'
import { sealingText, sealSettings } from './serve/index.ts'
import { launchServer } from './server.ts'

const root = join(import.meta.dirname, '..')
const say = (text: string): void => { process.stdout.write(`${text}\n`) }

const hasDisplay = (): boolean =>
  process.platform === 'win32' || process.platform === 'darwin' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])

/** Path of the Electron binary, or null. Tries to fetch it once, for seconds and not for minutes. */
const electronBinary = (): string | null => {
  const home = join(root, 'node_modules', 'electron')
  const locate = (): string | null => {
    const pathFile = join(home, 'path.txt')
    if (!existsSync(pathFile)) return null
    const binary = join(home, 'dist', readFileSync(pathFile, 'utf8').trim())
    return existsSync(binary) ? binary : null
  }
  const present = locate()
  if (present !== null || !existsSync(join(home, 'install.js'))) return present
  say('本机没有 Electron 程序，尝试获取（最多 20 秒）……')
  spawnSync(process.execPath, [join(home, 'install.js')], { timeout: 20_000, stdio: 'ignore' })
  return locate()
}

const newestUnder = (folder: string): number => Math.max(0, ...readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile()).map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs))

/** Built when it is not there yet, and again after its sources changed. */
const buildRenderer = (): void => {
  const page = join(root, 'out', 'renderer', 'index.html')
  if (existsSync(page) && ['core', 'renderer', 'resources', 'preload'].every((folder) => newestUnder(join(root, folder)) < statSync(page).mtimeMs)) return
  say('正在构建客户端界面……')
  const tool = createRequire(import.meta.url).resolve('electron-vite/package.json')
  const built = spawnSync(process.execPath, [join(tool, '..', 'bin', 'electron-vite.js'), 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (built.status !== 0) throw new Error('客户端界面构建失败，请运行 npm run build 查看原因')
}

const main = async (): Promise<void> => {
  const home = process.env['WENSHU_HOME'] ?? join(root, '.wenshu')
  const sealing = sealSettings({}, process.env, 'demo')
  buildRenderer()
  const server = await launchServer({ dataDir: join(home, 'server'), port: Number(process.env['WENSHU_PORT'] ?? 8710), demo: true, ...sealing })
  say(`文枢服务器已启动（演示区域，人员和机关均为虚构）：${server.url}`)
  say('演示账号：qiqige（拟稿）wangxiaoyan（核稿）limin、zhaogang（会签）bateer（签发）sunli、gaowa（用印）zhoujing、wurina（联合行文的应急管理厅、财政厅用印）zhaomin（收文）wuyunna（归档），口令均为 Wenshu-demo-2026')
  say(sealingText(sealing, 'demo'))
  const electron = hasDisplay() ? electronBinary() : null
  if (electron !== null) {
    const window = spawn(electron, [root], { stdio: 'inherit', env: { ...process.env, WENSHU_SERVER: server.url, WENSHU_HOME: home } })
    await new Promise((resolve) => window.once('exit', resolve))
  } else {
    const desk = await openDesk({ serverUrl: server.url, profile: process.env['WENSHU_PROFILE'] ?? 'demo', profilesDir: join(home, 'profiles'), open: hasDisplay() })
    say(hasDisplay() ? `已在浏览器中打开客户端：${desk.url}` : `没有图形界面，请在本机浏览器中打开：${desk.url}`)
    say('再开一个人的窗口：npm run -s wenshu -- desk --profile 名称（如 leader）。按 Ctrl+C 停止。')
    await untilInterrupted()
    await desk.close()
  }
  await server.close()
}

main().catch((error: unknown) => {
  process.stderr.write(`启动失败：${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
