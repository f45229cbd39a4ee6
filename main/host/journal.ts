/**
 * The outbox journal (待发日志), P2: the host's own copy of unsent work, which outlives the browser's database. It hands out
 * `deviceSeq` and signs, so that two windows of one profile stay one device. Encrypted, append-only; what was acknowledged
 * is marked, and now and then the file is rewritten without it.
 */
import { dirname, join } from 'node:path'
import { signCanonical, type MessageSigner } from '#core/crypto'
import { canonicalText, decodeCanonical, encodeCanonical, type CanonicalValue } from '#core/formats'
import { commandContext, commandSchema, asCommand, type Command, type CommandDraft, type UnsignedCommand } from '#core/sync'
import { openBox, sealBox } from '#keys'
import type { Disk } from './disk.ts'
import { scanFrames, writeFrame, type Frame } from './frames.ts'
import { createTurns } from './turns.ts'

type JournalRecord =
  /** state at the last rewriting: the next number, and the commands that were acknowledged lately */
  | { readonly t: 'base'; readonly nextSeq: number; readonly done: readonly string[] }
  | { readonly t: 'command'; readonly command: Command }
  | { readonly t: 'done'; readonly ids: readonly string[] }

/** What was found unreadable when the journal was opened. `copy`: where the unreadable file is kept. */
export type JournalDamage = { readonly lost: number; readonly kept: number; readonly copy: string | null }

export type Journal = {
  /** Numbers, signs, writes, syncs. The same commandId again gives the same command. `conflict`: the id stands for something else already. */
  readonly commit: (draft: CommandDraft) => Promise<Command | 'conflict'>
  readonly pending: () => readonly Command[]
  readonly acknowledge: (commandIds: readonly string[]) => Promise<void>
  readonly damage: JournalDamage | null
}

export type JournalOptions = {
  readonly disk: Disk
  readonly path: string
  /** 32 bytes */
  readonly key: Uint8Array
  readonly deviceId: string
  readonly signer: MessageSigner
}

const about = 'wenshu.journal/1'
/** Ids of acknowledged commands that are remembered, so that a late repeat does not become a second command. */
const remembered = 2000
const rewriteAfter = 256

const read = (key: Uint8Array, frame: Frame): JournalRecord | null => {
  const plain = openBox(key, frame.payload, about)
  const value = plain === null ? null : decodeCanonical(plain)
  return value === null || !value.ok ? null : (value.value as unknown as JournalRecord)
}

const draftOf = ({ commandId, actor, payload, expected, dependsOn, basedOn, claimedAt }: Omit<UnsignedCommand, 'schema' | 'deviceId' | 'deviceSeq'>): string =>
  canonicalText({ commandId, actor, payload, expected, dependsOn, basedOn, claimedAt } as unknown as CanonicalValue)

export const openJournal = async ({ disk, path, key, deviceId, signer }: JournalOptions): Promise<Journal> => {
  const known = new Map<string, Command>()
  const open = new Set<string>()
  let done: string[] = []
  let nextSeq = 1
  let end = 0
  let closedRecords = 0
  const inTurn = createTurns()

  const apply = (record: JournalRecord): void => {
    switch (record.t) {
      case 'base':
        nextSeq = Math.max(nextSeq, record.nextSeq)
        done = [...record.done]
        break
      case 'command':
        known.set(record.command.commandId, record.command)
        open.add(record.command.commandId)
        nextSeq = Math.max(nextSeq, record.command.deviceSeq + 1)
        break
      case 'done':
        for (const id of record.ids) if (open.delete(id)) done.push(id)
        closedRecords += record.ids.length
        break
    }
  }

  const frameOf = (record: JournalRecord, number: number): Uint8Array =>
    writeFrame(number, sealBox(key, encodeCanonical(record as unknown as CanonicalValue), about))

  const pending = (): readonly Command[] => [...open].map((id) => known.get(id)!).sort((a, b) => a.deviceSeq - b.deviceSeq)

  const rewrite = async (): Promise<void> => {
    const base: JournalRecord = { t: 'base', nextSeq, done: done.slice(-remembered) }
    const frames = [frameOf(base, nextSeq - 1), ...pending().map((command) => frameOf({ t: 'command', command }, command.deviceSeq))]
    const whole = Buffer.concat(frames)
    await disk.replace(path, whole)
    end = whole.length
    closedRecords = 0
    for (const id of known.keys()) if (!open.has(id)) known.delete(id)
  }

  const recover = async (): Promise<JournalDamage | null> => {
    const bytes = await disk.read(path)
    if (bytes === null) return null
    const scan = scanFrames(bytes)
    end = scan.end
    let lost = scan.damaged.length
    for (const frame of scan.frames) {
      const record = read(key, frame)
      if (record === null) lost++
      else apply(record)
      nextSeq = Math.max(nextSeq, frame.number + 1)
    }
    // A number that was given to a last record now unreadable must not be given again: the server may know it. Only the number
    // that was next is believed: a flipped bit in it would open a gap that the server waits behind for ever.
    for (const { numbers } of scan.damaged) for (const number of numbers) if (number === nextSeq) nextSeq++
    if (lost === 0) return null
    const names = await disk.names(dirname(path))
    const copy = `journal.damaged-${names.filter((name) => name.startsWith('journal.damaged-')).length + 1}`
    try {
      await disk.replace(join(dirname(path), copy), bytes)
      await rewrite()
      return { lost, kept: open.size, copy }
    } catch {
      // No room for the copy: the file stays as it is, and new records go behind the damage.
      return { lost, kept: open.size, copy: null }
    }
  }

  const append = async (record: JournalRecord, number: number): Promise<void> => {
    const frame = frameOf(record, number)
    await disk.append(path, end, frame)
    end += frame.length
  }

  const damage = await recover()
  return {
    damage,
    pending,
    commit: (draft) => inTurn(async () => {
      const same = known.get(draft.commandId)
      if (same !== undefined) return draftOf(same) === draftOf(draft) ? same : 'conflict'
      if (done.includes(draft.commandId)) return 'conflict'
      const body = { schema: 'wenshu.command/1', deviceId, deviceSeq: nextSeq, ...draft } as UnsignedCommand
      const signature = await signCanonical(body as unknown as CanonicalValue, commandContext, signer)
      const command = asCommand(commandSchema.parse({ ...body, signature }))
      await append({ t: 'command', command }, command.deviceSeq)
      apply({ t: 'command', command })
      return command
    }),
    acknowledge: (commandIds) => inTurn(async () => {
      const ids = commandIds.filter((id) => open.has(id))
      if (ids.length === 0) return
      await append({ t: 'done', ids }, nextSeq - 1)
      apply({ t: 'done', ids })
      // Rewriting only saves room: when the disk has none for it, the marks above are enough.
      if (closedRecords >= rewriteAfter) await rewrite().catch(() => undefined)
    }),
  }
}

