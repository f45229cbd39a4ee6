/**
 * Texts for the road (离线备用): what waits for this person is fetched while there is a network, so that it can be read and
 * decided without one. The host keeps the bytes; nothing is fetched twice in a session.
 */
import type { Desktop } from '#core/desktop'
import { filesOf } from '#core/document'
import { boxOf, sealsOf, standingRevision, tasksFor, type DocumentState } from '#core/route'
import type { Projection } from '#core/sync'
import type { Contents } from './contents.ts'

/** Attachments beyond this are left for when they are asked for, bytes. */
const attachmentAtMost = 20 * 1024 * 1024
/** Documents that are only to be read or followed; the newest of them. */
const othersAtMost = 200

export type Wanted = { readonly contents: readonly string[]; readonly files: readonly string[] }

/** Hashes in the order of need: all versions of what waits for a decision, then the standing version of the rest. */
export const wantedOffline = (projection: Projection, personId: string, now: string): Wanted => {
  const states = [...projection.documents.values()].map(({ state }) => state).toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt))
  const mine = states.filter((state) => tasksFor(state, projection.directory, personId, now).length > 0)
  const others = states.filter((state) => !mine.includes(state) && boxOf(state, projection.directory, personId, now) !== 'done').slice(0, othersAtMost)
  const files = (state: DocumentState): string[] => [state.final?.hash, sealsOf(state).at(-1)?.sealedHash].filter((hash) => hash !== undefined)
  return {
    contents: [...new Set([
      ...mine.flatMap((state) => [...state.drafts, ...state.revisions.toReversed()].map(({ hash }) => hash)),
      ...others.flatMap((state) => standingRevision(state)?.hash ?? []),
    ])],
    files: [...new Set(mine.flatMap(files))],
  }
}

/** Fetches what is wanted and not yet here; stops quietly when the network does. */
export const createPrefetch = (desktop: Desktop, contents: Contents): ((wanted: Wanted) => Promise<void>) => {
  const here = new Set<string>()
  const file = async (hash: string): Promise<boolean> => {
    if (here.has(hash)) return true
    const bytes = await desktop.call('blobs.read', { hash })
    if (bytes.ok) here.add(hash)
    return bytes.ok || bytes.error.code !== 'offline'
  }
  return async (wanted) => {
    for (const hash of wanted.contents) {
      if (here.has(hash)) continue
      const loaded = await contents.load(hash)
      if (!loaded.ok) {
        if (loaded.error.code === 'offline') return
        continue
      }
      here.add(hash)
      for (const { hash: needed, size } of filesOf(loaded.value.content)) if (size <= attachmentAtMost && !(await file(needed))) return
    }
    for (const hash of wanted.files) if (!(await file(hash))) return
  }
}
