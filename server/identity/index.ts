/** identity: accounts, devices, sessions and the installation's authority (身份). The only door of this folder. */
export { openAuthority, rootPem, type Authority, type SealSigners } from './authority.ts'
export { createAccount } from './accounts.ts'
export { approveDevice, listDevices, revokeDevice, type DeviceInfo } from './devices.ts'
export { certificatesOf, enrolKey, revocationList, revocationPem, revokePersonal } from './certificates.ts'
export { authenticate, refresh, signIn, type IdentityServices, type Signed } from './sessions.ts'
