/** One signature of an OFD from its value to the files that it protects (验章). GB/T 38540-2020 §7.3, GB/T 33190 §18 */
import type { CheckStep } from '#core/crypto'
import type { OfdFiles } from '#core/output'
import { findOfdFile, ofdFolder } from '#core/output'
import { judgeSealSignature, readSealSignature } from '../ses/index.ts'
import { decides, TRUST_STEP, verdictOf } from '../trust.ts'
import type { SignatureReport, VerifyOptions, VerifyWarning } from '../report.ts'
import { judgeCoverage } from './coverage.ts'
import { judgeDigital, readDigital } from './judge-digital.ts'
import type { ReachedDocument } from './reach.ts'
import { checkReferences, listed, type FileDigests } from './references.ts'
import { isoOf, type ListedSignature, type SignatureFile, type SignatureList } from './signature-file.ts'

/** The package as all its signatures are judged against it. */
export type Package = {
  readonly files: OfdFiles
  readonly documents: readonly ReachedDocument[]
  readonly digestOf: FileDigests
  /** paths that any signature names as protected */
  readonly coveredByAny: ReadonlySet<string>
  /** signature files that no list names */
  readonly unlisted: readonly string[]
}

export type Judged = { readonly report: SignatureReport; readonly warnings: readonly VerifyWarning[] }

const CONTENT_STEPS: ReadonlySet<string> = new Set(['保护文件', '原文摘要', '内容摘要', '签名内的内容'])

/** `index`: of the signature in its list. */
export const judgeListed = (opened: Package, list: SignatureList, index: number, options: VerifyOptions): Judged => {
  const listed = list.signatures[index]!
  const id = listed.file.ok ? listed.file.value.path : listed.id
  if (!listed.file.ok) return { report: broken(id, listed, listed.file.error.message), warnings: [] }
  const own = listed.file.value
  const value = own.signedValue === null ? undefined : opened.files.get(own.signedValue)
  if (value === undefined) return { report: broken(id, listed, '签名值文件（SignedValue）不在包内'), warnings: [] }

  const head: CheckStep[] = own.problems.map((detail) => ({ name: '签名描述文件', result: 'fail', detail }))
  const judged = judgeValueFile(opened, listed, own, value, options)
  const references = checkReferences(opened.digestOf, own)
  // Some makers put the newest line first: one that protects this signature came after it.
  const later = list.signatures.flatMap(({ file }, i) => (file.ok && i !== index && (i > index || file.value.protects.has(own.path)) ? [file.value] : []))
  const { files, documents, coveredByAny } = opened
  const coverage = judgeCoverage({ files, documents, own, covered: own.protects, coveredByAny, listPath: list.path, later })
  const steps = [...head, ...judged.steps, ...references.steps, ...coverage.steps, ...judgeStamps(opened, own, list.path), ...judgeUnlisted(opened, own.protects)]
  const verdict = verdictOf(steps, options)
  return {
    report: {
      id, type: judged.type, verdict, signer: judged.signer, signedAt: judged.signedAt, timeSource: judged.timeSource,
      coverage: coverage.uncovered.length === 0 ? 'whole' : 'partial', uncovered: coverage.uncovered,
      modifiedAfter: references.changed || judged.modified,
      steps: [...steps, conclusion(steps, verdict, options)], chain: judged.chain, covered: [...references.covered],
    },
    warnings: [
      ...judged.warnings,
      ...(coverage.smuggled.length === 0 ? [] : [{ code: 'ofd.smuggled', detail: `夹带文件：${coverage.smuggled.slice(0, 20).join('、')}` }]),
    ],
  }
}

type ValueJudgement = Pick<SignatureReport, 'type' | 'signer' | 'signedAt' | 'timeSource'> & {
  readonly steps: readonly CheckStep[]; readonly chain: NonNullable<SignatureReport['chain']>; readonly modified: boolean; readonly warnings: readonly VerifyWarning[]
}

/** The signed value is what its bytes say it is; what the list calls it is not protected and only compared. */
const judgeValueFile = ({ files, digestOf }: Package, listed: ListedSignature, own: SignatureFile, value: Uint8Array, options: VerifyOptions): ValueJudgement => {
  const isSign = listed.type === 'Sign'
  const seal = readSealSignature(value)
  if (!seal.ok && (isSign || readDigital(value).ok)) {
    const { steps, modified, signer, signedAt, timeSource, chain } = judgeDigital(value, files.get(own.path)!, isoOf(own.signedAt), options)
    const mixed: readonly CheckStep[] = isSign ? [] : [{ name: '签名类型', result: 'fail', detail: '列为电子签章，签名值却不是 GB/T 38540 签章数据' }]
    return { type: 'GB/T 35275 数字签名', timeSource, steps: [...mixed, ...steps], modified, signer, signedAt, chain, warnings: [] }
  }
  const beside = own.sealFile === null || own.sealFile === 'missing' ? undefined : files.get(own.sealFile)
  const judged = judgeSealSignature(seal.ok ? seal.value : value, options, digestOf('sm3', own.path), beside)
  const steps: CheckStep[] = [...judged.steps]
  if (own.sealFile === 'missing') steps.push({ name: '印章文件', result: 'fail', detail: '签名描述文件指明的印章文件不在包内' })
  if (judged.signature !== undefined) steps.push(judgeProperty(files, own, judged.signature.propertyInfo))
  if (isSign) steps.push({ name: '签名类型', result: 'warn', detail: '列为数字签名，签名值是电子签章数据' })
  return {
    type: judged.signature === undefined ? '电子签章' : `${judged.signature.version === 1 ? 'GM/T 0031-2014' : judged.signature.version === 5 ? 'GM/T 0031-2025' : 'GB/T 38540-2020'} 电子签章`,
    signer: judged.signer, signedAt: judged.signedAt, timeSource: judged.timeSource, steps, chain: judged.chain,
    modified: judged.steps.some((step) => step.name === '原文摘要' && step.result === 'fail'), warnings: judged.warnings,
  }
}

/** The signed value says which file it signs: one that was made for another place must not stand here. */
const judgeProperty = (files: OfdFiles, own: SignatureFile, property: string): CheckStep => {
  const name = '签章位置'
  const path = property.trim() === '' ? null : findOfdFile(files, ofdFolder(own.path), property)
  if (path === own.path) return { name, result: 'pass', detail: `签章数据指明 ${property.slice(0, 200)}` }
  if (path === null) return { name, result: 'warn', detail: property.trim() === '' ? '签章数据没有指明所签的文件' : `签章数据指明的文件不在包内：${property.slice(0, 200)}` }
  return { name, result: 'fail', detail: `签章数据是为 ${property.slice(0, 200)} 作的，不是这个签名描述文件` }
}

/** A seal that is to show on a page that is not there shows nowhere, and nobody would miss it. */
const judgeStamps = ({ documents }: Package, own: SignatureFile, listPath: string): readonly CheckStep[] => {
  const pages = documents.filter(({ lists }) => lists.includes(listPath)).map((document) => document.pages)
  const astray = [...new Set(own.stampPages)].filter((page) => !pages.some((known) => known.has(page)))
  return astray.length === 0 ? [] : [{ name: '签章位置', result: 'warn', detail: `签章外观指向不存在的页面（${listed(astray)}），那里不会显示印章` }]
}

/** A signature that this one protects and that the open list no longer names: it was there, and somebody took its line away. */
const judgeUnlisted = ({ unlisted }: Package, covered: ReadonlySet<string>): readonly CheckStep[] => {
  const taken = unlisted.filter((path) => covered.has(path))
  return taken.length === 0 ? [] : [{ name: '签名后的修改', result: 'unknown', detail: `受保护的签名已不在签名列表中，可能被去掉：${listed(taken)}` }]
}

const broken = (id: string, listed: ListedSignature, detail: string): SignatureReport => {
  const steps: CheckStep[] = [{ name: '签名描述文件', result: 'fail', detail }, { name: '结论', result: 'fail', detail: '签章无效' }]
  return {
    id, type: listed.type === 'Sign' ? '数字签名' : '电子签章', verdict: 'invalid', signer: null, signedAt: null, timeSource: 'claimed', coverage: 'partial',
    uncovered: ['全部文件'], modifiedAfter: false, steps, chain: [], covered: [],
  }
}

/** The words that users of OFD readers know. */
const conclusion = (steps: readonly CheckStep[], verdict: SignatureReport['verdict'], options: VerifyOptions): CheckStep => {
  const name = '结论'
  const deciding = steps.filter((step) => decides(step, options))
  switch (verdict) {
    case 'valid':
      return { name, result: 'pass', detail: `签章有效${isPartial(steps) ? '，但没有保护全部显示内容' : ''}${options.trust === 'decide' ? '' : `（${aside(steps, options)}）`}` }
    case 'invalid': {
      const onlyContent = deciding.every((step) => step.result !== 'fail' || CONTENT_STEPS.has(step.name))
      return { name, result: 'fail', detail: onlyContent ? '签章有效但文档已被修改' : '签章无效' }
    }
    case 'undecided': {
      const onlyTrust = deciding.every((step) => step.result !== 'unknown' || step.name.startsWith(TRUST_STEP))
      return { name, result: 'unknown', detail: onlyTrust ? '证书不受信任或状态不明' : '无法验证' }
    }
  }
}

const isPartial = (steps: readonly CheckStep[]): boolean => steps.some((step) => step.name === '保护范围' && step.result === 'warn')

/** What was seen and did not decide. */
const aside = (steps: readonly CheckStep[], options: VerifyOptions): string => {
  const failed = steps.filter((step) => !decides(step, options) && step.result === 'fail').map((step) => step.name)
  return `证书信任、有效期与吊销未作依据${failed.length === 0 ? '' : `；其中未通过：${failed.join('、')}`}`
}
