/** Which verifier judges sealed bytes, by what they are and not by a name (验章分派). */
import { verifyOfd } from './ofd/index.ts'
import { verifyPdf } from './pdf/index.ts'
import type { VerifyOptions, VerifyReport } from './report.ts'
import { verifySeal } from './ses/index.ts'

/** OFD for a ZIP, a seal or signature data for DER, a PDF for everything else; the report says when it is none of them. */
export const verifySealed = (bytes: Uint8Array, options: VerifyOptions): VerifyReport => {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return verifyOfd(bytes, options)
  return bytes[0] === 0x30 && bytes.length > 16 ? verifySeal(bytes, options) : verifyPdf(bytes, options)
}
