import { describe, expect, it } from 'vitest'
import { emptyDirectory } from '#core/access'
import { agreeAsLeader, assignments, contentWith, issue, keyOf, sealBy, deskAtApproval, now, office, openDesk, route, signStatement } from './office.fixture.ts'
import { audienceOf, boxOf, project, stateReceipt, statesReceipt, tasksFor, viewOf, type Decision, type DocumentCommand, type ReceiptStatement, type Statement } from './index.ts'

const codeOf = (decision: Decision): string => decision.kind === 'refused' ? decision.refusal.code : decision.kind

describe('drafts', () => {
  it('B1 keeps both drafts when two devices wrote from the same base, and settles them only by naming both', () => {
    const desk = openDesk()
    const [first, left, right, merged] = ['一', '二', '三', '四'].map((text) => desk.store(contentWith('标题', text)))
    if (!first || !left || !right || !merged) throw new Error('fixture')
    desk.ask('drafter', { type: 'document.create', documentId: 'd1', kind: '通知', organId: 'office', title: '' })
    desk.ask('drafter', { type: 'draft.save', documentId: 'd1', contentHash: first, base: null })
    desk.ask('drafter', { type: 'draft.save', documentId: 'd1', contentHash: left, base: first })
    desk.ask('drafter', { type: 'draft.save', documentId: 'd1', contentHash: right, base: first })
    expect(desk.state().drafts.map((draft) => draft.hash)).toEqual([left, right])
    expect(codeOf(desk.ask('drafter', { type: 'document.submit', documentId: 'd1', contentHash: left, routeId: 'usual', routeVersion: 1, assignments }))).toBe('draft_forked')
    expect(codeOf(desk.ask('drafter', { type: 'draft.settle', documentId: 'd1', contentHash: merged, replaces: [left, first] }))).toBe('draft_forked')
    desk.ask('drafter', { type: 'draft.settle', documentId: 'd1', contentHash: merged, replaces: [left, right] })
    expect(desk.state().drafts.map((draft) => draft.hash)).toEqual([merged])
  })

  it('B3 refuses draft writes after the freeze and says so', () => {
    const desk = deskAtApproval()
    const contentHash = desk.store(contentWith('另一标题', '另文'))
    expect(desk.ask('drafter', { type: 'draft.save', documentId: 'd1', contentHash, base: null })).toMatchObject({
      kind: 'refused', refusal: { code: 'illegal_transition', detail: expect.stringContaining('草稿不再接受修改') },
    })
  })

  it.each([
    ['too few people', { ...assignments, countersign: [] }, 'invalid_command'],
    ['a person without the role', { ...assignments, approve: ['reviewer'] }, 'invalid_command'],
    ['an own person where another organ must sign', { ...assignments, countersign: ['reviewer'] }, 'invalid_command'],
    ['the same person twice', { ...assignments, countersign: ['sign-a', 'sign-a'] }, 'invalid_command'],
    ['an unknown person', { ...assignments, review: ['nobody'] }, 'invalid_command'],
  ])('refuses to submit with %s', (_name, chosen, code) => {
    const desk = openDesk()
    const contentHash = desk.store(contentWith('标题', '正文'))
    desk.ask('drafter', { type: 'document.create', documentId: 'd1', kind: '通知', organId: 'office', title: '' })
    expect(codeOf(desk.ask('drafter', { type: 'document.submit', documentId: 'd1', contentHash, routeId: 'usual', routeVersion: 1, assignments: chosen }))).toBe(code)
    expect(desk.state().status).toBe('draft')
  })
})

describe('steps', () => {
  it('returns one branch only: the other keeps its agreement, and the returned one decides again', () => {
    const desk = openDesk()
    const contentHash = desk.store(contentWith('标题', '正文'))
    desk.ask('drafter', { type: 'document.create', documentId: 'd1', kind: '通知', organId: 'office', title: '' })
    desk.ask('drafter', { type: 'document.submit', documentId: 'd1', contentHash, routeId: 'usual', routeVersion: 1, assignments })
    desk.ask('reviewer', { type: 'step.agree', documentId: 'd1', stepId: 'review', branchId: 'review/reviewer', opinion: '', sawHash: desk.saw(), signature: null })
    desk.ask('sign-a', { type: 'step.agree', documentId: 'd1', stepId: 'countersign', branchId: 'countersign/sign-a', opinion: '同意', sawHash: desk.saw(), signature: null })
    expect(codeOf(desk.ask('sign-b', { type: 'step.return', documentId: 'd1', stepId: 'countersign', branchId: 'countersign/sign-b', reason: ' ', sawHash: desk.saw() }))).toBe('invalid_command')
    desk.ask('sign-b', { type: 'step.return', documentId: 'd1', stepId: 'countersign', branchId: 'countersign/sign-b', reason: '经费来源不明', sawHash: desk.saw() })
    expect(desk.state().revising).toBe(true)
    expect(tasksFor(desk.state(), office, 'drafter', now)).toEqual([{ kind: 'revise' }])
    expect(tasksFor(desk.state(), office, 'sign-b', now)).toEqual([])
    const changed = desk.store(contentWith('标题', '正文，经费由本级财政安排'))
    desk.ask('drafter', { type: 'revision.amend', documentId: 'd1', contentHash: changed, parentHash: contentHash, note: '补充经费来源' })
    desk.ask('drafter', { type: 'step.resubmit', documentId: 'd1', note: '已补充' })
    expect(desk.state().step?.branches.map((branch) => [branch.id, branch.state, branch.round])).toEqual([['countersign/sign-a', 'agreed', 1], ['countersign/sign-b', 'open', 2]])
    desk.ask('sign-b', { type: 'step.agree', documentId: 'd1', stepId: 'countersign', branchId: 'countersign/sign-b', opinion: '同意', sawHash: desk.saw(), signature: null })
    expect(desk.state().step?.stepId).toBe('approve')
    expect(desk.state().opinions.map((opinion) => [opinion.by, opinion.decision, opinion.revision])).toEqual([
      ['reviewer', 'agree', 1], ['sign-a', 'agree', 1], ['sign-b', 'return', 1], ['sign-b', 'agree', 2],
    ])
    expect(desk.state().revisions).toHaveLength(2)
  })

  it('O2 accepts the approval of what still stands', async () => {
    const desk = deskAtApproval()
    expect(codeOf(desk.ask('leader', await agreeAsLeader(desk), { viewAgeSeconds: 80_000 }))).toBe('events')
    expect(desk.state().status).toBe('approved')
  })

  it('O3 content_changed names both versions when the reviewer amended meanwhile, and the old approval never applies', async () => {
    const desk = deskAtApproval()
    const offline = await agreeAsLeader(desk)
    const before = desk.state().revisions[0]?.hash
    const after = desk.store(contentWith('关于防火的紧急通知', '请立即执行。'))
    desk.ask('reviewer', { type: 'revision.amend', documentId: 'd1', contentHash: after, parentHash: before ?? '', note: '改为紧急' })
    expect(desk.ask('leader', offline)).toMatchObject({ kind: 'refused', refusal: { code: 'content_changed', standing: after, asked: before } })
    expect(desk.state().approval).toBeNull()
    expect(codeOf(desk.ask('leader', await agreeAsLeader(desk)))).toBe('events')
  })

  it.each<[string, string, (desk: ReturnType<typeof deskAtApproval>) => Promise<Decision>]>([
    ['step_closed', 'a step that is decided', async (desk) => { const command = await agreeAsLeader(desk); desk.ask('leader', command); return desk.ask('leader', command) }],
    ['not_authorized', 'someone who does not hold the step', async (desk) => desk.ask('reviewer', await agreeAsLeader(desk))],
    ['recalled', 'a recalled document', async (desk) => {
      const command = await agreeAsLeader(desk)
      desk.ask('drafter', { type: 'document.recall', documentId: 'd1', reason: '重报' })
      return desk.ask('leader', command)
    }],
    ['too_old', 'a view older than the limit', async (desk) => desk.ask('leader', await agreeAsLeader(desk), { viewAgeSeconds: 90_000 })],
    ['signature_required', 'a missing personal signature', async (desk) => desk.ask('leader', { ...(await agreeAsLeader(desk)), signature: null } as DocumentCommand)],
    ['signature_invalid', 'another person’s signature', async (desk) => desk.ask('leader', { ...(await agreeAsLeader(desk)), signature: await desk.approval('reviewer', { person: 'leader' }) } as DocumentCommand)],
    ['signature_invalid', 'a statement that says something else', async (desk) => desk.ask('leader', { ...(await agreeAsLeader(desk)), signature: await desk.approval('leader', { opinion: '不同意' }) } as DocumentCommand)],
    ['signature_invalid', 'a certificate beside it that is not the key’s', async (desk) => desk.ask('leader', await agreeAsLeader(desk), { personalKeys: () => [{ ...keyOf('leader'), certificate: 'AAAA' }] })],
    ['signature_invalid', 'a device without a registered personal key', async (desk) => desk.ask('leader', await agreeAsLeader(desk), { personalKeys: () => [] })],
  ])('O3 %s for %s', async (code, _name, act) => {
    expect(codeOf(await act(deskAtApproval()))).toBe(code)
  })

  it('O3 offline_not_allowed where the route says that a step is decided online', () => {
    const desk = openDesk()
    const contentHash = desk.store(contentWith('标题', '正文'))
    desk.ask('drafter', { type: 'document.create', documentId: 'd1', kind: '通知', organId: 'office', title: '' })
    desk.ask('drafter', { type: 'document.submit', documentId: 'd1', contentHash, routeId: 'usual', routeVersion: 1, assignments })
    desk.ask('reviewer', { type: 'step.agree', documentId: 'd1', stepId: 'review', branchId: 'review/reviewer', opinion: '', sawHash: desk.saw(), signature: null })
    expect(codeOf(desk.ask('sign-a', { type: 'step.agree', documentId: 'd1', stepId: 'countersign', branchId: 'countersign/sign-a', opinion: '', sawHash: desk.saw(), signature: null }, { viewAgeSeconds: 301 }))).toBe('offline_not_allowed')
  })

  it('O3 route_changed when the route was published anew before submission', () => {
    const desk = openDesk()
    const contentHash = desk.store(contentWith('标题', '正文'))
    desk.ask('drafter', { type: 'document.create', documentId: 'd1', kind: '通知', organId: 'office', title: '' })
    const newer = { schema: 1 as const, version: 2, routes: { usual: { ...route, version: 2 } } }
    expect(codeOf(desk.ask('drafter', { type: 'document.submit', documentId: 'd1', contentHash, routeId: 'usual', routeVersion: 1, assignments }, { routes: newer }))).toBe('route_changed')
  })

  it('B4 an amendment keeps the earlier revision, and a stale one is refused with both hashes', () => {
    const desk = deskAtApproval()
    const before = desk.state().revisions[0]?.hash ?? ''
    const [one, two] = [desk.store(contentWith('标题', '甲')), desk.store(contentWith('标题', '乙'))]
    desk.ask('reviewer', { type: 'revision.amend', documentId: 'd1', contentHash: one, parentHash: before, note: '' })
    expect(desk.ask('reviewer', { type: 'revision.amend', documentId: 'd1', contentHash: two, parentHash: before, note: '' })).toMatchObject({
      kind: 'refused', refusal: { code: 'content_changed', standing: one, asked: two },
    })
    expect(desk.state().revisions.map((revision) => revision.hash)).toEqual([before, one])
  })
})

describe('issuing', () => {
  it('S1 one seal, and the second clerk learns who was first', async () => {
    const desk = deskAtApproval()
    desk.ask('leader', await agreeAsLeader(desk))
    issue(desk)
    expect(desk.state().number?.text).toBe('某办发〔2026〕12号')
    const [first, second] = [await sealBy('clerk', desk), await sealBy('clerk2', desk)]
    expect(codeOf(desk.ask('clerk', first))).toBe('events')
    expect(desk.ask('clerk2', second)).toMatchObject({ kind: 'refused', refusal: { code: 'already_sealed', detail: expect.stringContaining('孙丽') } })
  })

  it.each(['document.number', 'document.compose', 'archive.package'] as const)('refuses %s from anyone but the installation', async (type) => {
    const desk = deskAtApproval()
    desk.ask('leader', await agreeAsLeader(desk))
    expect(codeOf(desk.ask('leader', { type, documentId: 'd1' }))).toBe('not_authorized')
  })

  it('goes to the receiving organ and into the archive, once each', async () => {
    const desk = deskAtApproval()
    desk.ask('leader', await agreeAsLeader(desk))
    issue(desk)
    desk.ask('clerk', await sealBy('clerk', desk))
    expect(codeOf(desk.ask('clerk', { type: 'document.dispatch', documentId: 'd1', organIds: ['organ-a', 'organ-a'] }))).toBe('invalid_command')
    desk.ask('clerk', { type: 'document.dispatch', documentId: 'd1', organIds: ['organ-a'] })
    const due = stateReceipt(desk.state(), { organId: 'organ-a', verdict: 'valid', person: 'receiver', claimedAt: now })
    if (due?.schema !== 'wenshu.receipt/2') throw new Error('both files are not named')
    const signed = async (statement: Statement): Promise<DocumentCommand> =>
      ({ type: 'receipt.sign', documentId: 'd1', organId: 'organ-a', signature: await signStatement('receiver', statement) })
    // R10: not for one file of two, not for another file, not for another organ's.
    const { sealedOfdHash: _ofd, ...named } = due
    for (const wrong of [{ ...named, schema: 'wenshu.receipt/1' }, { ...due, sealedOfdHash: due.sealedHash }, { ...due, sealedHash: due.sealedOfdHash }, { ...due, organId: 'organ-b' }, { ...due, person: 'clerk' }]) {
      expect(codeOf(desk.ask('receiver', await signed(wrong as Statement)))).toBe('signature_invalid')
    }
    // One signed before there was version 2 still speaks for the document.
    expect(statesReceipt(desk.state(), { ...named, schema: 'wenshu.receipt/1' } as ReceiptStatement, { organId: 'organ-a', person: 'receiver' })).toBe(true)
    const receipt = await signed(due)
    expect(codeOf(desk.ask('receiver', receipt))).toBe('events')
    expect(codeOf(desk.ask('receiver', receipt))).toBe('already_received')
    desk.ask('archivist', { type: 'document.file', documentId: 'd1', retention: 'Y', category: '8.1', reason: '' })
    issue(desk)
    expect(desk.state().status).toBe('packaged')
    expect(codeOf(desk.ask('archivist', { type: 'document.file', documentId: 'd1', retention: 'Y', category: '8.1', reason: '' }))).toBe('illegal_transition')
    expect(boxOf(desk.state(), office, 'archivist', now)).toBe('done')
  })
})

describe('audience', () => {
  it('I0 an account without a task, role or grant sees nothing and learns nothing', async () => {
    const desk = deskAtApproval()
    for (const person of ['outsider', 'admin', 'archivist', 'clerk', 'receiver', 'nobody']) {
      expect(viewOf(desk.state(), office, person, now)).toBe('none')
      expect(codeOf(desk.ask(person, { type: 'comment.add', documentId: 'd1', text: '有吗' }))).toBe('not_found')
    }
  })

  it('L4 a step that reaches me brings the document into view, a recall takes it away from those who never acted', () => {
    const desk = deskAtApproval()
    expect(viewOf(desk.state(), office, 'leader', now)).toBe('full')
    desk.ask('drafter', { type: 'document.recall', documentId: 'd1', reason: '重报' })
    expect(viewOf(desk.state(), office, 'leader', now)).toBe('none')
    expect(viewOf(desk.state(), office, 'sign-a', now)).toBe('full')
  })

  it('I0 a receiving organ holds the sealed document and its own receipt, never the way to it', async () => {
    const desk = deskAtApproval()
    desk.ask('leader', await agreeAsLeader(desk))
    issue(desk)
    desk.ask('clerk', await sealBy('clerk', desk))
    desk.ask('clerk', { type: 'document.dispatch', documentId: 'd1', organIds: ['organ-a', 'organ-b'] })
    const held = project(desk.state(), office, 'receiver', now)
    expect(held).toMatchObject({ opinions: [], revisions: [], drafts: [], comments: [], approval: null, route: null })
    expect(held?.dispatch?.targets.map((target) => target.organId)).toEqual(['organ-a'])
    expect(held?.seal).not.toBeNull()
  })

  it('a delegate acts in the holder’s step while the delegation runs, and is named as such', async () => {
    const desk = deskAtApproval()
    const delegated = { ...office, delegations: [{ from: 'leader', to: 'reviewer', since: '2026-11-24T00:00:00Z', until: '2026-11-25T00:00:00Z' }] }
    const command: DocumentCommand = { ...(await agreeAsLeader(desk)), signature: await desk.approval('reviewer') } as DocumentCommand
    expect(codeOf(desk.ask('reviewer', command, { directory: delegated, now: '2026-11-26T00:00:00Z' }))).toBe('not_authorized')
    expect(codeOf(desk.ask('reviewer', command, { directory: delegated }))).toBe('events')
    expect(desk.state().opinions.at(-1)).toMatchObject({ by: 'reviewer', onBehalfOf: 'leader' })
  })

  it('names nobody who is not in the directory', () => {
    const desk = deskAtApproval()
    expect(audienceOf(desk.state(), emptyDirectory, now).size).toBe(0)
  })
})
