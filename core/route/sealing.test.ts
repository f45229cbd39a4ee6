import { describe, expect, it } from 'vitest'
import { confirmBy, deskAtSealing, issue, now, office, sealBy, signStatement, type Desk } from './office.fixture.ts'
import { blobsOf, boxOf, project, stateSeal, tasksFor, type Decision, type DocumentCommand, type Statement } from './index.ts'

const codeOf = (decision: Decision): string => decision.kind === 'refused' ? decision.refusal.code : decision.kind
const asked = async (): Promise<Desk> => {
  const desk = await deskAtSealing()
  desk.ask('clerk', await sealBy('clerk', desk, 'seal-2'))
  return desk
}

describe('S2 the seal statement names every file that was on screen', () => {
  it('names PDF and OFD, and both sealed files are in the record', async () => {
    const desk = await deskAtSealing()
    expect(stateSeal(desk.state(), { purpose: 'issue', sealId: 'seal-1', person: 'clerk', claimedAt: now })).toMatchObject({
      schema: 'wenshu.seal/3', finalHash: desk.state().final?.hash, ofdHash: desk.state().final?.ofdHash,
    })
    expect(codeOf(desk.ask('clerk', await sealBy('clerk', desk)))).toBe('events')
    const { final, seal } = desk.state()
    expect(blobsOf(desk.state())).toEqual(expect.arrayContaining([final?.hash, final?.ofdHash, seal?.sealedHash, seal?.sealedOfdHash]))
    expect(seal?.confirmation).toBeUndefined()
  })

  it.each<[string, (statement: Statement) => Statement]>([
    ['that names the PDF alone', (statement) => { const { ofdHash: _ofd, ...named } = statement as Extract<Statement, { schema: 'wenshu.seal/3' }>; return { ...named, schema: 'wenshu.seal/1' } as Statement }],
    ['of another OFD', (statement) => ({ ...statement, ofdHash: '0'.repeat(64) }) as Statement],
    ['of another PDF', (statement) => ({ ...statement, finalHash: '0'.repeat(64) }) as Statement],
    ['in another person’s name', (statement) => ({ ...statement, person: 'clerk2' })],
    ['that says more', (statement) => ({ ...statement, more: 1 }) as unknown as Statement],
  ])('refuses a statement %s', async (_name, change) => {
    const desk = await deskAtSealing()
    const statement = stateSeal(desk.state(), { purpose: 'issue', sealId: 'seal-1', person: 'clerk', claimedAt: now })
    if (statement === null) throw new Error('fixture')
    const command: DocumentCommand = { type: 'document.seal', documentId: 'd1', purpose: 'issue', sealId: 'seal-1', signature: await signStatement('clerk', change(statement)) }
    expect(codeOf(desk.ask('clerk', command))).toBe('signature_invalid')
    expect(desk.state().seal).toBeNull()
  })
})

describe('dual control', () => {
  it('S3 asks first and seals nothing; the second clerk has it to do, the first waits', async () => {
    const desk = await asked()
    expect(desk.state()).toMatchObject({ status: 'composed', seal: null, sealRequest: { by: 'clerk', sealId: 'seal-2' } })
    expect(tasksFor(desk.state(), office, 'clerk', now)).toEqual([])
    expect(boxOf(desk.state(), office, 'clerk', now)).not.toBe('toRead')
    expect(tasksFor(desk.state(), office, 'clerk2', now)).toEqual([{ kind: 'confirmSeal', sealId: 'seal-2', requestedBy: 'clerk' }])
    expect(codeOf(desk.ask('clerk2', await sealBy('clerk2', desk)))).toBe('already_sealed')
  })

  it('S4 is applied when another clerk confirms the same statement; both signatures stay', async () => {
    const desk = await asked()
    const request = desk.state().sealRequest?.signature
    expect(codeOf(desk.ask('clerk2', await confirmBy('clerk2', desk)))).toBe('events')
    expect(desk.state()).toMatchObject({ status: 'sealed', sealRequest: null, seal: { by: 'clerk', signature: request, confirmation: { by: 'clerk2' } } })
    expect(codeOf(desk.ask('clerk2', { type: 'document.returnSeal', documentId: 'd1', reason: '迟了' }))).toBe('already_sealed')
  })

  it('S4 the one who asked does not confirm, nor anyone who keeps no seal', async () => {
    const desk = await asked()
    expect(codeOf(desk.ask('clerk', await confirmBy('clerk', desk)))).toBe('same_person')
    expect(codeOf(desk.ask('leader', await confirmBy('leader', desk)))).toBe('not_authorized')
    // The first clerk on the second one's device: the statement is signed with the wrong key.
    expect(codeOf(desk.ask('clerk2', await confirmBy('clerk', desk)))).toBe('signature_invalid')
    expect(desk.state().seal).toBeNull()
  })

  it('S4 a confirmation of an earlier request does not confirm the one that stands', async () => {
    const desk = await asked()
    const early = await confirmBy('clerk2', desk)
    desk.ask('clerk', { type: 'document.returnSeal', documentId: 'd1', reason: '印章选错' })
    expect(codeOf(desk.ask('clerk2', early))).toBe('illegal_transition')
    const later = stateSeal(desk.state(), { purpose: 'annex', sealId: 'seal-2', person: 'clerk', claimedAt: now })
    if (later === null) throw new Error('fixture')
    desk.ask('clerk', { type: 'document.seal', documentId: 'd1', purpose: 'annex', sealId: 'seal-2', signature: await signStatement('clerk', later) })
    expect(codeOf(desk.ask('clerk2', early))).toBe('signature_invalid')
    expect(desk.state().seal).toBeNull()
  })

  it.each([['withdrawn by the one who asked', 'clerk'], ['returned by the second', 'clerk2']])('S5 %s with a reason, and asked for anew', async (_name, who) => {
    const desk = await asked()
    expect(codeOf(desk.ask(who, { type: 'document.returnSeal', documentId: 'd1', reason: ' ' }))).toBe('invalid_command')
    expect(codeOf(desk.ask(who, { type: 'document.returnSeal', documentId: 'd1', reason: '日期有误' }))).toBe('events')
    expect(desk.state()).toMatchObject({ sealRequest: null, sealReturn: { by: who, requestedBy: 'clerk', reason: '日期有误' } })
    expect(tasksFor(desk.state(), office, 'clerk', now)).toEqual([{ kind: 'seal' }])
    desk.ask('clerk2', await sealBy('clerk2', desk))
    expect(desk.state().seal?.by).toBe('clerk2')
  })

  it('I0 a receiving organ learns nothing of what was asked and returned before', async () => {
    const desk = await asked()
    desk.ask('clerk2', { type: 'document.returnSeal', documentId: 'd1', reason: '日期有误' })
    desk.ask('clerk', await sealBy('clerk', desk))
    desk.ask('clerk', { type: 'document.dispatch', documentId: 'd1', organIds: ['organ-a'] })
    issue(desk)
    expect(project(desk.state(), office, 'receiver', now)).toMatchObject({ sealRequest: null, sealReturn: null, final: null })
  })
})
