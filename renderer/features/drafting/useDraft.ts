/** One draft open on the desk: typing goes to disk, pauses become saved drafts (起草). */
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react'
import { frozenBytes, type DocumentContent } from '#core/document'
import type { DocumentState, Refusal } from '#core/route'
import { useClient } from '../../store/index.ts'
import { sameContent, samePart, writeLocalDraft } from './draft.ts'
import type { Elements } from './shape.ts'
import { createKeeper, type Keeper, type KeeperState } from './keeper.ts'
import { thinned, type Notes, type Version } from './notes.ts'
import { wordCount } from './warnings.ts'
import { createWatched, type Watched } from './watched.ts'

/** A pause this long becomes a saved draft that other devices see, ms. */
const idleBeforeCommit = 5000

export type DraftStart = {
  readonly documentId: string
  readonly content: DocumentContent
  readonly base: string | null
  /** typing that was never handed on */
  readonly dirty: boolean
  /** `amend` keeps everything here until the person forms a new revision */
  readonly mode: 'draft' | 'amend'
  readonly state: DocumentState | null
  readonly notes: Notes
}

export type Committed = { readonly ok: true; readonly hash: string } | { readonly ok: false; readonly message: string }

export type Draft = {
  readonly content: DocumentContent
  /** the same object until one of them changes: the form is not drawn again for every key in the text */
  readonly elements: Elements
  readonly change: (part: Partial<DocumentContent>) => void
  readonly notes: Notes
  /** Of the notes as they are now, not as they were drawn: two changes in a row keep both. */
  readonly note: (next: (notes: Notes) => Notes) => void
  /** Stores the text as it is and lists it among the versions; null when it could not be stored. */
  readonly keepVersion: (why: Version['why']) => Promise<string | null>
  readonly saving: Watched<KeeperState>
  /** why the last pause could not become a saved draft */
  readonly problem: string | null
  /** on disk and, in `draft` mode, handed to `draft.save`; the hash of the stored text */
  readonly commit: () => Promise<Committed>
  /** forgets the local copy: everything in it is in a command by now */
  readonly discard: () => Promise<void>
  readonly base: () => string | null
}

const elementsOf = ({ body: _, ...elements }: DocumentContent): Elements => elements

const sentence = (refusal: Refusal): string => refusal.detail

export const useDraft = (start: DraftStart): Draft => {
  const client = useClient()
  const [content, setContent] = useState(start.content)
  const [elements, setElements] = useState(() => elementsOf(start.content))
  const [saving] = useState(() => createWatched<KeeperState>({ kind: 'idle' }))
  const [problem, setProblem] = useState<string | null>(null)
  const [notes, setNotes] = useState(start.notes)
  const kept = useRef({
    content: start.content, base: start.base, dirty: start.dirty, closed: false, notes: start.notes,
    /** the text that `base` stands for; null when the base holds something else than what was opened */
    stored: start.dirty ? null : start.content, created: start.state !== null,
  })
  const keeper = useRef<Keeper | null>(null)
  const running = useRef<Promise<Committed>>(Promise.resolve({ ok: false, message: '' }))

  const save = useEffectEvent(async (json: string) => {
    const saved = await client.desktop.call('drafts.save', { documentId: start.documentId, json })
    return saved.ok ? { ok: true as const, at: saved.value.savedAt } : { ok: false as const, message: saved.error.message }
  })
  const remember = useCallback((): void => {
    if (kept.current.closed) return
    const read = kept.current
    keeper.current?.put(() => writeLocalDraft({ schema: 'wenshu.localDraft/1', content: read.content, base: read.base, dirty: read.dirty, notes: read.notes }))
  }, [])

  const note = useCallback((next: (notes: Notes) => Notes): void => {
    const changed = next(kept.current.notes)
    if (changed === kept.current.notes) return
    kept.current.notes = changed
    setNotes(kept.current.notes)
    remember()
  }, [remember])
  const { putContent } = client
  const keepVersion = useCallback(async (why: Version['why']): Promise<string | null> => {
    const now = kept.current.content
    const stored = await putContent(now)
    if (!stored.ok) return null
    const version: Version = { hash: stored.value, at: new Date().toISOString(), title: now.title, words: wordCount(now), bytes: frozenBytes(now).length, why }
    // The same text again is the same version; what a person asked to keep says so from now on.
    if (!kept.current.closed) note((old) => ({ ...old, versions: old.versions[0]?.hash === version.hash && why === 'pause' ? old.versions : thinned([version, ...old.versions.filter((entry) => entry.hash !== version.hash)]) }))
    return stored.value
  }, [putContent, note])

  const handOn = async (): Promise<Committed> => {
    await keeper.current?.flush()
    const now = kept.current.content
    if (kept.current.stored !== null && kept.current.base !== null && sameContent(kept.current.stored, now)) return { ok: true, hash: kept.current.base }
    const stored = await client.putContent(now)
    if (!stored.ok) return { ok: false, message: stored.error.message }
    if (start.mode === 'draft') {
      if (!kept.current.created) {
        const organId = client.projection.directory.people[client.session.personId]?.organId ?? ''
        const created = await client.submit({ type: 'document.create', documentId: start.documentId, kind: now.kind, organId, title: now.title })
        if (!created.ok && created.error.code !== 'already_exists') return { ok: false, message: sentence(created.error) }
        kept.current.created = true
      }
      const saved = await client.submit({ type: 'draft.save', documentId: start.documentId, contentHash: stored.value, base: kept.current.base })
      if (!saved.ok) return { ok: false, message: sentence(saved.error) }
      kept.current.base = stored.value
      kept.current.stored = now
      kept.current.dirty = !sameContent(now, kept.current.content)
      remember()
    }
    return { ok: true, hash: stored.value }
  }
  /** One at a time: two saves from one base would be a fork with oneself. */
  const commit = (): Promise<Committed> => {
    running.current = running.current.then(handOn, handOn).then((result) => {
      setProblem(result.ok ? null : result.message)
      return result
    })
    return running.current
  }
  const commitQuietly = useEffectEvent(() => {
    if (!kept.current.dirty || kept.current.closed) return
    void keepVersion('pause').catch(() => null)
    if (start.mode === 'draft') void commit()
  })

  useEffect(() => {
    keeper.current = createKeeper((json) => save(json), saving.set)
    const leave = (): void => void keeper.current?.flush()
    const hide = (): void => { if (document.visibilityState === 'hidden') leave() }
    const keys = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return
      event.preventDefault()
      leave()
    }
    window.addEventListener('blur', leave)
    window.addEventListener('pagehide', leave)
    window.addEventListener('keydown', keys)
    document.addEventListener('visibilitychange', hide)
    return () => {
      window.removeEventListener('blur', leave)
      window.removeEventListener('pagehide', leave)
      window.removeEventListener('keydown', keys)
      document.removeEventListener('visibilitychange', hide)
      leave()
      commitQuietly()
    }
  }, [saving])
  useEffect(() => {
    const timer = setTimeout(() => commitQuietly(), idleBeforeCommit)
    return () => clearTimeout(timer)
  }, [content])
  // Stable: the form beside the text is not drawn again for every key.
  const change = useCallback((part: Partial<DocumentContent>): void => {
    const next = { ...kept.current.content, ...part }
    if (samePart(kept.current.content, next, Object.keys(part) as (keyof DocumentContent)[])) return
    kept.current.content = next
    kept.current.dirty = true
    setContent(next)
    if (Object.keys(part).some((name) => name !== 'body')) setElements(elementsOf(next))
    remember()
  }, [remember])

  return {
    content, elements, change, notes, note, saving, problem, commit,
    keepVersion,
    base: () => kept.current.base,
    discard: async () => {
      kept.current.closed = true
      keeper.current?.stop()
      await keeper.current?.flush()
      await client.desktop.call('drafts.discard', { documentId: start.documentId })
    },
  }
}
