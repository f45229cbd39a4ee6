/** commands: what is asked, judged by core, written once (操作处理). The only door of this folder. */
export { EffectRefused, type Composed, type CommandServices, type ComposePort, type Effects, type EffectScope } from './ports.ts'
export { openEffects, type EffectServices, type PackagePort } from './effects.ts'
export { openAhead, type Ahead } from './ahead.ts'
export { push, type Sender } from './push.ts'
export { followUpDocument, runSystem } from './system.ts'
export { refreshAudiences } from './audience.ts'
export { prepareForDesk } from './prepare.ts'
