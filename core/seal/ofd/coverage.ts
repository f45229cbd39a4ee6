/** What a signature leaves open (签章保护范围): files beside the protected ones, and what that means. seal.md §2.7 */
import type { CheckStep } from '#core/crypto'
import type { OfdFiles } from '#core/output'
import type { FileRole } from './reach.ts'
import { listed } from './references.ts'
import type { SignatureFile } from './signature-file.ts'

export type Coverage = {
  readonly steps: readonly CheckStep[]
  /** paths, without those that no signature can protect or that came with a later one */
  readonly uncovered: readonly string[]
  readonly smuggled: readonly string[]
}

/**
 * Rules: a file that is shown (pages, templates, resources, fonts, pictures, annotations, attachments) and not protected may
 * have been exchanged since, so what the reader sees is not proven: undecided. When no page is protected at all the signature
 * says nothing about the document: failed. Tags, extensions and the entry show nothing: a warning. A file that nothing names
 * is no part of the document: a warning (夹带文件), unless it is protected, when it was there at signing.
 * `later`: signatures listed after this one; `listPath`: Signatures.xml.
 */
export const judgeCoverage = (
  files: OfdFiles, reached: ReadonlyMap<string, FileRole>, covered: ReadonlySet<string>, own: SignatureFile, listPath: string, later: readonly SignatureFile[],
): Coverage => {
  const excepted = new Set([own.path, listPath, own.signedValue, ...later.flatMap((file) => [file.path, file.signedValue, file.sealFile])])
  const open = [...files.keys()].filter((path) => !covered.has(path) && !excepted.has(path))
  const roleOf = (path: string): FileRole | undefined => reached.get(path)
  const content = open.filter((path) => roleOf(path) === 'content')
  const side = open.filter((path) => roleOf(path) === 'side' || roleOf(path) === 'signing')
  const smuggled = open.filter((path) => roleOf(path) === undefined)
  const shown = [...reached].filter(([, role]) => role === 'content')
  const steps: CheckStep[] = []
  const nothing = shown.length > 0 && content.length === shown.length
  if (nothing) steps.push({ name: '保护范围', result: 'fail', detail: '文档所显示的内容没有一个文件受这个签章保护' })
  else if (content.length > 0) steps.push({ name: '保护范围', result: 'unknown', detail: `${content.length} 个所显示的文件未受签章保护，不能确定是否被替换：${listed(content)}` })
  else steps.push({ name: '保护范围', result: 'pass', detail: `所显示的 ${shown.length} 个文件都受签章保护` })
  if (side.length > 0) steps.push({ name: '附属文件', result: 'warn', detail: `未受签章保护（不影响显示）：${listed(side)}` })
  if (smuggled.length > 0) steps.push({ name: '夹带文件', result: 'warn', detail: `包内有文档没有引用、也未受签章保护的文件：${listed(smuggled)}` })
  steps.push(covered.has(listPath)
    ? { name: '签章锁定', result: 'pass', detail: '签名列表受保护，此后不能再加盖' }
    : { name: '签章锁定', result: 'pass', detail: later.length === 0 ? '没有锁定，可以继续加盖' : `没有锁定，此后又有 ${later.length} 个签章` })
  return { steps, uncovered: [...content, ...side, ...smuggled], smuggled }
}
