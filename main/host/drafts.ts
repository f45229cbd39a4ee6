/** The draft journal (起草日志): the text being typed, one encrypted file per document, replaced whole. */
import { join } from 'node:path'
import { fromUtf8, utf8 } from '#core/formats'
import { openBox, sealBox } from '#keys'
import type { Disk } from './disk.ts'
import { hiddenName } from './names.ts'
import { createTurns } from './turns.ts'

export type SavedDraft = { readonly documentId: string; readonly json: string; readonly savedAt: string }

export type Drafts = {
  readonly save: (draft: SavedDraft) => Promise<void>
  /** `damaged`: how many could not be read; their files are put aside under `*.damaged`, not deleted. */
  readonly list: () => Promise<{ readonly drafts: readonly SavedDraft[]; readonly damaged: number }>
  readonly discard: (documentId: string) => Promise<void>
}

const about = 'wenshu.draft/1'
const suffix = '.draft'

const read = (key: Uint8Array, bytes: Uint8Array): SavedDraft | null => {
  const plain = openBox(key, bytes, about)
  const text = plain === null ? null : fromUtf8(plain)
  return text === null || !text.ok ? null : (JSON.parse(text.value) as SavedDraft)
}

export const openDrafts = (disk: Disk, folder: string, key: Uint8Array): Drafts => {
  const inTurn = createTurns()
  const fileOf = (documentId: string): string => join(folder, hiddenName(key, documentId) + suffix)
  return {
    save: (draft) => inTurn(() => disk.replace(fileOf(draft.documentId), sealBox(key, utf8(JSON.stringify(draft)), about))),
    list: () => inTurn(async () => {
      const drafts: SavedDraft[] = []
      let damaged = 0
      for (const name of await disk.names(folder)) {
        if (!name.endsWith(suffix)) continue
        const bytes = await disk.read(join(folder, name))
        if (bytes === null) continue
        const draft = read(key, bytes)
        if (draft !== null && join(folder, name) === fileOf(draft.documentId)) drafts.push(draft)
        else {
          damaged++
          await disk.move(join(folder, name), join(folder, `${name}.damaged`))
        }
      }
      return { drafts, damaged }
    }),
    discard: (documentId) => inTurn(() => disk.remove(fileOf(documentId))),
  }
}
