/**
 * keys: where private keys live on this machine (密钥存储). Soft keys in encrypted files; PKCS#12 files, PKCS#11 tokens and a
 * remote signing service are to come behind the same port (`KeyStore` of core/desktop).
 */
export { boxOverhead, deriveKey, openBox, randomBytes, sealBox } from './box.ts'
export { unwrapWithPassword, wrapWithPassword, type PasswordWrap } from './password.ts'
export { createAttemptGuard, delayAfter, type AttemptGuard } from './attempts.ts'
export { makeSoftDeviceKey, openSoftKeyStore, type SoftDeviceKey, type SoftKeyFiles } from './soft.ts'
