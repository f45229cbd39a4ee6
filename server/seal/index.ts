/** seal: the seals that this installation keeps, and applying one once (印章保管与用印). Rule S1. The only door of this folder. */
export { applySeal, defineSeal, prepareSeals, type SealDefinition, type SealServices } from './apply.ts'
