/** A client in a few lines, for suites that speak to a server: one person on one device, with keys of its own. */
import { randomBytes } from 'node:crypto'
import type { Directory } from '#core/access'
import { sm2KeyPair, sm2MessageSigner, sm3Hex, signCanonical } from '#core/crypto'
import { emptyContent, frozenBytes, type DocumentContent } from '#core/document'
import { toHex, type CanonicalValue } from '#core/formats'
import { standingSawHash, stateSeal, statementContext, standingRevision, type DocumentState, type SealPosition, type Statement, type StatementSignature } from '#core/route'
import {
  aggregateOf, commandContext, enrolKeyContext, refreshContext, signInContext,
  type Command, type CommandBody, type CommandResult, type PullResponse, type PushResponse, type Row, type SealEntry, type Session, type UnsignedCommand,
} from '#core/sync'

export const password = 'Wenshu-demo-2026'

const entropy = (length: number): Uint8Array => randomBytes(length)
const json = (value: unknown): CanonicalValue => JSON.parse(JSON.stringify(value)) as CanonicalValue

export type Reply = { readonly status: number; readonly body: unknown; readonly headers: Headers }

export const uuid = (): string => {
  const hex = randomBytes(16).toString('hex')
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(1, 4)}-9${hex.slice(5, 8)}-${hex.slice(8, 20)}`
}

export const sampleContent = (title: string): DocumentContent => ({
  ...emptyContent({ kind: '通知', organName: '内蒙古自治区人民政府办公厅', title }),
  recipients: ['各盟行政公署、市人民政府'], body: [{ kind: 'paragraph', level: 0, number: null, text: '现将有关事项通知如下。' }],
})

export class TestClient {
  readonly url: string
  readonly person: string
  readonly deviceId: string
  readonly #device = sm2KeyPair(entropy)
  readonly #personal = sm2KeyPair(entropy)
  session: Session | null = null
  personalCertificate: string | null = null
  nextSeq = 1
  cursor: string | null = null
  readonly rows = new Map<string, Row>()
  /** awaited before each pull; see feedReady of the contract region */
  ready: () => Promise<void> = () => Promise.resolve()

  constructor(url: string, person: string, deviceId = `dev-${person}-${randomBytes(4).toString('hex')}`) {
    this.url = url
    this.person = person
    this.deviceId = deviceId
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const raw = body instanceof Uint8Array || typeof body === 'string'
    const response = await fetch(this.url + path, {
      method,
      headers: {
        'wenshu-wire': '1', ...(this.session === null ? {} : { authorization: `Bearer ${this.session.accessToken}` }),
        ...(body === undefined ? {} : { 'content-type': body instanceof Uint8Array ? 'application/octet-stream' : 'application/json' }), ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? (body as BodyInit) : JSON.stringify(body) }),
    })
    const text = await response.text()
    let value: unknown = text
    try {
      value = JSON.parse(text)
    } catch {
      // bytes
    }
    return { status: response.status, body: value, headers: response.headers }
  }

  async signInRequest(secret = password): Promise<Record<string, unknown>> {
    const claim = { account: this.person, deviceId: this.deviceId, devicePublicKey: toHex(this.#device.publicKey), at: new Date().toISOString() }
    const proof = await signCanonical(claim, signInContext, sm2MessageSigner(this.#device.privateKey, entropy))
    return { ...claim, password: secret, deviceName: '测试设备', proof }
  }

  async signIn(): Promise<this> {
    const reply = await this.call('POST', '/v1/session', await this.signInRequest())
    if (reply.status !== 200) throw new Error(`sign-in of ${this.person}: ${reply.status} ${JSON.stringify(reply.body)}`)
    this.session = reply.body as Session
    return this
  }

  async refresh(token = this.session?.refreshToken ?? ''): Promise<Reply> {
    const claim = { refreshToken: token, deviceId: this.deviceId, at: new Date().toISOString() }
    const proof = await signCanonical(claim, refreshContext, sm2MessageSigner(this.#device.privateKey, entropy))
    const reply = await this.call('POST', '/v1/session/refresh', { ...claim, proof })
    if (reply.status === 200) this.session = reply.body as Session
    return reply
  }

  async enrolKey(): Promise<Reply> {
    const claim = { personId: this.person, publicKey: toHex(this.#personal.publicKey), at: new Date().toISOString() }
    const proof = await signCanonical(claim, enrolKeyContext, sm2MessageSigner(this.#personal.privateKey, entropy))
    const reply = await this.call('POST', '/v1/keys', { publicKey: claim.publicKey, at: claim.at, proof })
    if (reply.status === 200) this.personalCertificate = (reply.body as { certificate: string }).certificate
    return reply
  }

  async sign(statement: Statement): Promise<StatementSignature> {
    const signature = await signCanonical(json(statement), statementContext, sm2MessageSigner(this.#personal.privateKey, entropy))
    return { statement, signature, certificate: this.personalCertificate ?? '' }
  }

  /** The statement for sealing what this client holds of the document, signed (用印声明): by the rule of the pages, or at `place`. */
  async sealOrder(id: string, sealId = 'nmg-bgt-seal', place?: SealPosition): Promise<StatementSignature> {
    const register = (await this.call('GET', '/v1/seals')).body as { readonly seals?: readonly SealEntry[] }
    const diameter = (register.seals?.find((seal) => seal.id === sealId)?.diameterMm ?? 42) * 1000
    const statement = stateSeal(this.state(id), {
      purpose: 'issue', sealId, person: this.person, organId: this.organId(), claimedAt: new Date().toISOString(), diameter, ...(place === undefined ? {} : { place }),
    })
    if (statement === null) throw new Error(`${id} is not composed`)
    return this.sign(statement)
  }

  /** A signed command with the next number of this device. */
  async command(payload: CommandBody, more: Partial<UnsignedCommand> = {}): Promise<Command> {
    const aggregate = aggregateOf(payload)
    const command: UnsignedCommand = {
      schema: 'wenshu.command/1', commandId: uuid(), deviceId: this.deviceId, deviceSeq: this.nextSeq++, actor: this.person, payload,
      expected: { id: aggregate.id, version: this.rows.get(aggregate.id)?.version ?? 0 }, dependsOn: [], basedOn: this.cursor, claimedAt: new Date().toISOString(), ...more,
    }
    return { ...command, signature: await signCanonical(json(command), commandContext, sm2MessageSigner(this.#device.privateKey, entropy)) }
  }

  async push(...commands: readonly unknown[]): Promise<PushResponse> {
    const reply = await this.call('POST', '/v1/push', { commands })
    if (reply.status !== 200) throw new Error(`push: ${reply.status} ${JSON.stringify(reply.body)}`)
    return reply.body as PushResponse
  }

  /** One command through to its result; throws when the server stopped. */
  async send(payload: CommandBody, more: Partial<UnsignedCommand> = {}): Promise<CommandResult> {
    const response = await this.push(await this.command(payload, more))
    const [result] = response.results
    if (result === undefined) throw new Error(`stopped: ${JSON.stringify(response.stopped)}`)
    return result
  }

  async page(limit = 500): Promise<PullResponse> {
    const reply = await this.call('POST', '/v1/pull', { cursor: this.cursor, limit })
    if (reply.status !== 200) throw new Error(`pull: ${reply.status} ${JSON.stringify(reply.body)}`)
    return reply.body as PullResponse
  }

  async pull(limit = 500): Promise<this> {
    await this.ready()
    for (;;) {
      const page = await this.page(limit)
      if (page.reset) {
        this.cursor = null
        this.rows.clear()
        continue
      }
      for (const row of page.changes) this.rows.set(row.id, row)
      for (const { id } of page.removals) this.rows.delete(id)
      this.cursor = page.cursor
      if (!page.hasMore) return this
    }
  }

  /** the organ of this person, by the directory that was pulled */
  organId(): string {
    return (this.rows.get('directory')?.data as Directory | undefined)?.people[this.person]?.organId ?? ''
  }

  state(documentId: string): DocumentState {
    const row = this.rows.get(documentId)
    if (row === undefined) throw new Error(`${this.person} holds no ${documentId}`)
    return row.data as DocumentState
  }

  async upload(bytes: Uint8Array): Promise<string> {
    const hash = sm3Hex(bytes)
    const reply = await this.call('PUT', `/v1/blobs/${hash}`, bytes)
    if (reply.status !== 204) throw new Error(`upload: ${reply.status} ${JSON.stringify(reply.body)}`)
    return hash
  }

  uploadContent(content: DocumentContent): Promise<string> {
    return this.upload(frozenBytes(content))
  }

  /** Agrees to the open branch that this person holds, with a personal signature where the step asks for one. */
  async agree(documentId: string, opinion = '同意。'): Promise<CommandResult> {
    await this.pull()
    const state = this.state(documentId)
    const stepId = state.step?.stepId ?? ''
    const branchId = `${stepId}/${this.person}`
    const sawHash = standingSawHash(state) ?? ''
    const revision = standingRevision(state)
    const personal = state.route?.steps.find((step) => step.id === stepId)?.signature === 'personal'
    if (personal && this.personalCertificate === null) await this.enrolKey()
    const signature = !personal ? null : await this.sign({
      schema: 'wenshu.approve/1', documentId, stepId, branchId, decision: 'agree', opinion, revisionHash: revision?.hash ?? '', attachmentsHash: revision?.attachmentsHash ?? '',
      routeId: state.route?.id ?? '', routeVersion: state.route?.version ?? 0, sawHash, shown: { pages: 1, layoutHash: revision?.hash ?? '', fontSet: 'test' },
      person: this.person, claimedAt: new Date().toISOString(),
    })
    return this.send({ type: 'step.agree', documentId, stepId, branchId, opinion, sawHash, signature })
  }
}
