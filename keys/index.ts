/**
 * keys: where private keys live on this machine (密钥存储). `KeyStore` of core/desktop holds a profile's own keys; `KeyHolder`
 * is any carrier of seal keys and personal keys: soft key, key file, PKCS#11 token, remote seal service (docs/spec/keys.md).
 */
export { boxOverhead, deriveKey, openBox, randomBytes, sealBox } from './box.ts'
export { unwrapWithPassword, wrapWithPassword, type PasswordWrap } from './password.ts'
export { createAttemptGuard, delayAfter, type AttemptGuard } from './attempts.ts'
export { makeSoftDeviceKey, openSoftKeyStore, type SoftDeviceKey, type SoftKeyFiles } from './soft.ts'
export { certifySoftKey, changeSoftPin, createSoftKey, softKey } from './soft-key.ts'
export { keyFile, readCertificates, type KeyFileOptions } from './key-file.ts'
export { KeyRefused, signerOf, type KeySigner } from './held-key.ts'
export { openKey, openKeyFile, openKeyHolder, type KeySettings } from './open.ts'
export { openSm3 } from './stream-hasher.ts'
export { tokenKey, type Sm2Mechanism, type TokenOptions } from './token.ts'
export { lookIntoKeyFile, notSm2, takeSm2Key } from './key-file-take.ts'
export { changeTokenPin, listTokens, type PluggedToken } from './token-pin.ts'
export { certifyTokenKey } from './token-certify.ts'
export type { Cryptoki } from './cryptoki.ts'
export { serviceKey, type ServiceOptions } from './remote.ts'
export { startSealServiceSimulator, type SealServiceSimulator, type ServedKey, type ServiceMood } from './simulator.ts'
export { createKeyring, readKeyring, type KeyCondition, type Keyring, type KeyringEntry } from './keyring.ts'
