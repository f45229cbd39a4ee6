/** main/host: what a client does on its machine (主机): profile, journal, keys, files, the word with the server. The only door. */
export { createHost, readServerUrl } from './host.ts'
export type { ByteAnswer, FontRoleName, Host, HostFonts, HostOptions, SealTrust } from './ports.ts'
export { createCarriers, type Carrier, type Carriers } from './personalCarriers.ts'
export { outboxContext } from './package.ts'
export { createSubsetter, loadFontSet } from './fonts/index.ts'
export { createHostFonts } from './hostFonts.ts'
