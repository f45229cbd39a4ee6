/**
 * Window options and fuses (窗口选项). Packaging flips the fuses below in the binary: RunAsNode off, NodeOptions off,
 * NodeCliInspect off, CookieEncryption on, EmbeddedAsarIntegrity on, OnlyLoadAppFromAsar on, GrantFileProtocolExtraPrivileges off.
 */
import type { BrowserWindowConstructorOptions } from 'electron'

/** @param preload absolute path of the bundled preload */
export const windowOptions = (preload: string): BrowserWindowConstructorOptions => ({
  width: 1360,
  height: 860,
  minWidth: 1024,
  minHeight: 640,
  show: false,
  title: '文枢',
  autoHideMenuBar: process.platform !== 'darwin',
  webPreferences: {
    preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    devTools: process.env['WENSHU_DEVTOOLS'] === '1',
  },
})

/** What packaging must set, by the names of @electron/fuses. */
export const fuses = {
  RunAsNode: false,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableCookieEncryption: true,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  GrantFileProtocolExtraPrivileges: false,
} as const
