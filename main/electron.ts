/** Entry of the Electron client (桌面客户端入口): hands Electron's own modules to main/electron. */
import { app, BrowserWindow, dialog, ipcMain, Menu, protocol, session, shell } from 'electron'
import { fileURLToPath } from 'node:url'
import { verifySealed } from '#core/seal'
import { createHostFonts } from '#main/host'
import { isProfileName } from '#main/transport'
import { startShell } from './electron/index.ts'

const argument = (name: string): string | undefined =>
  process.argv.find((each) => each.startsWith(`--${name}=`))?.slice(name.length + 3) ?? process.env[`WENSHU_${name.toUpperCase()}`]

const profile = argument('profile') ?? 'default'
const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

if (isProfileName(profile)) {
  startShell({ app, BrowserWindow, ipcMain, protocol, session, shell, Menu, dialog }, {
    preload: file('../preload/index.cjs'),
    rendererDir: file('../renderer'),
    profile,
    serverUrl: argument('server') ?? 'http://127.0.0.1:8710',
    fonts: createHostFonts(),
    verifySeal: (bytes, trust) => verifySealed(bytes, { ...trust, trust: 'decide' }),
  }).catch((error: unknown) => {
    dialog.showErrorBox('文枢无法启动', error instanceof Error ? error.message : String(error))
    app.quit()
  })
} else {
  dialog.showErrorBox('文枢无法启动', '档案名只能用小写字母、数字和连字符，最多 32 个字符。')
  app.quit()
}
