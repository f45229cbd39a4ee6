/** What a signature leaves open (签章保护范围): files beside the protected ones, and what that means. GB/T 33190 §18.2.2 */
import type { CheckStep } from '#core/crypto'
import type { OfdFiles } from '#core/output'
import type { FileRole, ReachedDocument } from './reach.ts'
import { listed } from './references.ts'
import type { SignatureFile } from './signature-file.ts'

export type Coverage = {
  readonly steps: readonly CheckStep[]
  /** paths, without those that no signature can protect or that came with a later one */
  readonly uncovered: readonly string[]
  readonly smuggled: readonly string[]
}

/** What one signature protects, and what stands around it. */
export type CoverageCase = {
  readonly files: OfdFiles
  /** all documents of the package */
  readonly documents: readonly ReachedDocument[]
  readonly own: SignatureFile
  /** paths that it names as protected */
  readonly covered: ReadonlySet<string>
  /** paths that any signature of the package names as protected */
  readonly coveredByAny: ReadonlySet<string>
  /** Signatures.xml */
  readonly listPath: string
  /** signatures listed after this one */
  readonly later: readonly SignatureFile[]
}

/**
 * Rules. A part that says or shows something of its own (document, page, annotation, attachment, version) and is not
 * protected was put in or exchanged after signing, or never signed: failed. So is another document that no signature of the
 * package protects: readers may show that one. What pages are drawn with (templates, resources, fonts, pictures, tags): issued files
 * leave whole kinds of them out, which is told; one that is left out beside protected ones of its kind is not decided. Extensions and the entry show nothing: a warning. A file
 * that nothing names is no part of the document: a warning (夹带文件), unless it is protected, when it was there at signing.
 */
export const judgeCoverage = ({ files, documents, own, covered, coveredByAny, listPath, later }: CoverageCase): Coverage => {
  // A document without signatures of its own, whose root this one protects, is this one's business too.
  const isMine = ({ root, lists }: ReachedDocument): boolean => lists.includes(listPath) || (lists.length === 0 && root !== null && covered.has(root))
  const roleOf = rolesOf(documents.filter(isMine))
  const others = documents.filter((document) => !isMine(document))
  const elsewhere = rolesOf(others)
  const excepted = new Set([own.path, listPath, own.signedValue, ...later.flatMap((file) => [file.path, file.signedValue, file.sealFile])])
  // What a later signature calls its own is no excuse for a file that the document shows.
  const isShown = (path: string): boolean => roleOf.get(path) === 'content' || roleOf.get(path) === 'means'
  const open = [...files.keys()].filter((path) => !covered.has(path) && (isShown(path) || !excepted.has(path)))
  const content = open.filter((path) => roleOf.get(path) === 'content')
  const means = open.filter((path) => roleOf.get(path) === 'means')
  const unnamed = open.filter((path) => roleOf.get(path) === undefined)
  // Files of another document are the business of its own signatures.
  const smuggled = unnamed.filter((path) => !elsewhere.has(path))
  const side = open.filter((path) => roleOf.get(path) === 'side' || roleOf.get(path) === 'signing')
  const strangers = others.flatMap(({ root }) => (root !== null && !coveredByAny.has(root) ? [root] : []))
  const shown = [...roleOf].filter(([, role]) => role === 'content' || role === 'means')
  const steps: CheckStep[] = []
  const add = (name: string, result: CheckStep['result'], detail: string): void => { steps.push({ name, result, detail }) }
  if (shown.length > 0 && content.length + means.length === shown.length) add('保护范围', 'fail', '文档所显示的内容没有一个文件受这个签章保护')
  else if (content.length > 0) add('保护范围', 'fail', `${content.length} 个有内容的文件未受签章保护，可能是签章之后放入或替换的：${listed(content)}`)
  if (strangers.length > 0) add('保护范围', 'fail', `包内另有不受任何签章保护的文档：${listed(strangers)}`)
  // Who protects one font and not the other did not leave fonts out: the other may have come later.
  const kindOf = new Map(documents.filter(isMine).flatMap(({ kinds }) => [...kinds]))
  const protectedKinds = new Set(shown.flatMap(([path, role]) => (role === 'means' && covered.has(path) ? [kindOf.get(path)] : [])))
  const odd = means.filter((path) => protectedKinds.has(kindOf.get(path)))
  const leftOut = means.filter((path) => !odd.includes(path))
  if (odd.length > 0) add('保护范围', 'unknown', `${odd.length} 个用于显示的文件（模板、资源、字体或图像）未受签章保护，而同类的其他文件受保护，可能是签章之后放入或替换的：${listed(odd)}`)
  if (leftOut.length > 0) add('保护范围', 'warn', `签章没有保护 ${leftOut.length} 个用于显示的文件（模板、资源、字体、图像或标引），这些文件即使被替换也不能发现：${listed(leftOut)}`)
  if (steps.length === 0) add('保护范围', 'pass', `所显示的 ${shown.length} 个文件都受签章保护`)
  if (side.length > 0) add('附属文件', 'warn', `未受签章保护（不影响显示）：${listed(side)}`)
  if (smuggled.length > 0) add('夹带文件', 'warn', `包内有文档没有引用、也未受签章保护的文件：${listed(smuggled)}`)
  if (covered.has(listPath)) add('签章锁定', 'pass', '签名列表受保护，此后不能再加盖')
  else add('签章锁定', 'pass', later.length === 0 ? '没有锁定，可以继续加盖' : `没有锁定，此后又有 ${later.length} 个签章`)
  return { steps, uncovered: [...content, ...strangers, ...means, ...side, ...smuggled], smuggled }
}

const STRENGTH: Readonly<Record<FileRole, number>> = { content: 0, means: 1, side: 2, signing: 3 }

/** Roles over several documents; the one that shows more counts. */
const rolesOf = (documents: readonly ReachedDocument[]): ReadonlyMap<string, FileRole> => {
  if (documents.length === 1) return documents[0]!.files
  const roles = new Map<string, FileRole>()
  for (const { files } of documents) {
    for (const [path, role] of files) {
      const known = roles.get(path)
      if (known === undefined || STRENGTH[role] < STRENGTH[known]) roles.set(path, role)
    }
  }
  return roles
}
