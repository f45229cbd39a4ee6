/** seal: the register of the seals that this installation keeps, and applying one once (印章登记与用印). Rules S1–S6. The only door of this folder. */
export { applySeal, checkSeal, type SealOrder, type SealServices } from './apply.ts'
export { prepareSeal } from './deskOrder.ts'
export { prepareSeals } from './make.ts'
export { defineSeal, enterDefinition, externalKeys, listSeals, sealUses, setSealStatus, logUse, type SealDefinition } from './register.ts'
export type { PdfLevel } from './both.ts'
export { askPins, openSealKeys, type AskPin, type SealKeys } from './keys.ts'
export type { StampTrust, TimeStamps } from './time.ts'
