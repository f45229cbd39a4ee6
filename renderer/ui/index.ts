/** ui: components without knowledge (通用组件): values in, callbacks out. */
export { Blank } from './Blank.tsx'
export { Light, type LightTone } from './Light.tsx'
export { Sheet, Field, Facts } from './Sheet.tsx'
export { Keys } from './Keys.tsx'
export { VirtualTable, type Column, type Sorting } from './VirtualTable.tsx'
export { when } from './when.ts'
