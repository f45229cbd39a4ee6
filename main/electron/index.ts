/** main/electron: windows, guards, menus (桌面外壳). The only door. */
export { filePathOf, mayCall, mayHave, mayNavigate, mayOpenOutside, mayRequest } from './guards.ts'
export { fuses, windowOptions } from './options.ts'
export { answerFile, startShell, type ElectronParts, type ShellOptions } from './shell.ts'
