/** One simulated person: the shipped engine on a journal that survives, a store that may be lost, and a faulty line. */
import { sm2KeyPair, sm2MessageSigner, sm3Hex, signCanonical } from '#core/crypto'
import { emptyContent, frozenBytes, readFrozen, type DocumentContent } from '#core/document'
import { toHex, type CanonicalValue } from '#core/formats'
import { standingRevision, stateApproval, statementContext, tasksFor, type DocumentState, type StatementSignature } from '#core/route'
import {
  asCommand, commandContext, createEngine, memoryStore, pinnedHeads, type Command, type CommandBody, type Engine, type JournalPort, type StorePort,
  type UnsignedCommand,
} from '#core/sync'
import type { Random } from './random.ts'
import { openLine, type Identity, type Line } from './wire.ts'

export type Person = {
  readonly identity: Identity
  readonly line: Line
  readonly engine: () => Engine
  readonly store: () => StorePort
  /** every command that was ever called saved */
  readonly committed: readonly Command[]
  readonly submit: (body: CommandBody) => Promise<void>
  /** Restart of the program; with `loseStore` the IndexedDB is gone as well. */
  readonly restart: (how: 'keepStore' | 'loseStore') => Promise<void>
  readonly putContent: (content: DocumentContent) => string
  readonly contentOf: (hash: string) => DocumentContent | null
  readonly act: () => Promise<void>
}

/** Contents by hash, shared like a file system that every client could fetch from: fetching is not what this fuzz is about. */
export type ContentPool = Map<string, Uint8Array>

const journalOf = (identity: Identity, random: Random, committed: Command[]): JournalPort => {
  const pending = new Map<string, Command>()
  return {
    commit: async (draft) => {
      const known = committed.find((command) => command.commandId === draft.commandId)
      if (known !== undefined) return known
      const unsigned = { schema: 'wenshu.command/1', deviceId: identity.deviceId, deviceSeq: committed.length + 1, ...draft } as UnsignedCommand
      const signature = await signCanonical(unsigned as unknown as CanonicalValue, commandContext, sm2MessageSigner(identity.device.privateKey, random.bytes))
      const command = asCommand({ ...unsigned, signature } as never)
      committed.push(command)
      pending.set(command.commandId, command)
      return command
    },
    pending: async () => [...pending.values()].sort((a, b) => a.deviceSeq - b.deviceSeq),
    acknowledge: async (commandIds) => { for (const id of commandIds) pending.delete(id) },
  }
}

export const createPerson = async (options: {
  readonly personId: string; readonly deviceId: string; readonly password: string; readonly serverUrl: () => string; readonly random: Random; readonly pool: ContentPool
  readonly now: () => string
}): Promise<Person> => {
  const { random, pool, now } = options
  const identity: Identity = {
    personId: options.personId, deviceId: options.deviceId, password: options.password, device: sm2KeyPair(random.bytes), personal: sm2KeyPair(random.bytes),
  }
  const line = openLine(options.serverUrl, identity, random, now)
  const hello = await line.hello()
  if (!hello.ok) throw new Error('no server')
  await line.signIn()
  const certificate = await line.enrolPersonalKey()
  const committed: Command[] = []
  const journal = journalOf(identity, random, committed)
  let store = memoryStore()
  const contentOf = (hash: string): DocumentContent | null => {
    const bytes = pool.get(hash)
    const read = bytes === undefined ? null : readFrozen(bytes)
    return read?.ok === true ? read.value : null
  }
  const start = (): Engine => createEngine({
    store, journal, transport: line, heads: pinnedHeads(hello.value.logCertificate), personId: identity.personId, deviceId: identity.deviceId,
    now, entropy: random.bytes, content: contentOf, personalKeys: (person) => person === identity.personId ? [{ publicKey: toHex(identity.personal.publicKey), certificate: null }] : [],
    pageSize: 1 + random.below(20),
  })
  let engine = start()

  const submit = async (body: CommandBody): Promise<void> => { await engine.submit(body) }
  const putContent = (content: DocumentContent): string => {
    const bytes = frozenBytes(content)
    const hash = sm3Hex(bytes)
    pool.set(hash, bytes)
    line.keepBlob(hash, bytes)
    return hash
  }
  const write = (state: DocumentState | null, title: string): string => {
    const last = state?.drafts.at(-1)?.hash ?? standingRevision(state ?? ({ revisions: [] } as unknown as DocumentState))?.hash
    const before = last === undefined ? null : contentOf(last)
    const base = before ?? emptyContent({ kind: '通知', organName: '内蒙古自治区人民政府办公厅', title })
    return putContent({ ...base, title, body: [...base.body, { kind: 'paragraph', level: 0, number: null, text: `第${random.below(1_000_000)}句。` }] })
  }
  const approve = async (state: DocumentState, stepId: string, branchId: string): Promise<StatementSignature | null> => {
    const bytes = pool.get(standingRevision(state)?.hash ?? '')
    if (bytes === undefined) return null
    const stated = stateApproval(state, { bytes, pages: 1, layoutHash: sm3Hex(bytes), fontSet: 'fuzz' }, {
      stepId, branchId, opinion: '同意。', person: identity.personId, claimedAt: now(),
    })
    if (!stated.ok) return null
    const { statement } = stated.value
    const signature = await signCanonical(statement as unknown as CanonicalValue, statementContext, sm2MessageSigner(identity.personal.privateKey, random.bytes))
    return { statement, signature, certificate }
  }

  const act = async (): Promise<void> => {
    const { documents, directory } = await engine.projection()
    const mine = [...documents.values()].filter(({ state }) => state.status !== 'packaged')
    if (identity.personId === 'qiqige' && (mine.filter(({ state }) => state.status === 'draft' || state.status === 'routing').length < 2 || random.chance(0.1))) {
      const documentId = `doc-${toHex(random.bytes(8))}`
      await submit({ type: 'document.create', documentId, kind: '通知', organId: 'nmg-bgt', title: '' })
      const contentHash = write(null, `关于第${random.below(1000)}号事项的通知`)
      await submit({ type: 'draft.save', documentId, contentHash, base: null })
      return
    }
    if (mine.length === 0) return
    // Mostly what waits for this person, sometimes anything.
    const waiting = mine.filter(({ state }) => tasksFor(state, directory, identity.personId, now()).length > 0)
    const { state } = random.pick(waiting.length > 0 && random.chance(0.8) ? waiting : mine)
    if (random.chance(0.1)) return submit({ type: 'comment.add', documentId: state.id, text: `批注${random.below(100)}` })
    if (state.createdBy === identity.personId && random.chance(0.04)) return submit({ type: 'document.recall', documentId: state.id, reason: '重新起草' })
    const task = tasksFor(state, directory, identity.personId, now())[0]
    if (task === undefined) {
      const standing = standingRevision(state)
      if (identity.personId === 'wangxiaoyan' && standing !== null && state.status === 'routing') {
        return submit({ type: 'revision.amend', documentId: state.id, contentHash: write(state, state.title), parentHash: standing.hash, note: '核改' })
      }
      return
    }
    switch (task.kind) {
      case 'draft': {
        const head = state.drafts.at(-1)
        if (head === undefined || random.chance(0.4)) {
          // Now and then from a stale base, as a second device would.
          const base = head === undefined ? null : random.chance(0.2) ? head.base : head.hash
          return submit({ type: 'draft.save', documentId: state.id, contentHash: write(state, state.title || '关于某事项的通知'), base })
        }
        return submit({
          type: 'document.submit', documentId: state.id, contentHash: head.hash, routeId: 'bgt-fawen', routeVersion: 1,
          assignments: { review: ['wangxiaoyan'], countersign: ['limin', 'zhaogang'], approve: ['bateer'] },
        })
      }
      case 'settleFork':
        return submit({ type: 'draft.settle', documentId: state.id, contentHash: write(state, state.title || '关于某事项的通知'), replaces: state.drafts.map((draft) => draft.hash) })
      case 'revise': {
        const standing = standingRevision(state)
        if (standing !== null && random.chance(0.5)) await submit({ type: 'revision.amend', documentId: state.id, contentHash: write(state, state.title), parentHash: standing.hash, note: '按意见修改' })
        return submit({ type: 'step.resubmit', documentId: state.id, note: '已修改' })
      }
      case 'decide': {
        const signature = await approve(state, task.stepId, task.branch.id)
        if (signature === null || signature.statement.schema !== 'wenshu.approve/1') return
        const { sawHash } = signature.statement
        if (random.chance(0.25)) return submit({ type: 'step.return', documentId: state.id, stepId: task.stepId, branchId: task.branch.id, reason: '请补充依据', sawHash })
        return submit({
          type: 'step.agree', documentId: state.id, stepId: task.stepId, branchId: task.branch.id, opinion: '同意。', sawHash,
          signature: task.personalKey ? signature : null,
        })
      }
      default:
    }
  }

  return {
    identity, line, committed, submit, putContent, contentOf, act,
    engine: () => engine,
    store: () => store,
    restart: async (how) => {
      if (how === 'loseStore') store = memoryStore()
      engine = start()
      await engine.recover()
    },
  }
}
