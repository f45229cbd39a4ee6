/** The revisions that signatures close (版本), each read once; every step from one to the next is judged once. */
import { changesBetween, type Change } from './changes.ts'
import { attempt, openPdf, type PdfCache, type PdfFile } from './file.ts'
import { PdfError } from './value.ts'
import type { FormatError, Result } from '#core/formats'

export type Revisions = {
  /** The file as it was at this end. */
  readonly at: (end: number) => Result<PdfFile, FormatError>
  /** What happened after this end. */
  readonly after: (end: number) => Result<readonly Change[], FormatError>
  readonly ends: readonly number[]
}

/** `ends`: offsets behind the signed revisions of the file. */
export const revisionsOf = (file: PdfFile, ends: readonly number[], cache: PdfCache): Revisions => {
  const sorted = [...new Set([...ends, file.bytes.length])].sort((a, b) => a - b)
  const opened = new Map(sorted.map((end) => [end, end === file.bytes.length ? ({ ok: true, value: file } as const) : openPdf(file.bytes.subarray(0, end), cache)]))
  const readable = sorted.flatMap((end) => {
    const revision = opened.get(end)!
    return revision.ok ? [{ end, file: revision.value }] : []
  })
  const steps = readable.slice(1).map((revision, i) => {
    const before = readable[i]!
    return { from: before.end, changes: attempt(() => stepFrom(before.file, revision.file, file)) }
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
  return { at: (end) => opened.get(end) ?? { ok: false, error: { code: 'pdf.revision', message: '没有这个版本' } }, after, ends: sorted }
}

const stepFrom = (before: PdfFile, now: PdfFile, final: PdfFile): readonly Change[] => {
  if (now.startxref < before.bytes.length) throw new PdfError('pdf.trailing', '签名范围之后有不属于任何版本的字节')
  return changesBetween(before, now, final)
}
