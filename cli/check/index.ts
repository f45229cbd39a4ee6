/** wenshu check: format and drafting rules on a file (格式与行文检查). */
import { createChecker, scoreOf, type CheckReport, type Facts } from '#core/check'
import { ok, type FormatError, type Result } from '#core/formats'
import { typeset, typesetText, type FontSet } from '#core/typeset'
import { readForCheck, type Checkable } from './read.ts'

export { reportText } from './text.ts'

export type CheckRequest = {
  readonly path: string
  /** rules that do not run */
  readonly off: readonly string[]
  readonly facts?: Facts
  /** loaded only when there are pages to measure */
  readonly fonts: () => Promise<FontSet>
}

/** Reads, sets and checks one file. Errors are those of the readers. */
export const checkFile = async (request: CheckRequest): Promise<Result<CheckReport, FormatError>> => {
  const read = await readForCheck(request.path)
  if (!read.ok) return read
  return ok(await judge(read.value, request))
}

const judge = async (source: Checkable, { off, facts, fonts }: CheckRequest): Promise<CheckReport> => {
  const checker = createChecker({ off })
  switch (source.kind) {
    case 'judged':
      return { findings: source.findings, score: scoreOf(source.findings) }
    case 'document': {
      const { content, issue, written } = source
      const faces = await fonts()
      const layout = written.carrier === 'missing' ? typesetText({ title: content.title, blocks: content.body }, faces) : typeset(content, issue, faces)
      return checker.check(content, issue, { layout, written, ...(facts === undefined ? {} : { facts }) })
    }
  }
}
