/** Both files of a document under one seal (两种版式一次用印): both are sealed, or neither. */
import { prepareOfd, preparePdf, sealPdf, stampOfd, type PdfSealPlace } from '#core/seal'
import { err, ok, type Result } from '#core/formats'
import type { MadeSeal } from './make.ts'
import type { Stampers } from './time.ts'

/** PAdES level with time stamps: B-T in one piece, or B-LTA, whose evidence is appended after the seal. */
export type PdfLevel = 'T' | 'LTA'

type BothRequest = {
  readonly pdf: Uint8Array
  /** null for a document of before OFD was made */
  readonly ofd: Uint8Array | null
  readonly place: PdfSealPlace
  readonly name: string
  readonly made: MadeSeal
  readonly root: Uint8Array
  /** the revocation list of now, DER */
  readonly crl: Uint8Array
  /** null: the time is the server's claim, and the PDF stays at B-B */
  readonly stampers: Stampers | null
  readonly level: PdfLevel
  /** server time, ISO 8601 UTC */
  readonly now: string
}

/** Whole seconds: PDF and signature data know no others. */
export const sealingTime = (now: string): string => `${now.slice(0, 19)}Z`

const pdfRequest = ({ made, root, stampers, level, place, name, pdf, now }: BothRequest) => ({
  pdf, place, appearance: made.appearance, signer: made.signers.pdf, chain: made.signers.pdf.chain ?? [root], signedAt: sealingTime(now), name, reason: '公文用印',
  ...(stampers === null ? {} : { level }),
})

const ofdRequest = ({ made, place, now }: BothRequest, ofd: Uint8Array) => ({
  ofd, seal: made.seal, signer: made.signers.ofd, places: [{ kind: 'at' as const, page: place.page, x: place.x, y: place.y }], signedAt: sealingTime(now), closing: 'open' as const,
})

/** The error is in words for the clerk. Each file was verified before it is returned. */
export const sealBoth = async (request: BothRequest): Promise<Result<{ readonly pdf: Uint8Array; readonly ofd: Uint8Array | null }, string>> => {
  const { made, root, crl, stampers } = request
  const pdf = await sealPdf({
    ...pdfRequest(request),
    ...(stampers === null ? {} : { timeStamp: stampers.pdf, evidence: { certificates: [root, ...stampers.trust.anchors], crls: [crl, ...stampers.trust.crls], ocsps: stampers.trust.ocsps } }),
  })
  if (!pdf.ok) return err(pdf.error.message)
  if (request.ofd === null) return ok({ pdf: pdf.value, ofd: null })
  const ofd = await stampOfd({
    ...ofdRequest(request, request.ofd), ...(stampers === null ? {} : { timeStamp: stampers.ofd }),
    // A seal that its own chain does not hold any more is not used. Of keys from elsewhere the anchors are not known here.
    ...(made.signers.ofd.chain === undefined ? { trust: { anchors: [root], crls: [crl], trust: 'decide' } } : {}),
  })
  return ofd.ok ? ok({ pdf: pdf.value, ofd: ofd.value }) : err(ofd.error.message)
}

/** What keys that are at the seal desk have to sign for sealBoth with the same request: the bytes appended to the PDF, TBS_Sign of the OFD. */
export const prepareBoth = async (request: BothRequest & { readonly ofd: Uint8Array }): Promise<Result<{ readonly pdf: Uint8Array; readonly ofd: Uint8Array }, string>> => {
  const pdf = preparePdf(pdfRequest(request))
  if (!pdf.ok) return err(pdf.error.message)
  const ofd = await prepareOfd(ofdRequest(request, request.ofd))
  return ofd.ok ? ok({ pdf: pdf.value.pdf.subarray(request.pdf.length), ofd: ofd.value }) : err(ofd.error.message)
}
