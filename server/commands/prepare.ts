/** Preparing a use of a seal whose keys are at the seal desk (准备用印): decided as the command will be, and nothing is written. Rule K61. */
import { decide, type DocumentCommand, type DocumentState, type EffectRequest, type EffectResult, type StatementSignature } from '#core/route'
import type { PreparedSeal } from '#core/sync'
import { Problem } from '../problem.ts'
import { localDate } from '../records/index.ts'
import { EffectRefused, type CommandServices } from './ports.ts'

type Asked = {
  readonly personId: string; readonly deviceId: string; readonly sealId: string
  readonly documentId: string; readonly purpose: string; readonly signature: StatementSignature
}
type Order = Extract<EffectRequest, { kind: 'applySeal' }>

const commandOf = ({ documentId, purpose, sealId, signature }: Asked): DocumentCommand => signature.statement.schema === 'wenshu.confirm-seal/1'
  ? { type: 'document.confirmSeal', documentId, signature } : { type: 'document.seal', documentId, purpose, sealId, signature }

/** Leaves the transaction without a trace: a request under dual control would be entered in the use log. */
class Decided extends Error {
  readonly order: Order
  readonly state: DocumentState
  constructor(order: Order, state: DocumentState) {
    super('decided')
    this.order = order
    this.state = state
  }
}

const decided = async (services: CommandServices, asked: Asked, now: Date): Promise<Decided> => {
  const { personId, deviceId, documentId } = asked
  try {
    return await services.db.transaction(async (tx): Promise<never> => {
      const [{ directory, routes, personalKeys }, document] = await Promise.all([services.records.surroundings(tx, personId, now.toISOString()), services.records.document(tx, documentId, 'lock')])
      const state = document?.state ?? null
      let effect: EffectResult | null = null
      for (let round = 0; round < 3; round++) {
        const decision = decide(state, commandOf(asked), {
          actor: personId, deviceId, commandId: '', claimedAt: now.toISOString(), now: now.toISOString(), viewAgeSeconds: 0, today: localDate(now, services.timeZone),
          directory, routes, content: () => null, personalKeys: (id) => (id === personId ? personalKeys : []), effect,
        })
        if (decision.kind === 'refused') throw new Problem(409, decision.refusal.code, decision.refusal.detail)
        if (decision.kind !== 'needs' || state === null) throw new Problem(409, 'illegal_transition', '双人用印由复核人在用印台签名，提出时不须准备')
        if (decision.effect.kind === 'applySeal') throw new Decided(decision.effect, state)
        effect = await services.effects.perform(decision.effect, { tx, ahead: () => Promise.reject(new Error('nothing is done ahead')), state, commandId: '', actorName: '', now })
      }
      throw new Error('the use of a seal asks for effects without end')
    })
  } catch (error) {
    if (error instanceof Decided) return error
    if (error instanceof EffectRefused) throw new Problem(409, error.code, error.message)
    throw error
  }
}

/** Problems: those of the decision (409), not_found. */
export const prepareForDesk = async (services: CommandServices, asked: Asked): Promise<PreparedSeal> => {
  const now = services.clock()
  const { order, state } = await decided(services, asked, now)
  if (order.sealId !== asked.sealId) throw new Problem(409, 'signature_invalid', '声明写的是另一枚印章')
  const prepared = await services.effects.prepareSeal(order, state, now)
  if (typeof prepared === 'string') throw new Problem(409, 'seal_unusable', prepared)
  return prepared
}
