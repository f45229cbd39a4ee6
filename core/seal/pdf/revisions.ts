/** The revisions that signatures close (版本), each read once; every step from one to the next is judged once. */
import { changesBetween, type Change } from './changes.ts'
import { attempt, type PdfFile } from './file.ts'
import type { PdfCache } from './objects.ts'
import { openForJudging } from './repair.ts'
import { PdfError } from './value.ts'
import type { FormatError, Result } from '#core/formats'

export type Revisions = {
  /** The file as it was at this end. */
  readonly at: (end: number) => Result<PdfFile, FormatError>
  /** What happened after this end. */
  readonly after: (end: number) => Result<readonly Change[], FormatError>
  /** What each one did to the one before, oldest first; nothing for the first. */
  readonly steps: readonly { readonly end: number; readonly changes: Result<readonly Change[], FormatError> }[]
}

/** `ends`: offsets behind the signed revisions of the file. */
export const revisionsOf = (file: PdfFile, ends: readonly number[], cache: PdfCache): Revisions => {
  const sorted = [...new Set([...ends, file.bytes.length])].sort((a, b) => a - b)
  const opened = new Map(sorted.map((end) => [end, end === file.bytes.length ? ({ ok: true, value: file } as const) : openForJudging(file.bytes.subarray(0, end), cache)]))
  const readable = sorted.flatMap((end) => {
    const revision = opened.get(end)!
    return revision.ok ? [{ end, file: revision.value }] : []
  })
  const steps = readable.slice(1).map((revision, i) => {
    const before = readable[i]!
    return { from: before.end, end: revision.end, changes: attempt(() => stepFrom(before.file, revision.file, file)) }
  })
  const after = (end: number): Result<readonly Change[], FormatError> => {
    const later: Change[] = []
    for (const { from, changes } of steps) {
      if (from < end) continue
      if (!changes.ok) return changes
      later.push(...changes.value)
    }
    return { ok: true, value: later }
  }
  const broken = sorted.flatMap((end) => {
    const revision = opened.get(end)!
    return revision.ok ? [] : [{ end, changes: revision }]
  })
  const first = readable[0] === undefined ? [] : [{ end: readable[0].end, changes: { ok: true, value: [] } as const }]
  return {
    at: (end) => opened.get(end) ?? { ok: false, error: { code: 'pdf.revision', message: '没有这个版本' } }, after,
    steps: [...first, ...steps.map(({ end, changes }) => ({ end, changes })), ...broken].sort((a, b) => a.end - b.end),
  }
}

/** In words, each once. */
export const tellChanges = (changes: Result<readonly Change[], FormatError>): readonly string[] =>
  changes.ok ? [...new Set(changes.value.map(wordsFor))] : [changes.error.message]

const wordsFor = (change: Change): string => {
  switch (change.kind) {
    case 'forbidden':
    case 'annotation':
      return change.text
    case 'fill':
      return `填写了表单域“${change.field}”`
    case 'signature':
      return change.stamp ? '增加了文档时间戳' : '增加了签名'
    case 'evidence':
      return '增加了验证数据'
    case 'structure':
      return '增加了结构标签'
    case 'properties':
      return '修改了文档属性（元数据）'
  }
}

const stepFrom = (before: PdfFile, now: PdfFile, final: PdfFile): readonly Change[] => {
  if (now.startxref < before.bytes.length) throw new PdfError('pdf.trailing', '签名范围之后有不属于任何版本的字节')
  return changesBetween(before, now, final)
}
