/** What must hold after the network is whole again (收敛性检查). Each function throws with the first thing that does not. */
import { evolve, type DocumentEvent, type DocumentState } from '#core/route'
import type { EventRecord } from '#core/ledger'
import { createEngine, digestRows, memoryStore, type Row, type StorePort } from '#core/sync'
import { canonicalText, type CanonicalValue } from '#core/formats'
import type { Person } from './client.ts'
import { calm } from './wire.ts'

export type Sql = (text: string, params?: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>

const fail = (what: string): never => { throw new Error(what) }

/** Everyone online on a calm line, until nothing moves any more. */
export const settle = async (people: readonly Person[]): Promise<void> => {
  for (const person of people) {
    person.line.setOnline(true)
    person.line.setFaults(calm)
  }
  for (const person of people) await person.line.deliverLate()
  for (let round = 0; round < 20; round += 1) {
    let quiet = true
    for (const person of people) {
      const outcome = await person.engine().sync()
      if (outcome.kind === 'forked') fail(`${person.identity.personId} sees a fork: ${outcome.detail}`)
      if (outcome.kind !== 'done') fail(`${person.identity.personId} cannot sync on a calm line: ${JSON.stringify(outcome)}`)
      if (outcome.kind === 'done' && outcome.pushed + outcome.pulled > 0) quiet = false
    }
    if (quiet) return
  }
  fail('the clients never come to rest')
}

const allRows = async (store: StorePort): Promise<readonly Row[]> =>
  [...await store.rows('directory'), ...await store.rows('routes'), ...await store.rows('document')]

/** Every client's projection equals the server's for its audience: by digest, and row by row against a client that starts from nothing. */
export const projectionsEqual = async (people: readonly Person[]): Promise<void> => {
  for (const person of people) {
    const { personId, deviceId } = person.identity
    if ((await person.store().outbox()).length > 0) fail(`${personId} still has unsent commands`)
    const rows = await allRows(person.store())
    const theirs = await person.line.viewDigest()
    if (!theirs.ok) return fail(`${personId} gets no digest`)
    const ours = digestRows(rows)
    if (ours.hash !== theirs.value.hash) fail(`${personId} holds ${ours.count} rows, the server says ${theirs.value.count}: ${JSON.stringify(rows.map((row) => `${row.kind}/${row.id}/${row.version}`))}`)
    const fresh = memoryStore()
    const outcome = await createEngine({
      store: fresh, journal: { commit: () => fail('reads only'), pending: async () => [], acknowledge: async () => undefined }, transport: person.line,
      heads: { holds: () => true }, personId, deviceId, now: () => new Date(0).toISOString(), entropy: (length) => new Uint8Array(length),
      content: () => null, personalKeys: () => [],
    }).sync()
    if (outcome.kind !== 'done') fail(`${personId}: a fresh client cannot pull`)
    const text = (list: readonly Row[]): string => canonicalText([...list].sort((a, b) => a.id < b.id ? -1 : 1) as unknown as CanonicalValue)
    if (text(rows) !== text(await allRows(fresh))) fail(`${personId}'s rows differ from the server's`)
  }
}

/** No accepted command is lost or applied twice, every rejected one has a reason, and nothing is recorded that nobody asked for. */
export const commandsAccounted = async (people: readonly Person[], query: Sql): Promise<{ readonly accepted: number; readonly rejected: number }> => {
  const results = new Map((await query('select id, device_seq, status, result from command')).map((row) => [String(row['id']), row]))
  const records = (await query('select record from ledger_entry order by log_index')).map((row) => JSON.parse(String(row['record'])) as EventRecord)
  const effects = new Map<string, number>()
  for (const record of records) effects.set(record.commandId, (effects.get(record.commandId) ?? 0) + 1)
  let accepted = 0
  let rejected = 0
  const known = new Set<string>()
  for (const person of people) {
    for (const command of person.committed) {
      known.add(command.commandId)
      const row = results.get(command.commandId) ?? fail(`${command.payload.type} ${command.commandId} of ${person.identity.personId} is lost`)
      if (Number(row['device_seq']) !== command.deviceSeq) fail(`${command.commandId} was stored under another number`)
      const events = effects.get(command.commandId) ?? 0
      const result = row['result'] as { code?: string; detail?: string }
      switch (row['status']) {
        case 'accepted':
        case 'adjusted':
          accepted += 1
          if (events === 0) fail(`accepted ${command.payload.type} left no event`)
          break
        case 'noop':
          if (events !== 0) fail(`no-op ${command.payload.type} left events`)
          break
        case 'rejected':
          rejected += 1
          if (events !== 0) fail(`rejected ${command.payload.type} left events`)
          if (!result.code || !result.detail) fail(`rejected ${command.payload.type} has no reason: ${JSON.stringify(result)}`)
          break
        default: fail(`unknown result ${String(row['status'])}`)
      }
    }
  }
  // Doubling would show as two equal events of one command in one document's history.
  const seen = new Set<string>()
  for (const record of records) {
    const key = `${record.commandId}/${record.documentId}/${record.type}/${canonicalText(record.data)}`
    if (seen.has(key) && known.has(record.commandId)) fail(`event ${record.type} of ${record.commandId} is recorded twice`)
    seen.add(key)
  }
  return { accepted, rejected }
}

/** The server's records are what its own events make of them, and each history is an unbroken chain of positions. */
export const recordsFollowEvents = async (query: Sql): Promise<void> => {
  const histories = new Map<string, EventRecord[]>()
  for (const row of await query("select id, record from ledger_entry where kind = 'document' order by id, record_index")) {
    const id = String(row['id'])
    histories.set(id, [...(histories.get(id) ?? []), JSON.parse(String(row['record'])) as EventRecord])
  }
  for (const row of await query("select id, state from aggregate where kind = 'document'")) {
    const history = histories.get(String(row['id'])) ?? fail(`document ${String(row['id'])} has no events`)
    history.forEach((record, index) => { if (record.index !== index) fail(`history of ${record.documentId} has a hole at ${index}`) })
    const state = history.reduce<DocumentState | null>((current, record) => evolve(current, eventOf(record), record.receivedAt), null)
    if (canonicalText(state as unknown as CanonicalValue) !== canonicalText(row['state'] as CanonicalValue)) fail(`record ${String(row['id'])} is not what its events say`)
  }
}

const eventOf = (record: EventRecord): DocumentEvent => ({ type: record.type, ...(record.data as object) }) as DocumentEvent
