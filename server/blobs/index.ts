/** blobs: bytes by their SM3 (内容寻址存储). The only door of this folder. */
export { openBlobs } from './open.ts'
export { blobRefParts, mayRead, rememberUpload } from './access.ts'
export type { BlobStore, PutOutcome } from './port.ts'
