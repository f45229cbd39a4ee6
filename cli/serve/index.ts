/** serve: what the server is told at its start (服务器启动设置). */
export { askHidden, isAtTerminal } from './ask-pin.ts'
export { sealingText, sealOptions, sealSettings } from './settings.ts'
