/** The upward half of the engine: outbox → server (P3–P6 as seen from the client). */
import { requiredBlobs } from '#core/route'
import type { JournalPort, OutboxEntry, StoreMutation, StorePort, TransportFailure, TransportPort } from './ports.ts'
import { maxBatch } from './schema.ts'
import type { Command, CommandResult, PushResponse } from './wire.ts'

export type PushOutcome =
  | { readonly kind: 'done'; readonly pushed: number; readonly rejected: number }
  | { readonly kind: 'failed'; readonly failure: TransportFailure; readonly pushed: number; readonly rejected: number }

type PushPorts = {
  readonly store: StorePort
  readonly journal: JournalPort
  readonly transport: TransportPort
  /** applies mutations to store and cache */
  readonly commit: (mutations: readonly StoreMutation[]) => Promise<void>
  /** brings journal entries back that the store lost; returns how many */
  readonly recover: () => Promise<number>
}

const blobsNeeded = (command: Command): readonly string[] =>
  'documentId' in command.payload ? requiredBlobs(command.payload) : []

/** A record in a result is the sender's own newest projection: it replaces the base row unless the row is already newer. */
const settled = (command: Command, result: CommandResult): StoreMutation[] => {
  const mutations: StoreMutation[] = [{ remove: 'outbox', commandId: command.commandId }]
  if (result.record !== null) mutations.push({ put: 'row', row: result.record })
  if (result.status === 'rejected') mutations.push({ put: 'rejection', rejection: { command, result, seen: false } })
  return mutations
}

/** Only results that answer what was sent count; anything else is somebody's confusion and is left for the resend. */
const pairResults = (commands: readonly Command[], response: PushResponse): readonly (readonly [Command, CommandResult])[] => {
  const byId = new Map(commands.map((command) => [command.commandId, command]))
  return response.results.flatMap((result) => {
    const command = byId.get(result.commandId)
    return command === undefined || command.deviceSeq !== result.deviceSeq ? [] : [[command, result] as const]
  })
}

/** Sends the whole outbox in batches. Resending is harmless (P6), so every doubt ends in "leave it in the outbox". */
export const pushAll = async (ports: PushPorts): Promise<PushOutcome> => {
  const uploaded = new Set<string>()
  let pushed = 0
  let rejected = 0
  let recoveries = 0
  const failed = (failure: TransportFailure): PushOutcome => ({ kind: 'failed', failure, pushed, rejected })
  for (;;) {
    const entries: readonly OutboxEntry[] = (await ports.store.outbox()).slice(0, maxBatch)
    if (entries.length === 0) return { kind: 'done', pushed, rejected }
    const commands = entries.map((entry) => entry.command)
    for (const hash of new Set(commands.flatMap(blobsNeeded))) {
      if (uploaded.has(hash)) continue
      const answer = await ports.transport.uploadBlob(hash)
      if (!answer.ok) return failed(answer.failure)
      uploaded.add(hash)
    }
    const answer = await ports.transport.push({ commands })
    if (!answer.ok) return failed(answer.failure)
    const pairs = pairResults(commands, answer.value)
    // The store first, the journal after: a crash between them re-sends, and the server answers from its memory.
    await ports.commit(pairs.flatMap(([command, result]) => settled(command, result)))
    await ports.journal.acknowledge(pairs.map(([command]) => command.commandId))
    pushed += pairs.length
    rejected += pairs.filter(([, result]) => result.status === 'rejected').length
    const { stopped } = answer.value
    if (stopped === null) {
      if (pairs.length === 0) return failed({ kind: 'garbage', detail: '服务器没有回答所发送的命令' })
      continue
    }
    switch (stopped.reason) {
      case 'gap': {
        // The server waits for a lower number than our first: the journal may hold what IndexedDB lost.
        const first = (await ports.store.outbox())[0]?.command.deviceSeq
        const restored = first !== undefined && stopped.expectedSeq < first ? await ports.recover() : 0
        recoveries += 1
        if (restored === 0 && pairs.length === 0 || recoveries > 3) {
          return failed({ kind: 'server', status: 409, code: 'gap', message: `服务器等待第${stopped.expectedSeq}号命令` })
        }
        break
      }
      case 'blob_missing': {
        // The server reads the contents and so also asks for the files that they name (附件), which no command lists.
        if (stopped.hashes.every((hash) => uploaded.has(hash))) recoveries += 1
        for (const hash of stopped.hashes) {
          const sent = await ports.transport.uploadBlob(hash)
          if (!sent.ok) return failed(sent.failure)
          uploaded.add(hash)
        }
        if (recoveries > 3) return failed({ kind: 'server', status: 409, code: 'blob_missing', message: '附件或正文未能上传' })
        break
      }
      case 'device_revoked':
        return failed({ kind: 'deviceRevoked' })
      case 'bad_signature':
      case 'malformed':
        return failed({ kind: 'server', status: 400, code: stopped.reason, message: stopped.detail })
    }
  }
}
