/** Opening the client of a signed-in person (打开本机客户端): store, engine, and what unsent work needs. */
import { desktopJournal, desktopTransport, type Desktop } from '#core/desktop'
import { requiredBlobs } from '#core/route'
import { createEngine, pinnedHeads, type CommandBody, type Projection, type SyncOutcome } from '#core/sync'
import { sharedStore, startSyncing, type Syncing } from '../sync/index.ts'
import { contentsOf, type Contents } from './contents.ts'
import { deleteDatabase, LocalDatabase } from './database.ts'
import { dexieStore, type DexieStore } from './dexieStore.ts'
import type { SessionInfo } from './hooks.ts'
import { ownKey } from './ownKey.ts'
import { createPrefetch, wantedOffline } from './prefetch.ts'
import { DamagedValueError, openVault } from './sealing.ts'

export type OpenClient = {
  readonly engine: ReturnType<typeof createEngine>
  readonly contents: Contents
  readonly first: Projection
  readonly submit: ReturnType<typeof createEngine>['submit']
  /** Starts the rounds; the result stops them. */
  readonly start: () => () => void
  readonly sync: () => Promise<SyncOutcome>
  readonly close: () => void
  readonly wipe: () => Promise<void>
}

export type LocalStore = { readonly store: DexieStore; readonly close: () => void }

/** The encrypted store of an account on this device. What another key wrote, or what is damaged, is dropped and started anew. */
export const openLocalStore = async (account: string, storeKey: string): Promise<LocalStore> => {
  const vault = await openVault(storeKey)
  const open = (): LocalStore => {
    const db = new LocalDatabase(account)
    return { store: dexieStore(db, vault), close: () => db.close() }
  }
  const opened = open()
  try {
    await Promise.all([opened.store.rows('directory'), opened.store.outbox(), opened.store.rejections(), opened.store.meta('cursor')])
    return opened
  } catch (problem) {
    if (!(problem instanceof DamagedValueError)) throw problem
    // Everything in it can be had again, from the server and from the journal.
    opened.close()
    await deleteDatabase(account)
    return open()
  }
}

const heldBodies = (commands: readonly { readonly payload: CommandBody }[]): readonly string[] =>
  commands.flatMap(({ payload }) => ('documentId' in payload ? requiredBlobs(payload) : []))

/** @throws when neither the store nor the journal can be read: then there is nothing to show, and the caller says so */
export const openClient = async (desktop: Desktop, session: SessionInfo, profile: string): Promise<OpenClient> => {
  const { store, close } = await openLocalStore(session.account, session.storeKey)
  const name = `wenshu:${profile}:${session.account}`
  const shared = sharedStore(store, name)
  const contents = contentsOf(desktop)
  const prefetch = createPrefetch(desktop, contents)
  const key = ownKey(session.personId)
  const journal = desktopJournal(desktop)
  const engine = createEngine({
    store: shared.store, journal, transport: desktopTransport(desktop), heads: pinnedHeads(session.logCertificate),
    personId: session.personId, deviceId: session.deviceId, now: () => new Date().toISOString(),
    entropy: (length) => crypto.getRandomValues(new Uint8Array(length)), content: contents.held, personalKeys: key.of,
  })
  // Local rules judge unsent work again at each start: they need its texts and this person's key before the first projection.
  const unsent = await journal.pending()
  for (const command of unsent) key.learn(command.payload)
  await Promise.all(heldBodies(unsent).map((hash) => contents.load(hash)))
  await engine.recover()
  const submit: OpenClient['submit'] = async (body) => {
    key.learn(body)
    if ('documentId' in body) await Promise.all(requiredBlobs(body).map((hash) => contents.load(hash)))
    const result = await engine.submit(body)
    if (result.ok) rounds?.soon()
    return result
  }
  let rounds: Syncing | null = null
  const start = (): (() => void) => {
    const started = startSyncing({
      engine, shared, desktop, lock: name,
      whenQuiet: async () => {
        await prefetch(wantedOffline(await engine.projection(), session.personId, new Date().toISOString()))
        if (await store.wantsCompacting()) await store.compact()
      },
    })
    rounds = started
    return () => {
      started.stop()
      rounds = null
    }
  }
  return {
    engine, contents, submit,
    first: await engine.projection(),
    start,
    sync: () => rounds?.now() ?? engine.sync(),
    close: () => {
      shared.close()
      close()
    },
    wipe: async () => {
      shared.close()
      close()
      await deleteDatabase(session.account)
    },
  }
}
