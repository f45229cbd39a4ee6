/** main/transport: the desktop table to a window, over HTTP on this machine or over Electron's channel (传输). The only door. */
export { serveLoopback, type Loopback, type LoopbackOptions } from './loopback/server.ts'
export { controlPath, judgeVisit, staticPath, type Expected, type Verdict, type Visit } from './loopback/guards.ts'
export { createTickets } from './loopback/tickets.ts'
export { freePorts, isProfileName, registerPort, registeredPort } from './loopback/registry.ts'
export { contentSecurityPolicy, pageHeaders, typeOfFile, withNonce } from './pageHeaders.ts'
export { serveBridge, type BridgeSender, type IpcMainLike } from './electron/bridge.ts'
