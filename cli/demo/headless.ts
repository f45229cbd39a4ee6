/** A client without a screen (无界面客户端): the same host, journal, engine and rules as the window, driven by a script. */
import { randomBytes } from 'node:crypto'
import { readCertificate, sm3Hex } from '#core/crypto'
import { DesktopCallError, desktopJournal, desktopTransport, type Desktop, type MethodInput, type MethodName, type MethodOutput } from '#core/desktop'
import { frozenBytes, readFrozen, type DocumentContent } from '#core/document'
import { fromBase64, toHex, type CanonicalValue } from '#core/formats'
import {
  standingRevision, stateApproval, tasksFor, type DocumentState, type PersonalKey, type Refusal, type Statement, type StatementSignature, type Task,
} from '#core/route'
import { createEngine, memoryStore, pinnedHeads, type Command, type CommandBody, type Engine, type Projection, type Rejection } from '#core/sync'
import { layoutBytes, typeset, type FontSet } from '#core/typeset'

export type Headless = {
  readonly personId: string
  readonly desktop: Desktop
  readonly engine: Engine
  readonly call: <M extends MethodName>(method: M, input: MethodInput<M>, body?: Uint8Array) => Promise<MethodOutput<M>>
  readonly projection: () => Promise<Projection>
  readonly document: (id: string) => Promise<DocumentState>
  readonly task: <K extends Task['kind']>(id: string, kind: K) => Promise<Extract<Task, { kind: K }>>
  /** Refusals by this device's rules throw `Refused`. */
  readonly submit: (body: CommandBody) => Promise<Command>
  /** Sends and fetches; throws when the server cannot be reached. */
  readonly sync: () => Promise<void>
  /** Texts of everything that waits for this person, for work without a network. */
  readonly prefetch: () => Promise<void>
  readonly rejections: () => Promise<readonly Rejection[]>
  readonly putContent: (content: DocumentContent) => Promise<string>
  readonly content: (hash: string) => Promise<DocumentContent>
  readonly sign: (statement: Statement, pin: string) => Promise<StatementSignature>
  /** Renders the standing revision, signs exactly that, and submits. */
  readonly approve: (documentId: string, opinion: string, pin: string | null) => Promise<Command>
  readonly now: () => string
}

export class Refused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(`${refusal.code}：${refusal.detail}`)
    this.name = 'Refused'
    this.refusal = refusal
  }
}

export const openHeadless = async (options: {
  readonly desktop: Desktop
  readonly account: string
  readonly password: string
  readonly fonts: FontSet
  readonly now: () => string
}): Promise<Headless> => {
  const { desktop, now } = options
  const call: Headless['call'] = async (method, input, body) => {
    const result = await desktop.call(method, input, body)
    if (!result.ok) throw new DesktopCallError(result.error)
    return result.value
  }
  const session = await call('session.signIn', { account: options.account, password: options.password })
  const contents = new Map<string, DocumentContent>()
  /** from the certificate that came with the last signature; local rules check it like the server does */
  let ownKey: PersonalKey | null = null
  const engine = createEngine({
    store: memoryStore(), journal: desktopJournal(desktop), transport: desktopTransport(desktop), heads: pinnedHeads(session.logCertificate),
    personId: session.personId, deviceId: session.deviceId, now, entropy: (length) => randomBytes(length),
    content: (hash) => contents.get(hash) ?? null,
    personalKeys: (person) => person === session.personId && ownKey !== null ? [ownKey] : [],
  })
  await engine.recover()

  const document = async (id: string): Promise<DocumentState> => {
    const found = (await engine.projection()).documents.get(id)
    if (found === undefined) throw new Error(`${session.personId} 看不到公文 ${id}`)
    return found.state
  }
  const task: Headless['task'] = async (id, kind) => {
    const state = await document(id)
    const found = tasksFor(state, (await engine.projection()).directory, session.personId, now()).find((candidate) => candidate.kind === kind)
    if (found === undefined) throw new Error(`${session.personId} 没有待办“${kind}”（公文状态：${state.status}）`)
    return found as never
  }
  const submit = async (body: CommandBody): Promise<Command> => {
    const result = await engine.submit(body)
    if (!result.ok) throw new Refused(result.error)
    return result.value
  }
  const bytesOf = (hash: string): Promise<Uint8Array> => call('blobs.read', { hash })
  const content = async (hash: string): Promise<DocumentContent> => {
    const known = contents.get(hash)
    if (known !== undefined) return known
    const read = readFrozen(await bytesOf(hash))
    if (!read.ok) throw new Error(`内容 ${hash.slice(0, 8)} 无法读取：${read.error.message}`)
    contents.set(hash, read.value)
    return read.value
  }
  const sign = async (statement: Statement, pin: string): Promise<StatementSignature> => {
    const signed = await call('keys.sign', { pin, statement: statement as unknown as CanonicalValue as never })
    const der = fromBase64(signed.certificate)
    const certificate = der.ok ? readCertificate(der.value) : der
    if (certificate.ok && certificate.value.publicKey.algorithm === 'sm2') ownKey = { publicKey: toHex(certificate.value.publicKey.point), certificate: null }
    return { statement, ...signed }
  }

  /** What waits for this person is fetched while there is a network, as the window does: the next decision may be made without one. */
  const prefetch = async (): Promise<void> => {
    const { documents, directory } = await engine.projection()
    for (const { state } of documents.values()) {
      const revision = standingRevision(state)
      if (revision !== null && tasksFor(state, directory, session.personId, now()).length > 0) await content(revision.hash)
    }
  }

  return {
    personId: session.personId, desktop, engine, call, document, task, submit, content, sign, now,
    projection: () => engine.projection(),
    sync: async () => {
      const outcome = await engine.sync()
      if (outcome.kind !== 'done') throw new Error(`${session.personId} 同步未完成：${JSON.stringify(outcome)}`)
      await prefetch()
    },
    prefetch,
    rejections: async () => (await engine.projection()).rejections,
    putContent: async (value) => {
      const bytes = frozenBytes(value)
      const hash = sm3Hex(bytes)
      await call('blobs.put', { hash }, bytes)
      contents.set(hash, value)
      return hash
    },
    approve: async (documentId, opinion, pin) => {
      const state = await document(documentId)
      const { branch, stepId } = await task(documentId, 'decide')
      const revision = standingRevision(state)
      if (revision === null) throw new Error('公文尚未形成定稿')
      const bytes = await bytesOf(revision.hash)
      const read = readFrozen(bytes)
      if (!read.ok) throw new Error(read.error.message)
      const layout = typeset(read.value, null, options.fonts)
      const stated = stateApproval(
        state, { bytes, pages: layout.pages.length, layoutHash: sm3Hex(layoutBytes(layout)), fontSet: options.fonts.id },
        { stepId, branchId: branch.id, opinion, person: session.personId, claimedAt: now() },
      )
      if (!stated.ok) throw new Error(stated.error.message)
      const { statement } = stated.value
      return submit({
        type: 'step.agree', documentId, stepId, branchId: branch.id, opinion, sawHash: statement.sawHash,
        signature: pin === null ? null : await sign(statement, pin),
      })
    },
  }
}
