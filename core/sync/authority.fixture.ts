/** A server of paper for the engine's own tests: a signed log, a feed of rows, and switches for everything that can go wrong. */
import { createHash } from 'node:crypto'
import { emptyDirectory, evolveDirectory } from '#core/access'
import { buildCertificate, sm2KeyPair, sm2MessageSigner, writeName, type Signer } from '#core/crypto'
import { toBase64, toHex, utf8 } from '#core/formats'
import { appendLeaf, consistencyProof, EMPTY_FRONTIER, leafHash, rootOf, signHead, type Frontier, type SignedHead } from '#core/ledger'
import { asCommand, type Command, type CommandResult, type JournalPort, type PullResponse, type Row, type TransportFailure, type TransportPort } from './index.ts'

export const seeded = (seed: string) => {
  let counter = 0
  return (length: number): Uint8Array => {
    const bytes: number[] = []
    while (bytes.length < length) bytes.push(...createHash('sha256').update(`${seed}/${counter++}`).digest())
    return Uint8Array.from(bytes.slice(0, length))
  }
}

export const at = '2026-11-24T08:00:00Z'

export const logSigner = async (seed: string): Promise<Signer> => {
  const pair = sm2KeyPair(seeded(seed))
  const key = sm2MessageSigner(pair.privateKey, seeded(`${seed}/nonce`))
  const name = writeName([{ type: 'CN', value: '日志' }] as never)
  const certificate = await buildCertificate({
    serial: '01', issuer: name, subject: name, notBefore: at, notAfter: '2046-11-24T08:00:00Z',
    publicKey: { algorithm: 'sm2', point: pair.publicKey } as never, keyUsage: ['digitalSignature'],
  }, key)
  return { ...key, certificate }
}

export type Authority = {
  readonly certificate: string
  readonly transport: TransportPort
  readonly received: Command[][]
  readonly uploads: string[]
  /** appends entries to the log */
  readonly grow: (entries: readonly string[]) => void
  /** starts another history with the same key */
  readonly rewrite: (entries: readonly string[]) => void
  readonly signWith: (signer: Signer) => void
  readonly publish: (rows: readonly Row[], removals?: readonly { kind: Row['kind']; id: string }[]) => void
  answer: (commands: readonly Command[]) => { results: CommandResult[]; stopped: unknown }
  failure: TransportFailure | null
  resets: number
}

export const openAuthority = async (): Promise<Authority> => {
  let signer = await logSigner('log')
  let frontier: Frontier = EMPTY_FRONTIER
  let nodes = new Map<string, Uint8Array>()
  let head: SignedHead | null = null
  const pages: { rows: readonly Row[]; removals: readonly { kind: Row['kind']; id: string }[] }[] = []
  const grow = (entries: readonly string[]): void => {
    for (const entry of entries) {
      const step = appendLeaf(frontier, leafHash(utf8(entry)))
      frontier = step.frontier
      for (const node of step.newNodes) nodes.set(`${node.level}/${node.index}`, node.hash)
    }
    head = null
  }
  const signedHead = async (): Promise<SignedHead> => {
    head ??= await signHead({ v: 1, logId: 'log-1', size: frontier.size, root: toHex(rootOf(frontier)), issuedAt: at }, signer)
    return head
  }
  const authority: Authority = {
    certificate: toBase64(signer.certificate),
    received: [], uploads: [], failure: null, resets: 0, grow,
    rewrite: (entries) => {
      frontier = EMPTY_FRONTIER
      nodes = new Map()
      grow(entries)
    },
    signWith: (other) => {
      signer = other
      head = null
    },
    publish: (rows, removals = []) => { pages.push({ rows, removals }) },
    answer: (commands) => ({
      results: commands.map((command): CommandResult => ({ commandId: command.commandId, deviceSeq: command.deviceSeq, receivedAt: at, status: 'accepted', record: null })),
      stopped: null,
    }),
    transport: {
      hello: async () => ({ ok: false, failure: { kind: 'offline' } }),
      push: async ({ commands }) => {
        if (authority.failure !== null) return { ok: false, failure: authority.failure }
        authority.received.push([...commands])
        return { ok: true, value: { ...authority.answer(commands), serverTime: at } as never }
      },
      pull: async ({ cursor }) => {
        if (authority.failure !== null) return { ok: false, failure: authority.failure }
        if (authority.resets > 0) {
          authority.resets -= 1
          return { ok: true, value: { reset: true, serverTime: at } }
        }
        const from = cursor === null ? 0 : Number(cursor)
        const page = pages[from]
        const value: PullResponse = {
          reset: false, changes: page?.rows ?? [], removals: page?.removals ?? [], cursor: String(page === undefined ? from : from + 1),
          hasMore: from + 1 < pages.length, head: await signedHead(), serverTime: at,
        }
        return { ok: true, value }
      },
      consistency: async (from, to) => ({
        ok: true, value: { nodes: (consistencyProof(from, to, (level, index) => nodes.get(`${level}/${index}`)) ?? []).map(toHex) },
      }),
      viewDigest: async () => ({ ok: true, value: { count: -1, hash: '' } }),
      uploadBlob: async (hash) => {
        authority.uploads.push(hash)
        return { ok: true, value: null }
      },
    },
  }
  return authority
}

/** A journal in memory that outlives the engine, as the host's file does. */
export const memoryJournal = (): JournalPort & { readonly committed: Command[] } => {
  const committed: Command[] = []
  const pending = new Map<string, Command>()
  return {
    committed,
    commit: async (draft) => {
      const command = asCommand({ schema: 'wenshu.command/1', deviceId: 'device-1', deviceSeq: committed.length + 1, ...draft, signature: '3006020101020101' } as never)
      committed.push(command)
      pending.set(command.commandId, command)
      return command
    },
    pending: async () => [...pending.values()],
    acknowledge: async (ids) => { for (const id of ids) pending.delete(id) },
  }
}

export const directory = [
  { type: 'OrganRegistered' as const, organ: { id: 'office', name: '某办公厅', shortName: '某办', mark: '某办发', fonds: 'Z001', unitCode: 'BGS' } },
  { type: 'PersonRegistered' as const, person: { id: 'drafter', name: '其其格', organId: 'office', title: '', roles: ['drafter'] as const } },
].reduce((state, event) => evolveDirectory(state, event as never), emptyDirectory)

export const directoryRow: Row = { kind: 'directory', id: 'directory', version: directory.version, schema: 1, data: directory }
