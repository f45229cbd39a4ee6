/** store: what screens may know of the client, and where it is kept on this device (本机数据). */
export * from './hooks.ts'
export * from './navigation.ts'
export * from './preferences.ts'
export { ClientProvider, type ClientStart } from './provider.tsx'
export { shownFamilyOf } from './fonts.ts'
export { openLocalStore } from './open.ts'
export { useLeadersMode } from './leaders.ts'
