/** Taking findings away with their own repairs (一键修复): in the text as one step that can be undone, elsewhere in the form. */
import type { RefObject } from 'react'
import { applyFix, type Finding } from '#core/check'
import type { Block, DocumentContent, Issue } from '#core/document'
import type { EditorHandle } from '../../editor/index.ts'
import type { PlaceMap } from './editorPlaces.ts'
import type { Told } from './findings.ts'

/** Last place first, and none that overlaps another: so every edit still means what it was counted for. */
export const applicable = (findings: readonly Finding[]): readonly Finding[] => {
  const taken: { readonly where: string; readonly start: number; readonly end: number }[] = []
  const startOf = (finding: Finding): number => (finding.where.block ?? 0) * 1e6 + (finding.where.start ?? 0)
  return [...findings].sort((a, b) => startOf(b) - startOf(a)).filter((finding) => {
    const places = (finding.fix?.edits ?? []).flatMap((edit) =>
      edit.target === 'text' ? [{ where: `${edit.part ?? 'body'}/${edit.block}`, start: edit.start, end: edit.end }]
        : edit.target === 'field' ? [{ where: edit.field, start: edit.start, end: edit.end }]
          : [{ where: edit.target === 'organs' ? edit.list : edit.target === 'attachment' ? `attachment/${edit.index}` : edit.target === 'level' || edit.target === 'remove' ? `${edit.part ?? 'body'}/${edit.block}` : edit.target, start: 0, end: 1e9 }])
    if (places.some((place) => taken.some((other) => other.where === place.where && place.start < Math.max(other.end, other.start + 1) && other.start < Math.max(place.end, place.start + 1)))) return false
    taken.push(...places)
    return true
  })
}

export type FixTarget = {
  readonly editor: RefObject<EditorHandle | null>
  readonly places: PlaceMap
  readonly issue: Issue | null
  readonly change: (part: Partial<DocumentContent>) => void
  readonly onSigners: (signers: readonly string[]) => void
}

/** @param checked the text in which the fixes are counted; it must be the present one */
export const makeFixes = (told: readonly Told[], checked: DocumentContent, target: FixTarget): void => {
  const { editor, places, issue, change, onSigners } = target
  const findings = applicable(told.map(({ finding }) => finding))
  const [only] = findings
  const edit = findings.length === 1 && only?.fix?.edits.length === 1 ? only.fix.edits[0] : undefined
  if (edit?.target === 'text' && edit.part === null && checked.body[edit.block]?.kind === 'paragraph') {
    const block = places.toEditor(edit.block)
    if (block !== null) return editor.current?.replaceText({ block, start: edit.start, end: edit.end }, edit.text)
  }
  const fixed = findings.reduce((state, finding) => applyFix(state.content, state.issue, finding), { content: checked, issue })
  const { body, ...rest } = fixed.content
  if (body !== checked.body) editor.current?.replaceBlocks(body as readonly Block[])
  change(rest)
  const signers = fixed.issue?.signers
  if (signers !== undefined && signers !== issue?.signers) onSigners(signers)
}
