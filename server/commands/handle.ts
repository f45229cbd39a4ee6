/** One command, one transaction (P3). */
import { audienceOf, followUp, issuedBlobsOf, type DocumentState } from '#core/route'
import type { Directory } from '#core/access'
import type { DocumentContent } from '#core/document'
import { canonicalText, encodeCanonical, NotCanonicalError, type CanonicalValue } from '#core/formats'
import { sm3Hex } from '#core/crypto'
import { linkRecord, type EventRecord } from '#core/ledger'
import { aggregateOf, commandHash, commandHolds, unsigned, type Command, type CommandResult, type PushStop, type Row } from '#core/sync'
import { auditPart } from '../audit/index.ts'
import { fileHashesOf, loadBody } from '../bodies/index.ts'
import { blobRefParts, mayRead } from '../blobs/index.ts'
import { together, type Part, type Queryable } from '../db/index.ts'
import { cursorAge, everyone, feedParts } from '../feed/index.ts'
import { jobPart } from '../jobs/index.ts'
import { appendRecords } from '../ledger/index.ts'
import { documentRow, localDate, recordRow } from '../records/index.ts'
import type { Ahead } from './ahead.ts'
import { blobsNeeded, isDocumentCommand, judgeDirectory, judgeDocument, judgeRoutes, type Verdict } from './judge.ts'
import type { CommandServices } from './ports.ts'

/** Where a command comes from: a session's device, or the installation itself, which signs what it does in its turn. */
export type Source =
  | { readonly kind: 'received'; readonly command: Command; readonly personId: string; readonly deviceId: string; readonly address: string }
  | { readonly kind: 'system'; readonly sign: (deviceSeq: number) => Promise<Command> }

export type Handled =
  | { readonly kind: 'result'; readonly result: CommandResult; readonly audience: readonly string[] }
  | { readonly kind: 'stop'; readonly stop: PushStop }

const lookAround = async (services: CommandServices, tx: Queryable, command: Command, now: string) => {
  const asked = Promise.all([
    tx.query<Stored>('select id, device, payload_hash, status, result from command where id = any($1::text[])', [[command.commandId, ...command.dependsOn]]),
    services.records.surroundings(tx, command.actor, now),
    isDocumentCommand(command.payload) ? services.records.document(tx, command.payload.documentId, 'lock') : null,
  ])
  asked.catch(() => undefined)
  const [stored, surroundings, document] = await asked
  return { stored, surroundings, document }
}

type Device = { readonly person: string; readonly public_key: string; readonly status: string; readonly last_seq: number }
type Stored = { readonly id: string; readonly device: string; readonly payload_hash: string; readonly status: string; readonly result: CommandResult }

const stop = (value: PushStop): Handled => ({ kind: 'stop', stop: value })

/** A text that the database or the ledger could not give back unchanged never gets in. */
const unstorable = (command: Command): string | null => {
  try {
    // In canonical text a zero character is an escape that no backslash precedes.
    if (/(?<!\\)(?:\\\\)*\\u0000/.test(canonicalText(command as unknown as CanonicalValue))) return '内容含有不允许的控制字符'
  } catch (error) {
    if (error instanceof NotCanonicalError) return '内容含有不合法的字符'
    throw error
  }
  const time = Date.parse(command.claimedAt)
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 19) !== command.claimedAt.slice(0, 19) ? '时间格式不正确' : null
}

/** S9: what is slow is done between two runs of the transaction. */
export const handle = (services: CommandServices, source: Source): Promise<Handled> =>
  services.withAhead((ahead) => services.db.transaction((tx) => handleIn(services, source, tx, ahead)))

const handleIn = async (services: CommandServices, source: Source, tx: Queryable, ahead: Ahead): Promise<Handled> => {
  const moment = services.clock()
  const now = moment.toISOString()
  const deviceId = source.kind === 'system' ? 'system' : source.deviceId
  const locked = tx.query<Device>('select person, public_key, status, last_seq from device where id = $1 for update', [deviceId])
  // Asked in one flight with the lock, behind which they wait: each sees what was committed before the lock was given.
  const flight = source.kind === 'system' ? null : lookAround(services, tx, source.command, now)
  // Whoever leaves before awaiting it (a revoked device, a database that is gone) must not leave a rejection that ends the process.
  flight?.catch(() => undefined)
  const [device] = await locked
  if (device === undefined || device.status !== 'active') return stop({ reason: 'device_revoked', detail: '本设备已被停用' })
  const command = source.kind === 'system' ? await source.sign(device.last_seq + 1) : source.command
  if (source.kind === 'received') {
    if (command.deviceId !== source.deviceId || command.actor !== source.personId || device.person !== source.personId || command.actor === 'system') {
      return stop({ reason: 'malformed', detail: '操作不属于当前登录的人员和设备' })
    }
    const problem = unstorable(command)
    if (problem !== null) return stop({ reason: 'malformed', detail: problem })
  }
  const { payload, commandId } = command
  const payloadHash = sm3Hex(encodeCanonical(unsigned(command) as unknown as CanonicalValue))
  const { stored, surroundings: { directory, routes, personalKeys }, document } = await (flight ?? lookAround(services, tx, command, now))
  const known = stored.find((row) => row.id === commandId)
  if (known !== undefined) return { kind: 'result', audience: [], result: await replay(services, tx, known, command, payloadHash, directory, now) }
  if (command.deviceSeq !== device.last_seq + 1) return stop({ reason: 'gap', expectedSeq: device.last_seq + 1 })
  if (!commandHolds(command, device.public_key)) return stop({ reason: 'bad_signature', detail: '设备签名验证不通过' })

  const contents = new Map<string, DocumentContent | null>()
  if (source.kind === 'received') {
    const missing: string[] = []
    for (const hash of blobsNeeded(payload)) {
      // Naming a hash must not open bytes that the sender could not read otherwise (I0).
      const has = async (wanted: string): Promise<boolean> =>
        (await services.blobs.has(wanted)) && (await mayRead(tx, directory, wanted, command.actor, now))
      if (!(await has(hash))) missing.push(hash)
      else {
        const content = await loadBody(services.blobs, hash)
        contents.set(hash, content)
        for (const file of fileHashesOf(content)) if (!(await has(file))) missing.push(file)
      }
    }
    if (missing.length > 0) return stop({ reason: 'blob_missing', hashes: missing })
  }

  const aggregate = aggregateOf(payload)
  let before: { state: unknown; last: EventRecord | null } | null
  let verdict: Verdict
  const broken = command.dependsOn.find((id) => (stored.find((row) => row.id === id)?.status ?? 'rejected') === 'rejected')
  if (isDocumentCommand(payload)) {
    before = document
    verdict = broken !== undefined || command.expected.id !== aggregate.id ? refusal(broken) : await judgeDocument(services, document?.state ?? null, payload, {
      actor: command.actor, deviceId: command.deviceId, commandId, claimedAt: command.claimedAt, now,
      viewAgeSeconds: source.kind === 'system' ? 0 : cursorAge(services.codec, command.actor, command.basedOn, moment),
      today: localDate(moment, services.timeZone), directory, routes,
      content: (hash) => contents.get(hash) ?? null,
      personalKeys: (personId) => (personId === command.actor ? personalKeys : []),
    }, { tx, ahead, commandId, actorName: directory.people[command.actor]?.name ?? '', now: moment })
  } else {
    const single = await services.records.single(tx, payload.type === 'route.publish' ? 'routes' : 'directory')
    before = single
    verdict = broken !== undefined || command.expected.id !== aggregate.id ? refusal(broken)
      : payload.type === 'route.publish' ? judgeRoutes(single.state as typeof routes, payload, command.actor, directory)
        : judgeDirectory(single.state as Directory, payload, command.actor, now)
  }

  const parts: Part[] = []
  let records: EventRecord[] = []
  let audience: string[] = []
  if (verdict.kind === 'events') {
    let last = before?.last ?? null
    const hash = commandHash(command)
    records = verdict.events.map(({ type, data }) => {
      last = linkRecord(last, {
        documentId: aggregate.id, type, data, actor: command.actor, deviceId: command.deviceId, commandId, commandHash: hash, claimedAt: command.claimedAt, receivedAt: now,
      })
      return last
    })
    parts.push(aggregatePart(aggregate.kind, aggregate.id, verdict.state, last, before?.last === null || before === null))
    if (aggregate.kind === 'document') {
      const state = verdict.state as DocumentState
      audience = [...audienceOf(state, directory, now).keys()]
      parts.push(...feedParts('document', state.id, audience), ...blobRefParts(state.id, refsOf(state, contents)))
      if (followUp(state) !== null) parts.push(jobPart('followUp', state.id, now))
      if (before !== null) audience = [...new Set([...audience, ...audienceOf(before.state as DocumentState, directory, now).keys()])]
    } else {
      audience = [everyone]
      parts.push(...feedParts(aggregate.kind, aggregate.id, audience))
      if (aggregate.kind === 'directory') parts.push(...audienceJobs(command, now))
    }
  }
  const outcome = resultOf(verdict)
  const result = { commandId, deviceSeq: command.deviceSeq, receivedAt: now, ...outcome, record: null } as CommandResult
  parts.push(
    {
      sql: 'insert into command (id, device, device_seq, payload_hash, type, status, result, body, received_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
      params: [commandId, deviceId, command.deviceSeq, payloadHash, payload.type, outcome.status, JSON.stringify(result), canonicalText(command as unknown as CanonicalValue), now],
    },
    { sql: 'update device set last_seq = $2 where id = $1', params: [deviceId, command.deviceSeq] },
    auditPart({
      at: now, actor: command.actor, device: deviceId, ...(source.kind === 'received' ? { address: source.address } : {}), action: payload.type,
      target: aggregate.id, outcome: outcome.status, detail: outcome.status === 'rejected' ? `${outcome.code} ${outcome.detail}` : '',
    }),
  )
  const write = together(parts)
  void tx.query(write.sql, write.params)
  if (records.length > 0) await appendRecords(tx, aggregate.kind, records)
  const standing = verdict.kind === 'events' ? verdict.state : before?.state
  const record = standing === undefined || standing === null ? null
    : view(aggregate, standing, aggregate.kind === 'directory' && verdict.kind === 'events' ? (verdict.state as Directory) : directory, command.actor, now)
  return { kind: 'result', audience, result: { ...result, record } }
}

const refusal = (broken: string | undefined): Verdict => broken !== undefined
  ? { kind: 'refused', code: 'depends_on_rejected', detail: '所依据的前一操作未被接受，本操作一并退回' }
  : { kind: 'refused', code: 'invalid_command', detail: '操作对象与所附版本不一致' }

type Outcome =
  | { readonly status: 'accepted' | 'adjusted' | 'noop' }
  | { readonly status: 'rejected'; readonly code: Extract<Verdict, { kind: 'refused' }>['code']; readonly detail: string; readonly standing?: string; readonly asked?: string }

const resultOf = (verdict: Verdict): Outcome => {
  switch (verdict.kind) {
    case 'events':
      return { status: verdict.adjusted ? 'adjusted' : 'accepted' }
    case 'noop':
      return { status: 'noop' }
    case 'refused': {
      const { kind: _kind, ...refused } = verdict
      return { status: 'rejected', ...refused }
    }
  }
}

/** P6: the answer of the first time, with the record as it stands for the sender now. */
const replay = async (
  services: CommandServices, tx: Queryable, known: Stored, command: Command, payloadHash: string, directory: Directory, now: string,
): Promise<CommandResult> => {
  if (known.device !== command.deviceId || known.payload_hash !== payloadHash) {
    return {
      commandId: command.commandId, deviceSeq: command.deviceSeq, receivedAt: now, status: 'rejected', code: 'idempotency_mismatch',
      detail: '同一操作编号下已有另一内容', record: null,
    }
  }
  const aggregate = aggregateOf(command.payload)
  const [row] = await tx.query<{ version: number; state: unknown }>('select version, state from aggregate where kind = $1 and id = $2', [aggregate.kind, aggregate.id])
  return { ...known.result, record: row === undefined ? null : recordRow({ ...aggregate, ...row }, directory, command.actor, now) }
}

const view = (aggregate: { kind: Row['kind']; id: string }, state: unknown, directory: Directory, personId: string, now: string): Row | null =>
  aggregate.kind === 'document'
    ? documentRow(state as DocumentState, directory, personId, now)
    : recordRow({ ...aggregate, version: (state as { version: number }).version, state }, directory, personId, now)

const aggregatePart = (kind: string, id: string, state: { readonly version: number }, last: EventRecord | null, isNew: boolean): Part => isNew
  // A race for the same new id fails on the key, and the loser's transaction is run again.
  ? { sql: 'insert into aggregate (kind, id, version, state, last_record) values ($1, $2, $3, $4, $5)', params: [kind, id, state.version, JSON.stringify(state), JSON.stringify(last)] }
  : { sql: 'update aggregate set version = $3, state = $4, last_record = $5 where kind = $1 and id = $2', params: [kind, id, state.version, JSON.stringify(state), JSON.stringify(last)] }

/** Everything that the record names now; files are reached through the content that carries them. */
const refsOf = (state: DocumentState, contents: ReadonlyMap<string, DocumentContent | null>): { hash: string; via: string }[] => {
  const own = issuedBlobsOf(state).map((hash) => ({ hash, via: hash }))
  for (const [hash, content] of contents) {
    own.push({ hash, via: hash }, ...fileHashesOf(content).map((file) => ({ hash: file, via: hash })))
  }
  return own
}

/** Roles and delegations change who sees what: that is worked out afterwards, and again when a delegation begins or ends. */
const audienceJobs = (command: Command, now: string): Part[] => {
  const { payload } = command
  switch (payload.type) {
    case 'directory.delegate': {
      const { since, until } = payload.delegation
      return [now, since, until].map((at, moment) => jobPart('audience', `${command.commandId}/${moment}`, at < now ? now : at))
    }
    case 'directory.changeRoles':
    case 'directory.registerPerson':
      return [jobPart('audience', command.commandId, now)]
    default:
      return []
  }
}
