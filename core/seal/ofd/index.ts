/** Sealing and verifying OFD (OFD 用印与验章). */
export { verifyOfd } from './verify.ts'
export { signOfd, type OfdSignRequest } from './sign.ts'
export { prepareOfd, stampOfd, type OfdStampRequest } from './stamp.ts'
export type { OfdSealPlace } from './places.ts'
