/** What changed between two versions of a document: for 花脸稿 (redline) and for showing both versions side by side. */
import { canonicalText, type CanonicalValue } from '#core/formats'
import { blockText, type Attachment, type Block, type DocumentContent } from './content.ts'
import { numberBlocks } from './numbering.ts'
import { alignSequences } from './sequence.ts'

/** A piece of text with its fate. Joining `same` and `removed` gives the old text, `same` and `added` the new one. */
export type TextSpan = { readonly op: 'same' | 'added' | 'removed'; readonly text: string }

/** One step through both bodies in reading order; `before` and `after` are block indexes. */
export type BlockChange =
  | { readonly op: 'same'; readonly before: number; readonly after: number }
  | { readonly op: 'removed'; readonly before: number }
  | { readonly op: 'added'; readonly after: number }
  | { readonly op: 'changed'; readonly before: number; readonly after: number; readonly spans: readonly TextSpan[] }

/** A changed element other than the body, with its printed form on both sides. */
export type FieldChange = {
  readonly field: Exclude<keyof DocumentContent, 'schema' | 'body' | 'attachments'>
  readonly before: string
  readonly after: string
  readonly spans: readonly TextSpan[]
}

/** A changed attachment; `body` is null unless both sides are text. Null on one side: added or removed. */
export type AttachmentChange = {
  readonly before: Attachment | null
  readonly after: Attachment | null
  readonly body: readonly BlockChange[] | null
}

export type ContentDiff = {
  readonly fields: readonly FieldChange[]
  readonly body: readonly BlockChange[]
  readonly attachments: readonly AttachmentChange[]
  readonly isSame: boolean
}

/** Two contents compared, paragraph by paragraph and inside changed paragraphs character by character. */
export function diffContents(before: DocumentContent, after: DocumentContent): ContentDiff {
  const fields = diffFields(before, after)
  const body = diffBlocks(before.body, after.body)
  const attachments = diffAttachments(before.attachments, after.attachments)
  const isSame = fields.length === 0 && attachments.length === 0 && body.every((change) => change.op === 'same')
  return { fields, body, attachments, isSame }
}

/** Character differences of two texts. */
export function diffText(before: string, after: string): TextSpan[] {
  const old = [...before]
  const fresh = [...after]
  const spans: TextSpan[] = []
  for (const run of alignSequences(old, fresh)) {
    const removed = old.slice(run.beforeStart, run.beforeEnd).join('')
    if (run.same) spans.push({ op: 'same', text: removed })
    else {
      const added = fresh.slice(run.afterStart, run.afterEnd).join('')
      if (removed !== '') spans.push({ op: 'removed', text: removed })
      if (added !== '') spans.push({ op: 'added', text: added })
    }
  }
  return spans
}

/** Differences of two lists of blocks. A paragraph counts as the same when level, printed number and text are the same. */
export function diffBlocks(before: readonly Block[], after: readonly Block[]): BlockChange[] {
  const old = printed(before)
  const fresh = printed(after)
  const changes: BlockChange[] = []
  for (const run of alignSequences(old.keys, fresh.keys)) {
    if (run.same) {
      for (let i = 0; run.beforeStart + i < run.beforeEnd; i++) {
        changes.push({ op: 'same', before: run.beforeStart + i, after: run.afterStart + i })
      }
    } else {
      changes.push(...diffGap(old.lines, fresh.lines, run))
    }
  }
  return changes
}

type Gap = { readonly beforeStart: number; readonly beforeEnd: number; readonly afterStart: number; readonly afterEnd: number }

/** Inside a gap, paragraphs that share most of their characters are versions of each other; the rest came or went. */
function diffGap(old: readonly string[], fresh: readonly string[], gap: Gap): BlockChange[] {
  const changes: BlockChange[] = []
  let b = gap.beforeStart
  let a = gap.afterStart
  while (b < gap.beforeEnd && a < gap.afterEnd) {
    if (similarity(old[b]!, fresh[a]!) >= 0.4) {
      changes.push({ op: 'changed', before: b, after: a, spans: diffText(old[b]!, fresh[a]!) })
      b++
      a++
      continue
    }
    // Look a little ahead on both sides for a partner before giving one up.
    const aheadAfter = partner(fresh, old[b]!, a + 1, gap.afterEnd)
    const aheadBefore = partner(old, fresh[a]!, b + 1, gap.beforeEnd)
    if (aheadAfter !== null && (aheadBefore === null || aheadAfter - a <= aheadBefore - b)) {
      changes.push({ op: 'added', after: a++ })
    } else {
      changes.push({ op: 'removed', before: b++ })
      if (aheadBefore === null && aheadAfter === null) changes.push({ op: 'added', after: a++ })
    }
  }
  while (b < gap.beforeEnd) changes.push({ op: 'removed', before: b++ })
  while (a < gap.afterEnd) changes.push({ op: 'added', after: a++ })
  return changes
}

const lookAhead = 8

function partner(lines: readonly string[], line: string, from: number, end: number): number | null {
  for (let i = from; i < Math.min(end, from + lookAhead); i++) if (similarity(lines[i]!, line) >= 0.4) return i
  return null
}

/** Dice coefficient over pairs of characters, 0 to 1. */
function similarity(a: string, b: string): number {
  if (a === b) return 1
  const seen = new Map<string, number>()
  for (let i = 0; i + 1 < a.length; i++) seen.set(a.slice(i, i + 2), (seen.get(a.slice(i, i + 2)) ?? 0) + 1)
  let shared = 0
  for (let i = 0; i + 1 < b.length; i++) {
    const left = seen.get(b.slice(i, i + 2)) ?? 0
    if (left > 0) {
      shared++
      seen.set(b.slice(i, i + 2), left - 1)
    }
  }
  const total = a.length + b.length - 2
  return total <= 0 ? 0 : (2 * shared) / total
}

function printed(blocks: readonly Block[]): { readonly keys: string[]; readonly lines: string[] } {
  const lines = numberBlocks(blocks).map((number, i) => number + blockText(blocks[i]!))
  return { lines, keys: lines.map((line, i) => keyOf(blocks[i]!, line)) }
}

/** Tables and pictures are the same only when everything about them is. */
function keyOf(block: Block, line: string): string {
  return block.kind === 'paragraph' ? `${block.level}${line}` : canonicalText(block as unknown as CanonicalValue)
}

function diffFields(before: DocumentContent, after: DocumentContent): FieldChange[] {
  const names = [
    'kind', 'form', 'issuers', 'issuerMark', 'urgency', 'disclosure', 'copyNumber', 'title', 'recipients', 'signature',
    'authentication', 'note', 'copies', 'printer', 'secrecy',
  ] as const
  return names.flatMap((field) => {
    // Compared as values, not as shown: ['甲，乙'] and ['甲', '乙'] print alike and are not the same.
    if (canonicalText(before[field] ?? null) === canonicalText(after[field] ?? null)) return []
    const old = shown(before[field])
    const fresh = shown(after[field])
    return [{ field, before: old, after: fresh, spans: diffText(old, fresh) }]
  })
}

function shown(value: DocumentContent[FieldChange['field']]): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  if ('level' in value) return value.period === '' ? value.level : `${value.level}★${value.period}`
  return value.join('，')
}

function diffAttachments(before: readonly Attachment[], after: readonly Attachment[]): AttachmentChange[] {
  const changes: AttachmentChange[] = []
  const pair = (old: Attachment | null, fresh: Attachment | null): void => {
    if (old?.kind === 'text' && fresh?.kind === 'text') {
      const body = diffBlocks(old.body, fresh.body)
      if (old.name !== fresh.name || old.binding !== fresh.binding || body.some((change) => change.op !== 'same')) changes.push({ before: old, after: fresh, body })
    } else if (old?.kind !== 'file' || fresh?.kind !== 'file' || old.name !== fresh.name || old.file.hash !== fresh.file.hash || old.file.fileName !== fresh.file.fileName) {
      changes.push({ before: old, after: fresh, body: null })
    }
  }
  for (const run of alignSequences(before.map((item) => item.name), after.map((item) => item.name))) {
    const length = Math.max(run.beforeEnd - run.beforeStart, run.afterEnd - run.afterStart)
    for (let i = 0; i < length; i++) {
      const b = run.beforeStart + i
      const a = run.afterStart + i
      pair(b < run.beforeEnd ? before[b]! : null, a < run.afterEnd ? after[a]! : null)
    }
  }
  return changes
}
