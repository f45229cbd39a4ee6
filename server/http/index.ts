/** http: the server's face (接口). The only door of this folder. */
export { buildApp } from './app.ts'
export type { HttpServices } from './services.ts'
export { openPokes, type Pokes } from './pokes.ts'
