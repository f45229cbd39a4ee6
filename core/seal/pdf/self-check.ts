/** Holds what was just made against the verifier (用印自检): a file leaves only when every signature in it stands. */
import { verifyPdf } from './verify.ts'
import { PdfError } from './value.ts'

/** `before`: the file as it came. PdfError seal.self-check, seal.breaks-earlier. */
export const checkOwn = (before: Uint8Array, after: Uint8Array): void => {
  const options = { anchors: [], crls: [], trust: 'report' } as const
  const report = verifyPdf(after, options)
  const earlier = verifyPdf(before, options).signatures
  const broken = report.signatures.find((signature) => signature.verdict !== 'valid' && earlier.find(({ id }) => id === signature.id)?.verdict === 'valid')
  if (broken !== undefined) {
    const why = broken.steps.find((step) => step.result === 'fail' || step.result === 'unknown')
    throw new PdfError('seal.breaks-earlier', `这样用印会使已有签名“${broken.id}”失效：${why?.detail ?? ''}`)
  }
  const made = report.signatures.filter(({ id }) => !earlier.some((one) => one.id === id))
  const bad = made.find(({ verdict }) => verdict !== 'valid')
  if (made.length === 0 || bad !== undefined) {
    const why = bad?.steps.find((step) => step.result === 'fail' || step.result === 'unknown')
    throw new PdfError('seal.self-check', `用印后的自检没有通过：${why?.name ?? ''} ${why?.detail ?? report.warnings[0]?.detail ?? ''}`)
  }
}
