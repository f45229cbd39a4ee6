import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { confirmBy, deskAtJointSealing, office, sealBy, type Desk } from './office.fixture.ts'
import { issuersOf, missingSeals, sealRequestOf, sealReturnOf, sealsOf, stateSealConfirmation, type DocumentCommand } from './index.ts'

const people = ['clerk', 'clerk2', 'clerk-a', 'clerk-a2', 'clerk-b', 'sign-a', 'outsider'] as const
const act = fc.record({ person: fc.constantFrom(...people), kind: fc.constantFrom('seal', 'seal', 'askForSeal', 'confirm', 'confirm', 'giveBack', 'decline', 'dispatch') })
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never

const commandOf = async ({ person, kind }: Act, desk: Desk): Promise<DocumentCommand | null> => {
  const organId = office.people[person]?.organId ?? ''
  switch (kind) {
    case 'seal': return sealBy(person, desk)
    case 'askForSeal': return sealBy(person, desk, 'seal-2')
    case 'confirm': return stateSealConfirmation(desk.state(), { person, claimedAt: '', organId }) === null ? null : confirmBy(person, desk)
    case 'giveBack': return { type: 'document.returnSeal', documentId: 'd1', reason: '退回' }
    case 'decline': return { type: 'document.declineSeal', documentId: 'd1', reason: '有误' }
    default: return { type: 'document.dispatch', documentId: 'd1', organIds: ['organ-a'] }
  }
}

/** What holds after whatever was done. */
const sound = (desk: Desk): void => {
  const state = desk.state()
  const issuers = issuersOf(state)
  const sealed = sealsOf(state).map(({ organId }) => organId)
  expect(new Set(sealed).size).toBe(sealed.length)
  expect(sealed.every((organId) => issuers.includes(organId))).toBe(true)
  expect([...missingSeals(state), ...sealed].sort()).toEqual([...issuers].sort())
  const isDone = sealed.length === issuers.length
  expect([state.status !== 'composed', state.seal !== null]).toEqual([isDone, isDone])
  if (isDone) expect(state.seal).toEqual(sealsOf(state).at(-1))
  for (const seal of sealsOf(state)) {
    expect(seal.signature.statement).toMatchObject({ organId: seal.organId, person: seal.by })
    expect(office.people[seal.by]?.organId).toBe(seal.organId)
    const twoPeople = seal.confirmation === undefined ? seal.sealId === 'seal-1' : seal.sealId === 'seal-2' && seal.confirmation.by !== seal.by && office.people[seal.confirmation.by]?.organId === seal.organId
    expect(twoPeople).toBe(true)
  }
  for (const organId of issuers) {
    if (sealed.includes(organId)) expect([sealRequestOf(state, organId), sealReturnOf(state, organId), state.sealDeclines?.[organId]]).toEqual([null, null, undefined])
    if (sealRequestOf(state, organId) !== null) expect(sealReturnOf(state, organId)).toBeNull()
  }
  // Each seal was put on the files that the one before it left.
  const applied = desk.effects.filter((effect) => effect.kind === 'applySeal')
  const hashes = [state.final?.hash, ...sealsOf(state).map(({ sealedHash }) => sealedHash)]
  expect(applied.map(({ base }) => base.hash)).toEqual(hashes.slice(0, applied.length))
}

describe('J3 any order of seals, requests, confirmations, returns and refusals', () => {
  it('no organ seals twice, nothing but an issuing organ’s clerks does, and it is sealed exactly when all have', async () => {
    let finished = 0
    await fc.assert(fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 40, size: 'max' }), async (acts) => {
      const desk = await deskAtJointSealing()
      for (const step of acts) {
        const command = await commandOf(step, desk)
        if (command !== null) desk.ask(step.person, command)
        sound(desk)
      }
      if (desk.state().seal !== null) finished += 1
    }), { numRuns: 80 })
    // The generator reaches the end, else the property speaks of beginnings alone.
    expect(finished).toBeGreaterThan(0)
  }, 120_000)
})
