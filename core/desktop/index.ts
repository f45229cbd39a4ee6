/** desktop: the contract between a screen and its host (桌面接口). */
export * from './table.ts'
export * from './adapters.ts'
