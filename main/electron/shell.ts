/**
 * Electron's part of the client (桌面外壳). Electron's modules are arguments, typed by Electron itself, so that the whole of it
 * runs in a test without a binary; main/electron.ts passes the real ones.
 */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { App, BrowserWindow, IpcMain, IpcMainInvokeEvent, Menu, Protocol, Session, Shell, WebContents } from 'electron'
import { createHost, type Host, type HostOptions } from '../host/index.ts'
import { pageHeaders, serveBridge, staticPath, typeOfFile, withNonce } from '../transport/index.ts'
import { appScheme, filePathOf, mayCall, mayHave, mayNavigate, mayOpenOutside, mayRequest, pageUrl } from './guards.ts'
import { menuTemplate } from './menu.ts'
import { windowOptions } from './options.ts'

export type ElectronParts = {
  readonly app: Pick<App, 'requestSingleInstanceLock' | 'quit' | 'on' | 'whenReady' | 'getPath' | 'getVersion' | 'enableSandbox'>
  readonly BrowserWindow: { new (options: ReturnType<typeof windowOptions>): BrowserWindow; getAllWindows: () => BrowserWindow[] }
  readonly ipcMain: Pick<IpcMain, 'handle' | 'removeHandler'>
  readonly protocol: Pick<Protocol, 'registerSchemesAsPrivileged' | 'handle'>
  readonly session: { readonly defaultSession: Session }
  readonly shell: Pick<Shell, 'openExternal'>
  readonly Menu: Pick<typeof Menu, 'setApplicationMenu' | 'buildFromTemplate'>
  readonly dialog: { readonly showErrorBox: (title: string, content: string) => void }
}

export type ShellOptions = {
  readonly preload: string
  readonly rendererDir: string
  readonly profile: string
  readonly serverUrl: string
  readonly fonts: HostOptions['fonts']
  readonly verifySeal: HostOptions['verifySeal']
}

/** One built file, with the same headers as over loopback. */
export const answerFile = async (rendererDir: string, url: string): Promise<Response> => {
  const nonce = randomBytes(16).toString('base64')
  const headers = { ...pageHeaders(nonce) }
  const missing = (): Response => new Response('没有这个文件', { status: 404, headers })
  const path = filePathOf(url)
  const relative = path === null ? null : staticPath(path)
  const type = relative === null ? null : typeOfFile(relative)
  if (relative === null || type === null) return missing()
  try {
    const bytes = await readFile(join(rendererDir, relative))
    const body = relative.endsWith('.html') ? withNonce(bytes.toString('utf8'), nonce) : new Uint8Array(bytes)
    return new Response(body, { status: 200, headers: { ...headers, 'content-type': type, 'cache-control': 'no-store' } })
  } catch {
    return missing()
  }
}

const guardContents = (contents: WebContents, { shell }: ElectronParts): void => {
  contents.on('will-navigate', (event) => { if (!mayNavigate(event.url)) event.preventDefault() })
  contents.on('will-redirect', (event) => { if (!mayNavigate(event.url)) event.preventDefault() })
  contents.on('will-frame-navigate', (event) => { if (!mayNavigate(event.url)) event.preventDefault() })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    if (mayOpenOutside(url)) void shell.openExternal(url)
    return { action: 'deny' }
  })
}

const guardSession = (session: Session): void => {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => answer(mayHave(permission, originOf(details.requestingUrl))))
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) => mayHave(permission, requestingOrigin))
  session.setDevicePermissionHandler(() => false)
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !mayRequest(details.url) }))
}

const originOf = (url: string | undefined): string => (url !== undefined && URL.canParse(url) ? `${new URL(url).protocol}//${new URL(url).host}` : '')

/** Starts the client; returns its host, or null when another instance runs or the profile cannot be had. */
export const startShell = async (parts: ElectronParts, options: ShellOptions): Promise<Host | null> => {
  const { app, BrowserWindow: Window, ipcMain, protocol, session, Menu: menus, dialog } = parts
  if (!app.requestSingleInstanceLock()) { app.quit(); return null }
  app.enableSandbox()
  // Standard and secure, so that it has IndexedDB, workers and WebCrypto like any site under TLS.
  protocol.registerSchemesAsPrivileged([{ scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } }])
  app.on('web-contents-created', (_event, contents) => guardContents(contents, parts))
  await app.whenReady()

  const made = await createHost({
    profileDir: join(app.getPath('userData'), 'profiles', options.profile), serverUrl: options.serverUrl, host: 'electron', version: app.getVersion(),
    fonts: options.fonts, verifySeal: options.verifySeal,
  })
  if (!made.ok) {
    dialog.showErrorBox('文枢无法启动', made.error.message)
    app.quit()
    return null
  }
  const host = made.value
  guardSession(session.defaultSession)
  protocol.handle(appScheme, (request) => answerFile(options.rendererDir, request.url))
  const own = new Set<number>()
  const stopBridge = serveBridge<IpcMainInvokeEvent>({
    ipc: ipcMain, host,
    senderOf: ({ senderFrame, sender }) => (senderFrame === null ? null : { frameUrl: senderFrame.url, frame: senderFrame.parent === null ? 'main' : 'sub', windowId: sender.id }),
    mayCall: (sender) => own.has(sender.windowId) && mayCall(sender),
    broadcast: (channel, event) => { for (const window of Window.getAllWindows()) if (!window.isDestroyed()) window.webContents.send(channel, event) },
  })
  menus.setApplicationMenu(menus.buildFromTemplate(menuTemplate(process.platform, '文枢')))

  const openWindow = (): void => {
    const window = new Window(windowOptions(options.preload))
    const { id } = window.webContents
    own.add(id)
    window.once('ready-to-show', () => window.show())
    window.on('closed', () => own.delete(id))
    void window.loadURL(pageUrl)
  }
  app.on('second-instance', () => {
    const [first] = Window.getAllWindows()
    if (first === undefined) { openWindow(); return }
    if (first.isMinimized()) first.restore()
    first.focus()
  })
  app.on('activate', () => { if (Window.getAllWindows().length === 0) openWindow() })
  app.on('window-all-closed', () => { if (process.platform !== 'darwin') app.quit() })
  let closing = false
  app.on('will-quit', (event) => {
    if (closing) return
    // The lock is given back before the process ends, or the next start would find the profile busy.
    closing = true
    event.preventDefault()
    stopBridge()
    void host.close().finally(() => app.quit())
  })
  openWindow()
  return host
}
