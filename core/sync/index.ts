/** sync: wire format, ports and the client engine (同步). */
export * from './wire.ts'
export * from './schema.ts'
export * from './ports.ts'
export * from './client.ts'
export { createEngine } from './engine.ts'
