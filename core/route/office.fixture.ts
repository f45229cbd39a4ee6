/** A small fictional office with real keys, for tests of the rules. */
import { createHash } from 'node:crypto'
import { evolveDirectory, emptyDirectory, type Directory, type Person } from '#core/access'
import { sm2KeyPair, sm2MessageSigner, sm3Hex, signCanonical, type Entropy } from '#core/crypto'
import { emptyContent, frozenBytes, type DocumentContent } from '#core/document'
import { toHex, type CanonicalValue } from '#core/formats'
import {
  decide, evolveAll, followUp, sawHash, standingRevision, statementContext, stateSeal, stateSealConfirmation, type ApprovalStatement, type Context, type Decision,
  type DocumentCommand, type DocumentState, type EffectRequest, type EffectResult, type PersonalKey, type RouteDefinition, type Routes, type SealGround, type SealPosition, type Statement,
  type StatementSignature,
} from './index.ts'

/** Deterministic bytes: a test's keys must be the same in every run. */
export const seeded = (seed: string): Entropy => {
  let counter = 0
  return (length) => {
    const bytes: number[] = []
    while (bytes.length < length) bytes.push(...createHash('sha256').update(`${seed}/${counter++}`).digest())
    return Uint8Array.from(bytes.slice(0, length))
  }
}

const people: readonly (readonly [string, string, string, Person['roles']])[] = [
  ['drafter', '其其格', 'office', ['drafter']], ['reviewer', '王晓燕', 'office', ['reviewer']], ['leader', '巴特尔', 'office', ['leader']],
  ['clerk', '孙丽', 'office', ['sealClerk']], ['clerk2', '高娃', 'office', ['sealClerk']], ['archivist', '乌云娜', 'office', ['archivist']],
  ['sign-a', '李敏', 'organ-a', ['countersigner']], ['sign-b', '赵刚', 'organ-b', ['countersigner']],
  ['clerk-a', '周静', 'organ-a', ['sealClerk']], ['clerk-a2', '何平', 'organ-a', ['sealClerk', 'registrar']], ['clerk-b', '乌日娜', 'organ-b', ['sealClerk']],
  ['receiver', '赵敏', 'organ-a', ['registrar']], ['outsider', '那仁', 'organ-b', ['drafter']], ['admin', '张涛', 'office', ['systemAdmin']],
]

export const office: Directory = [
  ...[['office', '某某办公厅', '某办发', 'Z001'], ['organ-a', '甲厅', '甲发', 'Z002'], ['organ-b', '乙厅', '乙发', 'Z003']].map(([id = '', name = '', mark = '', fonds = '']) =>
    ({ type: 'OrganRegistered' as const, organ: { id, name, shortName: name, mark, fonds, unitCode: 'BGS' } })),
  ...people.map(([id, name, organId, roles]) => ({ type: 'PersonRegistered' as const, person: { id, name, organId, title: '', roles } })),
].reduce(evolveDirectory, emptyDirectory)

export const route: RouteDefinition = {
  id: 'usual', version: 1, name: '会签并行', kinds: ['通知'],
  steps: [
    { id: 'review', name: '核稿', kind: 'review', role: 'reviewer', from: 'own', branches: { min: 1, max: 1 }, editors: ['holder'], signature: 'device', offline: { allowed: true, maxAgeSeconds: 3600 } },
    { id: 'countersign', name: '会签', kind: 'countersign', role: 'countersigner', from: 'others', branches: { min: 1, max: 8 }, editors: [], signature: 'device', offline: { allowed: false } },
    { id: 'approve', name: '签发', kind: 'approve', role: 'leader', from: 'own', branches: { min: 1, max: 1 }, editors: ['reviewer'], signature: 'personal', offline: { allowed: true, maxAgeSeconds: 86_400 } },
  ],
}
export const routes: Routes = { schema: 1, version: 1, routes: { usual: route } }
export const assignments = { review: ['reviewer'], countersign: ['sign-a', 'sign-b'], approve: ['leader'] }

const keys = new Map(people.map(([id]) => [id, sm2KeyPair(seeded(id))]))

/** @throws for a person without a key */
export const keyOf = (person: string): PersonalKey => {
  const pair = keys.get(person)
  if (pair === undefined) throw new Error(`no key for ${person}`)
  return { publicKey: toHex(pair.publicKey), certificate: null }
}

export const signStatement = async (person: string, statement: Statement): Promise<StatementSignature> => {
  const pair = keys.get(person)
  if (pair === undefined) throw new Error(`no key for ${person}`)
  const signer = sm2MessageSigner(pair.privateKey, seeded(`nonce/${person}`))
  return { statement, signature: await signCanonical(statement as unknown as CanonicalValue, statementContext, signer), certificate: '' }
}

export const contentWith = (title: string, text: string): DocumentContent => ({
  ...emptyContent({ kind: '通知', organName: '某某办公厅' }), title, body: [{ kind: 'paragraph', level: 0, number: null, text }],
})

export type Desk = {
  readonly state: () => DocumentState
  /** a record that no command leads to */
  readonly put: (state: DocumentState) => void
  readonly store: (content: DocumentContent) => string
  /** one command at the server's side, effects played by counters */
  readonly ask: (actor: string, command: DocumentCommand, context?: Partial<Context>) => Decision
  readonly saw: () => string
  /** every effect that was asked for, in order */
  readonly effects: readonly EffectRequest[]
  readonly approval: (person?: string, change?: Partial<ApprovalStatement>) => Promise<StatementSignature>
}

export const now = '2026-11-24T08:00:00Z'

/** Of three pages: the seal on the second, 42 mm over 署名 and date; 版记 and a page number below. Micrometres. */
export const ground: SealGround = {
  paper: { width: 210_000, height: 297_000 }, line: 10_446,
  places: [{
    page: 2, x: 140_000, y: 120_000, diameter: 42_000, textBottom: 94_000,
    name: { page: 2, x: 120_000, y: 120_000, width: 40_000, height: 5_644 }, date: { page: 2, x: 117_000, y: 130_446, width: 46_000, height: 5_644 },
  }],
  clear: [
    { page: 1, part: '版头', x: 28_000, y: 37_000, width: 156_000, height: 60_000 }, { page: 2, part: '版记', x: 28_000, y: 150_000, width: 156_000, height: 20_000 },
    { page: 2, part: '页码', x: 33_000, y: 268_000, width: 14_000, height: 5_000 },
  ],
}

/** Places for two more organs beside the host's: the second in the same row, the third in a row of its own with the date. */
export const jointGround: SealGround = {
  ...ground,
  places: [
    { ...ground.places[0]!, x: 60_000, name: { page: 2, x: 40_000, y: 120_000, width: 40_000, height: 5_644 }, date: null },
    { ...ground.places[0]!, x: 150_000, name: { page: 2, x: 130_000, y: 120_000, width: 40_000, height: 5_644 }, date: null },
    { ...ground.places[0]!, x: 150_000, y: 200_000, textBottom: null, name: { page: 2, x: 130_000, y: 200_000, width: 40_000, height: 5_644 }, date: { page: 2, x: 130_000, y: 210_446, width: 40_000, height: 5_644 } },
  ],
  clear: ground.clear.filter(({ part }) => part !== '版记'),
}

const play = (effect: EffectRequest, sealGround: SealGround, nth: number): EffectResult => {
  switch (effect.kind) {
    case 'allocateNumber': return { kind: 'allocateNumber', serial: 12 }
    case 'composeFinal': return { kind: 'composeFinal', hash: sm3Hex(new Uint8Array([1])), ofdHash: sm3Hex(new Uint8Array([6])), pages: 3, layoutHash: sm3Hex(new Uint8Array([2])), sealGround }
    case 'checkSeal': return { kind: 'checkSeal', control: effect.sealId.endsWith('-2') ? 'dual' : 'single', sealName: '某某办公厅' }
    case 'applySeal': return { kind: 'applySeal', sealedHash: sm3Hex(new Uint8Array([3, nth])), sealedOfdHash: sm3Hex(new Uint8Array([7, nth])), sealName: '某某办公厅', certificate: '' }
    case 'allocateArchivalCode': return { kind: 'allocateArchivalCode', code: 'Z001-WS·2026-Y-BGS-0001', serial: 1 }
    case 'buildPackage': return { kind: 'buildPackage', hash: sm3Hex(new Uint8Array([4])), manifestHash: sm3Hex(new Uint8Array([5])), size: 10 }
  }
}

export const openDesk = (sealGround: SealGround = ground): Desk => {
  let state: DocumentState | null = null
  const contents = new Map<string, DocumentContent>()
  let commands = 0
  const effects: EffectRequest[] = []
  const current = (): DocumentState => {
    if (state === null) throw new Error('no document yet')
    return state
  }
  const saw = (): string => {
    const revision = standingRevision(current())
    if (revision === null) throw new Error('nothing frozen yet')
    return sawHash({ revisionHash: revision.hash, attachmentsHash: revision.attachmentsHash, routeId: route.id, routeVersion: route.version })
  }
  return {
    state: current,
    put: (other) => { state = other },
    saw,
    effects,
    store: (content) => {
      const hash = sm3Hex(frozenBytes(content))
      contents.set(hash, content)
      return hash
    },
    ask: (actor, command, changes = {}) => {
      commands += 1
      const context: Context = {
        actor, deviceId: `device-${actor}`, commandId: `command-${commands}`, claimedAt: now, now, viewAgeSeconds: 0, today: now.slice(0, 10),
        directory: office, routes, content: (hash) => contents.get(hash) ?? null,
        personalKeys: (person) => keys.has(person) ? [keyOf(person)] : [],
        effect: null, ...changes,
      }
      let decision = decide(state, command, context)
      while (decision.kind === 'needs') {
        effects.push(decision.effect)
        decision = decide(state, command, { ...context, effect: play(decision.effect, sealGround, commands) })
      }
      if (decision.kind === 'events') state = evolveAll(state, decision.events, context.now)
      return decision
    },
    approval: (person = 'leader', change = {}) => {
      const revision = standingRevision(current())
      const statement: ApprovalStatement = {
        schema: 'wenshu.approve/1', documentId: 'd1', stepId: 'approve', branchId: 'approve/leader', decision: 'agree', opinion: '同意。',
        revisionHash: revision?.hash ?? '', attachmentsHash: revision?.attachmentsHash ?? '', routeId: route.id, routeVersion: route.version,
        sawHash: saw(), shown: { pages: 1, layoutHash: sm3Hex(new Uint8Array()), fontSet: 'test' }, person, claimedAt: now, ...change,
      }
      return signStatement(person, statement)
    },
  }
}

/** Drafted, submitted, reviewed and countersigned: waiting for the leader. */
export const deskAtApproval = (desk: Desk = openDesk(), content: DocumentContent = contentWith('关于防火的通知', '请认真执行。')): Desk => {
  const contentHash = desk.store(content)
  desk.ask('drafter', { type: 'document.create', documentId: 'd1', kind: '通知', organId: 'office', title: '' })
  desk.ask('drafter', { type: 'draft.save', documentId: 'd1', contentHash, base: null })
  desk.ask('drafter', { type: 'document.submit', documentId: 'd1', contentHash, routeId: 'usual', routeVersion: 1, assignments })
  desk.ask('reviewer', { type: 'step.agree', documentId: 'd1', stepId: 'review', branchId: 'review/reviewer', opinion: '已核。', sawHash: desk.saw(), signature: null })
  for (const person of ['sign-a', 'sign-b']) {
    desk.ask(person, { type: 'step.agree', documentId: 'd1', stepId: 'countersign', branchId: `countersign/${person}`, opinion: '同意。', sawHash: desk.saw(), signature: null })
  }
  return desk
}

export const agreeAsLeader = async (desk: Desk): Promise<DocumentCommand> => ({
  type: 'step.agree', documentId: 'd1', stepId: 'approve', branchId: 'approve/leader', opinion: '同意。', sawHash: desk.saw(), signature: await desk.approval(),
})

/** Everything that the installation does by itself now: number, compose, package. */
export const issue = (desk: Desk): void => {
  for (let command = followUp(desk.state()); command !== null; command = followUp(desk.state())) desk.ask('system', command)
}

/** Approved, numbered and composed: waiting for its seal. */
export const deskAtSealing = async (): Promise<Desk> => {
  const desk = deskAtApproval()
  desk.ask('leader', await agreeAsLeader(desk))
  issue(desk)
  return desk
}

const organOf = (person: string): string => office.people[person]?.organId ?? ''

/** Of 某某办公厅, 甲厅 and 乙厅. */
export const jointContent = (change: Partial<DocumentContent> = {}): DocumentContent => ({
  ...contentWith('关于联合检查的通知', '请认真执行。'), issuers: ['某某办公厅', '甲厅', '乙厅'], signature: '某某办公厅 甲厅 乙厅', ...change,
})

/** A joint issue of three, agreed by all and composed: every organ's seal is missing. */
export const deskAtJointSealing = async (sealGround: SealGround = jointGround): Promise<Desk> => {
  const desk = deskAtApproval(openDesk(sealGround), jointContent())
  desk.ask('leader', await agreeAsLeader(desk))
  issue(desk)
  return desk
}

/** seal-1 is used by one clerk, seal-2 is under dual control. */
export const sealBy = async (person: string, desk: Desk, sealId = 'seal-1', place?: SealPosition): Promise<DocumentCommand> => {
  const statement = stateSeal(desk.state(), { purpose: 'issue', sealId, person, claimedAt: now, organId: organOf(person), ...(place === undefined ? {} : { place }) })
  if (statement === null) throw new Error('nothing composed yet')
  return { type: 'document.seal', documentId: 'd1', purpose: 'issue', sealId, signature: await signStatement(person, statement) }
}

export const confirmBy = async (person: string, desk: Desk): Promise<DocumentCommand> => {
  const statement = stateSealConfirmation(desk.state(), { person, claimedAt: now, organId: organOf(person) })
  if (statement === null) throw new Error('no seal was asked for')
  return { type: 'document.confirmSeal', documentId: 'd1', signature: await signStatement(person, statement) }
}
