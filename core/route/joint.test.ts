import { describe, expect, it } from 'vitest'
import { agreeAsLeader, assignments, confirmBy, contentWith, deskAtApproval, deskAtJointSealing, ground, issue, jointContent, jointGround, now, office, openDesk, route, routes, sealBy, signStatement, type Desk } from './office.fixture.ts'
import {
  blobsOf, boxOf, issuersOf, missingSeals, project, sealDeclineOf, sealOf, sealRequestOf, sealReturnOf, sealsOf, sealTurn, stateReceipt, stateSeal, tasksFor, viewOf,
  type Decision, type DocumentCommand, type SealStatement, type Statement,
} from './index.ts'

const reason = (decision: Decision): string => decision.kind === 'refused' ? `${decision.refusal.code} ${decision.refusal.detail}` : decision.kind
const submit = (content = jointContent(), change: Partial<Extract<DocumentCommand, { type: 'document.submit' }>> = {}, context = {}): { readonly desk: Desk; readonly said: string } => {
  const desk = openDesk()
  const contentHash = desk.store(content)
  desk.ask('drafter', { type: 'document.create', documentId: 'd1', kind: '通知', organId: 'office', title: '' })
  desk.ask('drafter', { type: 'draft.save', documentId: 'd1', contentHash, base: null })
  return { desk, said: reason(desk.ask('drafter', { type: 'document.submit', documentId: 'd1', contentHash, routeId: 'usual', routeVersion: 1, assignments, ...change }, context)) }
}
const decline = (why: string): DocumentCommand => ({ type: 'document.declineSeal', documentId: 'd1', reason: why })
const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
const clerks = ['clerk', 'clerk-a', 'clerk-b'] as const
const organs = ['office', 'organ-a', 'organ-b'] as const

describe('J1 issuing organs are those of the directory, the host first', () => {
  it('by name or short name, with 署名 in their order; a single organ is as it was', () => {
    const { desk, said } = submit()
    expect(said).toBe('events')
    expect([desk.state().issuers, issuersOf(desk.state())]).toEqual([organs, organs])
    const single = submit(contentWith('关于防火的通知', '请认真执行。'))
    expect([single.said, single.desk.state().issuers, issuersOf(single.desk.state())]).toEqual(['events', undefined, ['office']])
  })

  it.each<[string, Parameters<typeof jointContent>[0], RegExp]>([
    ['an organ that is not in the directory', { issuers: ['某某办公厅', '甲厅', '丙厅'] }, /^invalid_content 联合发文机关“丙厅”不在机关名录中/],
    ['the host not first', { issuers: ['甲厅', '某某办公厅'], signature: '甲厅 某某办公厅' }, /^invalid_content 联合行文的主办机关应列在发文机关之首/],
    ['the host not among them', { issuers: ['甲厅', '乙厅'], signature: '甲厅 乙厅' }, /^invalid_content 联合行文的发文机关中没有本机关/],
    ['an organ twice', { issuers: ['某某办公厅', '甲厅', '甲厅'], signature: '某某办公厅 甲厅 甲厅' }, /^invalid_content 联合发文机关“甲厅”重复/],
    ['fewer 署名 than organs', { signature: '某某办公厅 甲厅' }, /^invalid_content 联合行文有3个发文机关，署名有2个/],
    ['no 署名', { signature: '' }, /^invalid_content 联合行文有3个发文机关，署名有0个/],
    ['署名 in another order', { signature: '某某办公厅 乙厅 甲厅' }, /^invalid_content 第2个署名应为“甲厅”/],
    ['署名 of another organ', { signature: '某某办公厅 甲厅 丁厅' }, /^invalid_content 第3个署名应为“乙厅”/],
  ])('refuses %s, at submission and in an amendment', (_name, change, why) => {
    expect(submit(jointContent(change)).said).toMatch(why)
    const { desk } = submit()
    const [standing] = desk.state().revisions
    const contentHash = desk.store(jointContent({ ...change, title: '关于联合检查的补充通知' }))
    expect(reason(desk.ask('reviewer', { type: 'revision.amend', documentId: 'd1', contentHash, parentHash: standing?.hash ?? '', note: '' }))).toMatch(why)
  })

  it('an unsealed text needs no 署名 of each; an amendment may change the issuers before anything is sealed', () => {
    expect(submit(jointContent({ authentication: '不盖章', signature: '' })).said).toBe('events')
    const { desk } = submit()
    const amend = (content: ReturnType<typeof jointContent>): string => {
      const parentHash = desk.state().revisions.at(-1)?.hash ?? ''
      return reason(desk.ask('reviewer', { type: 'revision.amend', documentId: 'd1', contentHash: desk.store(content), parentHash, note: '' }))
    }
    expect([amend(jointContent({ issuers: ['某某办公厅', '乙厅'], signature: '某某办公厅 乙厅' })), desk.state().issuers]).toEqual(['events', ['office', 'organ-b']])
    expect([amend(contentWith('关于检查的通知', '请认真执行。')), desk.state().issuers, issuersOf(desk.state())]).toEqual(['events', undefined, ['office']])
  })
})

describe('J2 every joint issuer agrees before it seals', () => {
  it('submission and amendment are refused without somebody of the organ in 会签; a route may leave that free', () => {
    const without = { review: ['reviewer'], countersign: ['sign-a'], approve: ['leader'] }
    expect(submit(jointContent(), { assignments: without }).said).toMatch(/^invalid_command 联合发文应由各联署机关负责人会签.*“乙厅”/)
    const free = { routes: { ...routes, routes: { usual: { ...route, jointCountersign: 'free' as const } } } }
    expect(submit(jointContent(), { assignments: without }, free).said).toBe('events')
    const { desk } = submit(contentWith('关于检查的通知', '请认真执行。'), { assignments: without })
    const contentHash = desk.store(jointContent())
    expect(reason(desk.ask('reviewer', { type: 'revision.amend', documentId: 'd1', contentHash, parentHash: desk.state().revisions[0]?.hash ?? '', note: '' }))).toMatch(/^invalid_content .*“乙厅”/)
  })

  it('without an agreement in the record nobody of that organ seals; the host needs none but its leader’s', async () => {
    const desk = await deskAtJointSealing()
    desk.put({ ...desk.state(), opinions: desk.state().opinions.filter((opinion) => opinion.organId !== 'organ-a') })
    expect(reason(desk.ask('clerk-a', await sealBy('clerk-a', desk)))).toBe('not_authorized 本机关尚未会签同意，不能用印')
    expect(reason(desk.ask('clerk', await sealBy('clerk', desk)))).toBe('events')
  })
})

describe('J3 each issuing organ seals its own place once, in any order', () => {
  it.each(orders)('%i %i %i: on top of the newest files; sealed and dispatched when all have', async (...order) => {
    const desk = await deskAtJointSealing()
    for (const [nth, turn] of order.entries()) {
      const [person, organId] = [clerks[turn]!, organs[turn]!]
      expect(desk.state()).toMatchObject({ status: 'composed', seal: null })
      expect(reason(desk.ask('clerk', { type: 'document.dispatch', documentId: 'd1', organIds: ['organ-a'] }))).toMatch(/^illegal_transition 尚有发文机关未用印/)
      expect(sealTurn(desk.state(), organId)).toBe(turn)
      expect(tasksFor(desk.state(), office, person, now)).toEqual([{ kind: 'seal' }])
      const command = await sealBy(person, desk)
      expect(reason(desk.ask(person, command))).toBe('events')
      expect(reason(desk.ask(person, command))).toMatch(/^already_sealed/)
      expect(tasksFor(desk.state(), office, person, now).filter((task) => task.kind === 'seal')).toEqual([])
      expect(boxOf(desk.state(), office, person, now)).not.toBe('toRead')
      expect(missingSeals(desk.state())).toHaveLength(2 - nth)
      expect(sealOf(desk.state(), organId)).toMatchObject({ by: person, organId, signature: { statement: { organId, place: { x: jointGround.places[turn]?.x, y: jointGround.places[turn]?.y } } } })
    }
    const { seals, seal } = desk.state()
    expect([desk.state().status, sealsOf(desk.state()).map(({ organId }) => organId), seal]).toEqual(['sealed', order.map((turn) => organs[turn]), seals?.at(-1)])
    expect(reason(desk.ask('clerk-a', { type: 'document.dispatch', documentId: 'd1', organIds: ['organ-a'] }))).toMatch(/^not_authorized/)
    expect(reason(desk.ask('clerk', { type: 'document.dispatch', documentId: 'd1', organIds: ['organ-a', 'organ-b'] }))).toBe('events')
    const statement = stateReceipt(desk.state(), { organId: 'organ-a', verdict: 'valid', person: 'receiver', claimedAt: now })!
    expect(statement).toMatchObject({ sealedHash: seal?.sealedHash, sealedOfdHash: seal?.sealedOfdHash })
    expect(reason(desk.ask('receiver', { type: 'receipt.sign', documentId: 'd1', organId: 'organ-a', signature: await signStatement('receiver', statement) }))).toBe('events')
  })

  it('the next seal goes on the newest files; a statement signed before another organ sealed stands, since it names the pages', async () => {
    const desk = await deskAtJointSealing()
    const { final } = desk.state()
    const early = await sealBy('clerk-a', desk)
    desk.ask('clerk-b', await sealBy('clerk-b', desk))
    const [applied] = sealsOf(desk.state())
    expect(blobsOf(desk.state()).slice(1)).toEqual([final?.hash, final?.ofdHash, applied?.sealedHash, applied?.sealedOfdHash])
    expect(reason(desk.ask('clerk-a', early))).toBe('events')
    const bases = desk.effects.flatMap((effect) => (effect.kind === 'applySeal' ? [[effect.organId, effect.finalHash, effect.base]] : []))
    expect(bases).toEqual([
      ['organ-b', final?.hash, { hash: final?.hash, ofdHash: final?.ofdHash }],
      ['organ-a', final?.hash, { hash: applied?.sealedHash, ofdHash: applied?.sealedOfdHash }],
    ])
  })

  it('pages with fewer places than organs are not sealed, and it is said; pages without any leave the host’s seal alone, as before', async () => {
    const desk = await deskAtJointSealing({ ...jointGround, places: jointGround.places.slice(0, 2) })
    expect(reason(desk.ask('clerk-a', await sealBy('clerk-a', desk)))).toBe('illegal_transition 版面上有2个用印位置，发文机关有3个，不能用印，请核对署名后重新办理')
    expect(stateSeal(desk.state(), { purpose: 'issue', sealId: 'seal-1', person: 'clerk-b', claimedAt: now, organId: 'organ-b' })).toBeNull()
    const old = await deskAtJointSealing()
    const { sealGround: _ground, ...final } = old.state().final!
    old.put({ ...old.state(), final })
    expect([missingSeals(old.state()), sealTurn(old.state(), 'office')]).toEqual([['office'], null])
    expect(reason(old.ask('clerk-a', await sealBy('clerk', old)))).toMatch(/^not_found/)
    expect(reason(old.ask('clerk', await sealBy('clerk', old)))).toBe('events')
    expect(old.state()).toMatchObject({ status: 'sealed', seal: { by: 'clerk' } })
  })
})

describe('J3 hostile', () => {
  const changed = async (desk: Desk, person: string, change: (statement: SealStatement) => object, signer = person): Promise<string> => {
    const good = await sealBy(person, desk)
    if (good.type !== 'document.seal') throw new Error('fixture')
    const statement = change(good.signature.statement as SealStatement) as Statement
    return reason(desk.ask(person, { ...good, signature: await signStatement(signer, statement) }))
  }
  it.each<[string, (desk: Desk) => Promise<string>, RegExp]>([
    ['a clerk of an organ that does not issue', async (desk) => reason(desk.ask('outsider', await sealBy('clerk-b', desk))), /^not_found/],
    ['somebody of an issuing organ who keeps no seal', async (desk) => reason(desk.ask('sign-a', await sealBy('clerk-a', desk))), /^not_authorized/],
    ['another organ named in the statement', (desk) => changed(desk, 'clerk-a', (statement) => ({ ...statement, organId: 'organ-b' })), /^signature_invalid/],
    ['the host named in the statement', (desk) => changed(desk, 'clerk-a', (statement) => ({ ...statement, organId: 'office' })), /^signature_invalid/],
    ['another organ’s place, said to be the layout’s', (desk) => changed(desk, 'clerk-a', (statement) => ({ ...statement, place: { page: 2, x: 60_000, y: 120_000, diameter: 42_000, from: 'layout' } })), /^invalid_command .*与版面不符/],
    ['another organ’s place, by hand', (desk) => changed(desk, 'clerk-a', (statement) => ({ ...statement, place: { page: 2, x: 60_000, y: 120_000, diameter: 42_000, from: 'hand' } })), /^invalid_command .*空白印章/],
    ['another organ’s statement, sent as it is', async (desk) => reason(desk.ask('clerk-b', await sealBy('clerk-a', desk))), /^invalid_command|^signature_invalid/],
    ['another organ’s statement under the own key', (desk) => changed(desk, 'clerk-a', (statement) => statement, 'clerk-b'), /^signature_invalid/],
    ['a statement without a place', (desk) => changed(desk, 'clerk-a', ({ ...statement }) => { const { place: _p, organId: _o, ...rest } = statement as Extract<SealStatement, { schema: 'wenshu.seal/3' }>; return { ...rest, schema: 'wenshu.seal/2' } }), /^signature_invalid/],
  ])('%s is refused, and nothing changes', async (_name, act, why) => {
    const desk = await deskAtJointSealing()
    const before = desk.state()
    expect(await act(desk)).toMatch(why)
    expect(desk.state()).toBe(before)
  })

  it('J6 a place that crosses or touches a seal that is there is refused', async () => {
    const near = { ...jointGround, places: jointGround.places.map((place, nth) => (nth === 1 ? { ...place, x: 102_000, name: { ...place.name!, x: 82_000 } } : place)) }
    const desk = await deskAtJointSealing(near)
    desk.ask('clerk', await sealBy('clerk', desk))
    expect(reason(desk.ask('clerk-a', await sealBy('clerk-a', desk)))).toMatch(/^invalid_command .*相交或相切/)
    expect(reason(desk.ask('clerk-a', await sealBy('clerk-a', desk, 'seal-1', { page: 2, x: 102_001, y: 120_000, diameter: 42_000, from: 'hand' })))).toBe('events')
  })
})

describe('J3 dual control is each organ’s own', () => {
  it('one organ asks and confirms, the others seal meanwhile', async () => {
    const desk = await deskAtJointSealing()
    expect(reason(desk.ask('clerk-a', await sealBy('clerk-a', desk, 'seal-2')))).toBe('events')
    expect(sealRequestOf(desk.state(), 'organ-a')).toMatchObject({ by: 'clerk-a', organId: 'organ-a' })
    expect([sealRequestOf(desk.state(), 'office'), sealRequestOf(desk.state(), 'organ-b')]).toEqual([null, null])
    expect(tasksFor(desk.state(), office, 'clerk-a2', now)).toEqual([{ kind: 'confirmSeal', sealId: 'seal-2', requestedBy: 'clerk-a' }])
    expect(tasksFor(desk.state(), office, 'clerk', now)).toEqual([{ kind: 'seal' }])
    expect(reason(desk.ask('clerk', { type: 'document.confirmSeal', documentId: 'd1', signature: (await confirmBy('clerk-a2', desk) as Extract<DocumentCommand, { type: 'document.confirmSeal' }>).signature }))).toMatch(/^illegal_transition/)
    desk.ask('clerk', await sealBy('clerk', desk))
    expect(reason(desk.ask('clerk-a', { type: 'document.returnSeal', documentId: 'd1', reason: '印章选错' }))).toBe('events')
    expect(sealReturnOf(desk.state(), 'organ-a')).toMatchObject({ by: 'clerk-a', reason: '印章选错' })
    desk.ask('clerk-a', await sealBy('clerk-a', desk, 'seal-2'))
    expect(sealReturnOf(desk.state(), 'organ-a')).toBeNull()
    desk.ask('clerk-b', await sealBy('clerk-b', desk))
    expect(desk.state().status).toBe('composed')
    expect(reason(desk.ask('clerk-a', await confirmBy('clerk-a', desk)))).toMatch(/^same_person/)
    expect(reason(desk.ask('clerk-a2', await confirmBy('clerk-a2', desk)))).toBe('events')
    expect(desk.state()).toMatchObject({ status: 'sealed', seal: { organId: 'organ-a', by: 'clerk-a', confirmation: { by: 'clerk-a2' } } })
    expect(sealsOf(desk.state()).map(({ organId }) => organId)).toEqual(['office', 'organ-b', 'organ-a'])
  })

  it('records of before, with one request and one return, are read', async () => {
    const desk = deskAtApproval()
    desk.ask('leader', await agreeAsLeader(desk))
    issue(desk)
    desk.ask('clerk', await sealBy('clerk', desk, 'seal-2'))
    expect([desk.state().sealRequests, sealRequestOf(desk.state(), 'office')]).toEqual([undefined, desk.state().sealRequest])
    desk.ask('clerk', { type: 'document.returnSeal', documentId: 'd1', reason: '日期有误' })
    expect([desk.state().sealReturns, sealReturnOf(desk.state(), 'office')]).toEqual([undefined, desk.state().sealReturn])
    desk.ask('clerk', await sealBy('clerk', desk))
    const { seal } = desk.state()
    expect([desk.state().seals, seal?.organId, sealsOf(desk.state())]).toEqual([undefined, undefined, [{ ...seal, organId: 'office' }]])
    expect(missingSeals(desk.state())).toEqual([])
  })
})

describe('J5 an organ that will not seal says why', () => {
  it('with a reason, by its own clerk, before it has sealed or asked; its later seal clears it', async () => {
    const desk = await deskAtJointSealing()
    expect(reason(desk.ask('clerk-a', decline(' ')))).toMatch(/^invalid_command/)
    expect(reason(desk.ask('sign-a', decline('第三条有误')))).toMatch(/^not_authorized/)
    expect(reason(desk.ask('clerk-a', decline('第三条有误')))).toBe('events')
    expect(sealDeclineOf(desk.state(), 'organ-a')).toEqual({ organId: 'organ-a', by: 'clerk-a', reason: '第三条有误', receivedAt: now })
    expect(reason(desk.ask('clerk-b', await sealBy('clerk-b', desk)))).toBe('events')
    expect(sealDeclineOf(project(desk.state(), office, 'clerk', now)!, 'organ-a')?.reason).toBe('第三条有误')
    desk.ask('clerk-a', await sealBy('clerk-a', desk, 'seal-2'))
    expect(reason(desk.ask('clerk-a2', decline('仍有误')))).toMatch(/^illegal_transition 本机关已提出用印/)
    desk.ask('clerk-a2', await confirmBy('clerk-a2', desk))
    expect(sealDeclineOf(desk.state(), 'organ-a')).toBeNull()
    expect(reason(desk.ask('clerk-a', decline('迟了')))).toMatch(/^already_sealed/)
  })

  it('a single organ has nobody to tell', async () => {
    const desk = deskAtApproval(openDesk(ground))
    desk.ask('leader', await agreeAsLeader(desk))
    issue(desk)
    expect(reason(desk.ask('clerk', decline('有误')))).toMatch(/^illegal_transition/)
  })
})

describe('J4 the other issuing organs’ seal clerks see pages and seals, and nothing of the way to them', () => {
  it('from composing on, never before', async () => {
    const desk = deskAtApproval(openDesk(jointGround), jointContent())
    expect(viewOf(desk.state(), office, 'clerk-a', now)).toBe('none')
    desk.ask('leader', await agreeAsLeader(desk))
    desk.ask('system', { type: 'document.number', documentId: 'd1' })
    expect(viewOf(desk.state(), office, 'clerk-a', now)).toBe('none')
    desk.ask('system', { type: 'document.compose', documentId: 'd1' })
    expect([viewOf(desk.state(), office, 'clerk-a', now), viewOf(desk.state(), office, 'clerk', now), viewOf(desk.state(), office, 'receiver', now)]).toEqual(['issuing', 'full', 'none'])
  })

  it('no draft, text, comment or word of an opinion; every hash that it names is of pages or sealed files', async () => {
    const desk = deskAtApproval(openDesk(jointGround), jointContent())
    desk.ask('reviewer', { type: 'comment.add', documentId: 'd1', text: '内部批注' })
    desk.ask('leader', await agreeAsLeader(desk))
    issue(desk)
    desk.ask('clerk', await sealBy('clerk', desk, 'seal-2'))
    desk.ask('clerk-b', decline('乙厅的理由'))
    const held = project(desk.state(), office, 'clerk-a', now)!
    expect(held).toMatchObject({ drafts: [], revisions: [], comments: [], route: null, assignments: {}, sealRequests: {}, sealDeclines: {}, status: 'composed', number: desk.state().number, final: desk.state().final })
    expect(held.opinions.map(({ organId, text, signature }) => [organId, text, signature])).toEqual([['organ-a', '', null]])
    for (const secret of ['内部批注', '已核。', '同意。', '乙厅的理由', desk.state().revisions[0]!.attachmentsHash]) expect(JSON.stringify(held)).not.toContain(secret)
    expect(blobsOf(held)).toEqual([desk.state().final?.hash, desk.state().final?.ofdHash])
    expect(tasksFor(held, office, 'clerk-a', now)).toEqual([{ kind: 'seal' }])
    // The projected record is enough to state and to place the seal.
    expect(stateSeal(held, { purpose: 'issue', sealId: 'seal-1', person: 'clerk-a', claimedAt: now, organId: 'organ-a' }))
      .toEqual(stateSeal(desk.state(), { purpose: 'issue', sealId: 'seal-1', person: 'clerk-a', claimedAt: now, organId: 'organ-a' }))
  })

  it('after dispatch a receiving registrar sees the sealed files alone, one who keeps the seal too keeps the wider view', async () => {
    const desk = await deskAtJointSealing()
    for (const person of clerks) desk.ask(person, await sealBy(person, desk))
    desk.ask('clerk', { type: 'document.dispatch', documentId: 'd1', organIds: ['organ-a', 'organ-b'] })
    const [wide, narrow] = [project(desk.state(), office, 'clerk-a2', now)!, project(desk.state(), office, 'receiver', now)!]
    expect([viewOf(desk.state(), office, 'clerk-a2', now), wide.dispatch?.targets.map(({ organId }) => organId), tasksFor(wide, office, 'clerk-a2', now)]).toEqual(['issuing', ['organ-a'], [{ kind: 'receive', organId: 'organ-a' }]])
    const { seal } = desk.state()
    expect([narrow.final, narrow.seals, narrow.sealDeclines, blobsOf(narrow), missingSeals(narrow)]).toEqual([null, undefined, undefined, [seal?.sealedHash, seal?.sealedOfdHash], []])
    expect(blobsOf(wide)).toHaveLength(8)
  })
})
