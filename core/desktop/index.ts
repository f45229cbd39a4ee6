/** desktop: the contract between a screen and its host (桌面接口). */
export * from './table.ts'
export * from './judge.ts'
export * from './keyStore.ts'
export * from './streamHasher.ts'
export * from './loopback.ts'
export * from './bridge.ts'
export * from './fake.ts'
export * from './adapters.ts'
