/** Verifies a seal file, or signature data that lies alone (验印章文件). */
import type { CheckStep } from '#core/crypto'
import type { VerifyOptions, VerifyReport } from '../report.ts'
import { coded } from '../step-code.ts'
import { SEAL_PERIOD_STEP, trustOf, verdictOf } from '../trust.ts'
import { attempt, rootParts } from './fields.ts'
import { judgeBareValidity, judgeFormat, judgeMaker, judgeMakerChain, STANDARD, type AddStep } from './judge-seal.ts'
import { judgeSealSignature } from './judge-signature.ts'
import { isSignatureShape, readSeal } from './read-seal.ts'
import { readSealSignature } from './read-signature.ts'
import type { Seal } from './seal.ts'

/**
 * Judges a seal (.esl), or SES_Signature without its document (SignedValue.dat). Never throws on what the bytes hold.
 * A seal has no signing time: without `options.at` its maker is judged at the time of making, and a seal that has run out by
 * `options.now` is told and not refused, since what it sealed in its time stays sealed. Signature data without the original is
 * undecided at best. `unusable`: neither of the two.
 */
export const verifySeal = (bytes: Uint8Array, options: VerifyOptions): VerifyReport => {
  const shape = attempt(() => isSignatureShape(rootParts(bytes).parts))
  return coded(shape.ok && shape.value ? verifyAlone(bytes, options) : verifyEsl(bytes, options))
}

const unusable = (code: string, detail: string): VerifyReport => ({ kind: 'seal', verdict: 'unusable', signatures: [], warnings: [{ code, detail }] })

const verifyEsl = (bytes: Uint8Array, options: VerifyOptions): VerifyReport => {
  const read = readSeal(bytes)
  if (!read.ok) return unusable(read.error.code, read.error.message)
  const seal = read.value
  const trust = trustOf(options)
  const steps: CheckStep[] = []
  const add: AddStep = (name, result, detail) => { steps.push({ name, result, detail }) }
  judgeFormat(seal, add)
  const maker = judgeMaker(seal, add)
  judgeBareValidity(seal, options, add)
  const chain = maker === undefined ? [] : judgeMakerChain(seal, maker, options.at ?? seal.createdAt, trust, add)
  const verdict = verdictOf(steps, options)
  const expired = steps.find((step) => step.name === SEAL_PERIOD_STEP && step.result !== 'pass')
  return {
    kind: 'seal', verdict,
    signatures: [{
      id: seal.id, type: typeOf(seal), verdict, signer: maker?.subject.text ?? null, signedAt: seal.createdAt, timeSource: 'claimed',
      coverage: 'whole', uncovered: [], modifiedAfter: false, steps, chain, covered: ['印章信息'],
    }],
    warnings: [...trust.warnings, ...(expired === undefined ? [] : [{ code: 'seal.not-in-force', detail: `印章${expired.detail}` }])],
  }
}

const typeOf = (seal: Seal): string => `${STANDARD[seal.version]} 电子印章`

const verifyAlone = (bytes: Uint8Array, options: VerifyOptions): VerifyReport => {
  const read = readSealSignature(bytes)
  if (!read.ok) return unusable(read.error.code, read.error.message)
  const { propertyInfo, seal, version } = read.value
  const judged = judgeSealSignature(read.value, options)
  return {
    kind: 'seal', verdict: judged.verdict,
    signatures: [{
      id: seal.id, type: `${STANDARD[version]} 电子签章`, verdict: judged.verdict, signer: judged.signer, signedAt: judged.signedAt, timeSource: judged.timeSource,
      coverage: 'partial', uncovered: [propertyInfo === '' ? '原文' : propertyInfo], modifiedAfter: false, steps: judged.steps, chain: judged.chain, covered: ['签章数据', '印章'],
    }],
    warnings: [...judged.warnings, { code: 'seal.original-absent', detail: '只有签章数据而没有原文，签章本身可以核对，原文不能核对' }],
  }
}
