import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bridgeChannels } from '#core/desktop'
import { answerFile, fuses, startShell, type ElectronParts, type windowOptions } from './index.ts'

let root: string
beforeEach(async () => { root = await mkdtemp(join(tmpdir(), 'wenshu-shell-')) })
afterEach(() => rm(root, { recursive: true, force: true }))

type Listener = (...parameters: never[]) => unknown

/** An Electron of plain objects: what was registered can be called. */
const fakeElectron = (lock: 'free' | 'taken') => {
  const handlers = new Map<string, Listener>()
  const schemes: unknown[] = []
  const outside: string[] = []
  const boxes: string[] = []
  const windows: FakeWindow[] = []
  const app = Object.assign(new EventEmitter(), {
    quits: 0, requestSingleInstanceLock: () => lock === 'free', quit: () => { app.quits++ }, whenReady: async () => undefined, getPath: () => root, getVersion: () => '1.2.3', enableSandbox: () => undefined,
  })
  class FakeWindow extends EventEmitter {
    static getAllWindows = (): FakeWindow[] => windows
    readonly sent: unknown[] = []
    readonly loaded: string[] = []
    shown = 0
    openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' })
    readonly webContents: EventEmitter & { id: number; send: (channel: string, event: unknown) => void; setWindowOpenHandler: (handler: FakeWindow['openHandler']) => void }
    readonly options: ReturnType<typeof windowOptions>
    constructor(options: ReturnType<typeof windowOptions>) {
      super()
      this.options = options
      this.webContents = Object.assign(new EventEmitter(), {
        id: windows.length + 1, send: (_channel: string, event: unknown) => { this.sent.push(event) }, setWindowOpenHandler: (handler: FakeWindow['openHandler']) => { this.openHandler = handler },
      })
      windows.push(this)
      app.emit('web-contents-created', {}, this.webContents)
    }
    show = (): void => { this.shown++ }
    focus = (): void => { this.shown++ }
    restore = (): void => undefined
    isMinimized = (): boolean => false
    isDestroyed = (): boolean => false
    loadURL = async (url: string): Promise<void> => { this.loaded.push(url) }
  }
  const permissions: Record<string, Listener> = {}
  const defaultSession = {
    setPermissionRequestHandler: (handler: Listener) => { permissions['request'] = handler },
    setPermissionCheckHandler: (handler: Listener) => { permissions['check'] = handler },
    setDevicePermissionHandler: (handler: Listener) => { permissions['device'] = handler },
    webRequest: { onBeforeRequest: (handler: Listener) => { permissions['web'] = handler } },
  }
  const parts = {
    app, BrowserWindow: FakeWindow, session: { defaultSession },
    ipcMain: { handle: (channel: string, handler: Listener) => handlers.set(channel, handler), removeHandler: (channel: string) => handlers.delete(channel) },
    protocol: { registerSchemesAsPrivileged: (list: unknown[]) => schemes.push(...list), handle: (scheme: string, handler: Listener) => handlers.set(`${scheme}://`, handler) },
    shell: { openExternal: async (url: string) => { outside.push(url) } },
    Menu: { setApplicationMenu: () => undefined, buildFromTemplate: (template: unknown) => template },
    dialog: { showErrorBox: (_title: string, content: string) => boxes.push(content) },
  } as unknown as ElectronParts
  return { parts, app, windows, handlers, schemes, outside, boxes, permissions }
}

const options = () => ({
  preload: '/x/index.cjs', rendererDir: root, profile: 'default', serverUrl: 'http://127.0.0.1:9', verifySeal: () => null,
  fonts: { list: async () => ({ setId: 'x', fonts: [] }), read: async () => new Uint8Array(0), make: async () => new Uint8Array(0) },
})

const call = async (handler: Listener | undefined, event: unknown, ...parameters: unknown[]): Promise<unknown> => (handler as (...all: unknown[]) => Promise<unknown>)(event, ...parameters)
const from = (url: string, id = 1, parent: unknown = null) => ({ senderFrame: { url, parent }, sender: { id } })
const page = 'app://wenshu/index.html'

describe('the Electron shell, with Electron’s modules replaced', () => {
  it('registers one secure scheme before it is ready, opens one sandboxed window on its own page', async () => {
    const electron = fakeElectron('free')
    const host = await startShell(electron.parts, options())
    expect(electron.schemes).toEqual([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } }])
    expect(electron.windows.map(({ loaded }) => loaded)).toEqual([[page]])
    expect(electron.windows[0]!.options.webPreferences).toMatchObject({
      preload: '/x/index.cjs', contextIsolation: true, sandbox: true, nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false, webSecurity: true, webviewTag: false,
    })
    await host!.close()
  })

  it('a second instance gives up and the first comes to the front', async () => {
    const second = fakeElectron('taken')
    expect(await startShell(second.parts, options())).toBeNull()
    expect([second.app.quits, second.windows.length]).toEqual([1, 0])
    const first = fakeElectron('free')
    const host = await startShell(first.parts, options())
    first.app.emit('second-instance')
    expect([first.windows.length, first.windows[0]!.shown]).toEqual([1, 1])
    await host!.close()
  })

  it('a busy profile is told in words, and nothing opens', async () => {
    const first = fakeElectron('free')
    const host = await startShell(first.parts, options())
    const other = fakeElectron('free')
    expect(await startShell(other.parts, options())).toBeNull()
    expect(other.boxes[0]).toMatch(/正被另一个文枢程序使用/)
    await host!.close()
  })

  it('answers calls from the page of its window only, judged by the table', async () => {
    const electron = fakeElectron('free')
    const host = await startShell(electron.parts, options())
    const handler = electron.handlers.get(bridgeChannels.call)
    expect(await call(handler, from(page), 'app.info', {}, undefined)).toMatchObject({ ok: true, value: { host: 'electron', version: '1.2.3', profile: 'default' } })
    for (const event of [from('https://evil.example/'), from(page, 99), from(page, 1, {}), { senderFrame: null, sender: { id: 1 } }, from('app://evil/index.html')]) {
      expect(await call(handler, event, 'app.info', {})).toMatchObject({ error: { code: 'forbidden' } })
    }
    expect(await call(handler, from(page), 'nothing', {})).toMatchObject({ error: { code: 'unknown_method' } })
    expect(await call(handler, from(page), 'app.info', { x: 1 })).toMatchObject({ error: { code: 'invalid_input' } })
    for (const parameters of [[1, {}], ['blobs.put', {}, 'text'], ['app.info', {}, undefined, 'more']]) expect(await call(handler, from(page), ...parameters)).toMatchObject({ error: { code: 'invalid_input' } })
    electron.windows[0]!.emit('closed')
    expect(await call(handler, from(page), 'app.info', {})).toMatchObject({ error: { code: 'forbidden' } })
    await host!.close()
  })

  it('navigation, new windows, permissions and requests go through the guards', async () => {
    const electron = fakeElectron('free')
    const host = await startShell(electron.parts, options())
    const [window] = electron.windows
    for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
      let prevented = 0
      window!.webContents.emit(name, { url: 'https://evil.example/', preventDefault: () => { prevented++ } })
      window!.webContents.emit(name, { url: `${page}#/desk`, preventDefault: () => { prevented += 10 } })
      expect([name, prevented]).toEqual([name, 1])
    }
    for (const url of ['https://www.gov.cn/', 'file:///etc/passwd', 'javascript:1']) expect(window!.openHandler({ url })).toEqual({ action: 'deny' })
    expect(electron.outside).toEqual(['https://www.gov.cn/'])
    const asked: boolean[] = []
    for (const [permission, requestingUrl] of [['fullscreen', page], ['media', page], ['fullscreen', 'https://evil.example/'], ['fullscreen', undefined]]) {
      await call(electron.permissions['request'], {}, permission, (given: boolean) => asked.push(given), { requestingUrl })
    }
    expect(asked).toEqual([true, false, false, false])
    expect(await call(electron.permissions['device'], {})).toBe(false)
    const cancelled: boolean[] = []
    for (const url of ['https://evil.example/', `${page}`]) await call(electron.permissions['web'], { url }, ({ cancel }: { cancel: boolean }) => cancelled.push(cancel))
    expect(cancelled).toEqual([true, false])
    await host!.close()
  })

  it('events reach every window; quitting gives the profile back first', async () => {
    const electron = fakeElectron('free')
    await startShell(electron.parts, options())
    let prevented = 0
    electron.app.emit('will-quit', { preventDefault: () => { prevented++ } })
    await expect.poll(() => electron.app.quits).toBe(1)
    electron.app.emit('will-quit', { preventDefault: () => { prevented++ } })
    expect(prevented).toBe(1)
    const again = fakeElectron('free')
    const host = await startShell(again.parts, options())
    expect(host).not.toBeNull()
    await host!.close()
  })
})

describe('app:// files', () => {
  it('come with the strict policy; the page has its nonce; nothing else comes', async () => {
    await writeFile(join(root, 'index.html'), '<!doctype html><html><head></head></html>')
    const response = await answerFile(root, `${page}#/desk`)
    const nonce = /content="([^"]+)"/.exec(await response.text())![1]!
    expect(response.headers.get('content-security-policy')).toContain(`style-src 'self' 'nonce-${nonce}'`)
    for (const url of ['app://wenshu/../x', 'app://wenshu/%2e%2e/x.js', 'app://evil/index.html', 'app://wenshu/none.js', 'file:///etc/passwd', 'x']) expect([url, (await answerFile(root, url)).status]).toEqual([url, 404])
  })

  it('the fuses that packaging sets leave no way to run the binary as Node', () => {
    expect(fuses).toMatchObject({ RunAsNode: false, EnableNodeOptionsEnvironmentVariable: false, EnableNodeCliInspectArguments: false, OnlyLoadAppFromAsar: true })
  })
})
