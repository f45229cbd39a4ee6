/** The main job, step by step (主线流程): each by its own person, each with its own verification. */
import { diffContents } from '#core/document'
import { standingRevision, standingSawHash, stateReceipt, stateSeal } from '#core/route'
import type { DocumentContent } from '#core/document'
import type { Headless } from './headless.ts'

export type Cast = {
  readonly qiqige: Headless; readonly wangxiaoyan: Headless; readonly limin: Headless; readonly zhaogang: Headless; readonly bateer: Headless
  readonly sunli: Headless; readonly gaowa: Headless; readonly zhaomin: Headless; readonly wuyunna: Headless
}

export type StepReport = { readonly step: string; readonly person: string; readonly verified: boolean; readonly checks: Readonly<Record<string, unknown>>; readonly milliseconds: number }

export type Wire = { readonly cut: () => Promise<void> | void; readonly restore: () => Promise<void> | void }

export const demoPin = '20261124'
const documentId = 'demo-notice'

/** Runs every step; a step whose own verification fails stops the run. */
export const playMainJob = async (
  cast: Cast, content: DocumentContent, leaderWire: Wire, wait: (what: string, done: () => Promise<boolean>) => Promise<void>,
  report: (step: StepReport) => void,
): Promise<string> => {
  const step = async (name: string, person: Headless, act: () => Promise<Record<string, unknown>>): Promise<void> => {
    const started = performance.now()
    const checks = await act()
    const failed = Object.entries(checks).filter(([, value]) => value === false).map(([key]) => key)
    report({ step: name, person: person.personId, verified: failed.length === 0, checks, milliseconds: Math.round(performance.now() - started) })
    if (failed.length > 0) throw new Error(`步骤“${name}”自检未通过：${failed.join('、')}`)
  }
  const noRejections = async (person: Headless): Promise<boolean> => (await person.rejections()).length === 0

  await step('拟稿', cast.qiqige, async () => {
    const { qiqige } = cast
    await qiqige.sync()
    const contentHash = await qiqige.putContent(content)
    await qiqige.submit({ type: 'document.create', documentId, kind: content.kind, organId: 'nmg-bgt', title: content.title })
    await qiqige.submit({ type: 'draft.save', documentId, contentHash, base: null })
    await qiqige.submit({
      type: 'document.submit', documentId, contentHash, routeId: 'bgt-fawen', routeVersion: 1,
      assignments: { review: ['wangxiaoyan'], countersign: ['limin', 'zhaogang'], approve: ['bateer'] },
    })
    await qiqige.sync()
    const state = await qiqige.document(documentId)
    return { frozen: standingRevision(state)?.hash === contentHash, routed: state.status === 'routing', accepted: await noRejections(qiqige) }
  })

  await step('核稿', cast.wangxiaoyan, async () => {
    const { wangxiaoyan } = cast
    await wangxiaoyan.sync()
    const before = standingRevision(await wangxiaoyan.document(documentId))
    if (before === null) throw new Error('没有可核的文本')
    const text = await wangxiaoyan.content(before.hash)
    const edited: DocumentContent = { ...text, body: text.body.map((block, index) => index === 2 && block.kind === 'paragraph' ? { ...block, text: `${block.text}重大事项及时请示报告。` } : block) }
    await wangxiaoyan.submit({ type: 'revision.amend', documentId, contentHash: await wangxiaoyan.putContent(edited), parentHash: before.hash, note: '补充请示报告要求' })
    await wangxiaoyan.sync()
    await wangxiaoyan.approve(documentId, '已核，拟同意。请会签单位阅核后呈批。', null)
    await wangxiaoyan.sync()
    const state = await wangxiaoyan.document(documentId)
    const earlier = await wangxiaoyan.content(state.revisions[0]?.hash ?? '')
    return {
      twoRevisions: state.revisions.length === 2, earlierKept: JSON.stringify(earlier) === JSON.stringify(text),
      changedParagraphs: diffContents(text, edited).body.filter((change) => change.op !== 'same').length, accepted: await noRejections(wangxiaoyan),
    }
  })

  await step('会签：一家同意，一家退回', cast.limin, async () => {
    const { limin, zhaogang, qiqige } = cast
    await Promise.all([limin.sync(), zhaogang.sync()])
    const state = await zhaogang.document(documentId)
    const task = await zhaogang.task(documentId, 'decide')
    await limin.approve(documentId, '同意。', null)
    await zhaogang.submit({ type: 'step.return', documentId, stepId: task.stepId, branchId: task.branch.id, reason: '请明确所需经费由本级财政统筹解决。', sawHash: standingSawHash(state) ?? '' })
    await Promise.all([limin.sync(), zhaogang.sync()])
    await qiqige.sync()
    const returned = await qiqige.document(documentId)
    return { agreementKept: returned.step?.branches.find((branch) => branch.holder === 'limin')?.state === 'agreed', backAtDrafter: returned.revising, reason: returned.opinions.at(-1)?.text }
  })

  await step('会签：修改后再送，同意', cast.zhaogang, async () => {
    const { qiqige, zhaogang } = cast
    const standing = standingRevision(await qiqige.document(documentId))
    const text = await qiqige.content(standing?.hash ?? '')
    const amended: DocumentContent = { ...text, body: [...text.body, { kind: 'paragraph', level: 0, number: null, text: '所需经费由本级财政统筹解决。' }] }
    await qiqige.submit({ type: 'revision.amend', documentId, contentHash: await qiqige.putContent(amended), parentHash: standing?.hash ?? '', note: '按财政厅意见修改' })
    await qiqige.submit({ type: 'step.resubmit', documentId, note: '已按意见补充' })
    await qiqige.sync()
    await zhaogang.sync()
    await zhaogang.approve(documentId, '同意。', null)
    await zhaogang.sync()
    const state = await zhaogang.document(documentId)
    return { threeRevisions: state.revisions.length === 3, atLeader: state.step?.stepId === 'approve', accepted: await noRejections(zhaogang) && await noRejections(qiqige) }
  })

  await step('签发：断网签署，文本已变则不予受理', cast.bateer, async () => {
    const { bateer, wangxiaoyan } = cast
    await bateer.call('keys.create', { pin: demoPin })
    await bateer.sync()
    await leaderWire.cut()
    const seen = standingRevision(await bateer.document(documentId))
    const signed = await bateer.approve(documentId, '同意印发。', demoPin)
    const offline = await bateer.engine.sync()
    await wangxiaoyan.sync()
    const before = standingRevision(await wangxiaoyan.document(documentId))
    const text = await wangxiaoyan.content(before?.hash ?? '')
    const urgent: DocumentContent = { ...text, body: text.body.map((block, index) => index === 0 && block.kind === 'paragraph' ? { ...block, text: block.text.replace('认真贯彻落实', '认真抓好贯彻落实') } : block) }
    await wangxiaoyan.submit({ type: 'revision.amend', documentId, contentHash: await wangxiaoyan.putContent(urgent), parentHash: before?.hash ?? '', note: '文字校核' })
    await wangxiaoyan.sync()
    await leaderWire.restore()
    await wait('领导重新联网', async () => (await bateer.engine.sync()).kind === 'done')
    const rejection = (await bateer.rejections()).find((candidate) => candidate.command.commandId === signed.commandId)
    return {
      offlineKept: offline.kind === 'stopped', refusedAs: rejection?.result.code, refused: rejection?.result.code === 'content_changed',
      bothVersionsNamed: rejection?.result.asked === seen?.hash && rejection?.result.standing === standingRevision(await bateer.document(documentId))?.hash,
      notApproved: (await bateer.document(documentId)).approval === null,
    }
  })

  await step('签发：断网签署新版本，联网后受理', cast.bateer, async () => {
    const { bateer } = cast
    await bateer.prefetch()
    for (const rejection of await bateer.rejections()) await bateer.engine.dismissRejection(rejection.command.commandId)
    await leaderWire.cut()
    await bateer.approve(documentId, '同意印发。', demoPin)
    const offline = await bateer.engine.sync()
    const unsent = bateer.engine.status().unsent
    await leaderWire.restore()
    await wait('领导重新联网', async () => (await bateer.engine.sync()).kind === 'done')
    const state = await bateer.document(documentId)
    const opinion = state.opinions.find((candidate) => candidate.by === 'bateer' && candidate.decision === 'agree')
    return {
      signedOffline: offline.kind === 'stopped' && unsent === 1, approved: state.approval?.by === 'bateer',
      standingTextApproved: state.approval?.revision === standingRevision(state)?.number, personalSignature: (opinion?.signature ?? null) !== null,
      claimedAt: opinion?.claimedAt, receivedAt: opinion?.receivedAt, accepted: await noRejections(bateer),
    }
  })

  await step('编号、用印：两名印章管理员同时用印只成一次', cast.sunli, async () => {
    const { sunli, gaowa } = cast
    for (const clerk of [sunli, gaowa]) {
      await clerk.call('keys.create', { pin: demoPin })
      await wait('编号和排版', async () => {
        await clerk.sync()
        return (await clerk.projection()).documents.get(documentId)?.state.status === 'composed'
      })
    }
    const seal = async (clerk: Headless): Promise<void> => {
      const state = await clerk.document(documentId)
      const statement = stateSeal(state, { purpose: 'issue', sealId: 'nmg-bgt-seal', person: clerk.personId, claimedAt: clerk.now() })
      if (statement === null) throw new Error('公文尚未排版')
      await clerk.submit({ type: 'document.seal', documentId, purpose: 'issue', sealId: 'nmg-bgt-seal', signature: await clerk.sign(statement, demoPin) })
    }
    await Promise.all([seal(sunli), seal(gaowa)])
    await Promise.all([sunli.sync(), gaowa.sync()])
    await Promise.all([sunli.sync(), gaowa.sync()])
    const state = await sunli.document(documentId)
    const refused = [...await sunli.rejections(), ...await gaowa.rejections()]
    const verdicts = await Promise.all([state.seal?.sealedHash, state.seal?.sealedOfdHash].map((hash) => sunli.call('seal.verify', { hash: hash ?? '' }))) as { verdict?: string }[]
    return {
      number: state.number?.text, numbered: state.number !== null, sealed: state.status === 'sealed',
      onceOnly: refused.length === 1 && refused[0]?.result.code === 'already_sealed', ownVerifier: verdicts.every(({ verdict }) => verdict === 'valid'),
      bothFiles: state.seal?.sealedOfdHash !== undefined,
    }
  })

  await step('封发', cast.sunli, async () => {
    const { sunli } = cast
    await sunli.submit({ type: 'document.dispatch', documentId, organIds: ['azq', 'sgl'] })
    await sunli.sync()
    return { dispatched: (await sunli.document(documentId)).status === 'dispatched', accepted: await noRejections(sunli) }
  })

  await step('签收：收文机关验章并签收', cast.zhaomin, async () => {
    const { zhaomin } = cast
    await zhaomin.call('keys.create', { pin: demoPin })
    await zhaomin.sync()
    const state = await zhaomin.document(documentId)
    const sealedHash = state.seal?.sealedHash ?? ''
    const verified = await zhaomin.call('seal.verify', { hash: sealedHash }) as { verdict?: string }
    const ofd = await zhaomin.call('seal.verify', { hash: state.seal?.sealedOfdHash ?? '' }) as { verdict?: string }
    const verdict = verified.verdict === 'valid' && ofd.verdict === 'valid' ? 'valid' : 'invalid'
    const statement = stateReceipt(state, { organId: 'azq', verdict, person: 'zhaomin', claimedAt: zhaomin.now() })
    if (statement === null) throw new Error('公文尚未用印')
    await zhaomin.submit({ type: 'receipt.sign', documentId, organId: 'azq', signature: await zhaomin.sign(statement, demoPin) })
    await zhaomin.sync()
    const after = await zhaomin.document(documentId)
    return {
      sealValid: verified.verdict === 'valid', ofdSealValid: ofd.verdict === 'valid', received: after.dispatch?.targets[0]?.receipt !== null, seesNoOpinions: after.opinions.length === 0,
      accepted: await noRejections(zhaomin),
    }
  })

  await step('归档', cast.wuyunna, async () => {
    const { wuyunna } = cast
    await wuyunna.sync()
    await wuyunna.submit({ type: 'document.file', documentId, retention: 'Y', category: '8.1', reason: '' })
    await wuyunna.sync()
    await wait('生成归档包', async () => {
      await wuyunna.sync()
      return (await wuyunna.document(documentId)).status === 'packaged'
    })
    const state = await wuyunna.document(documentId)
    return { archivalCode: state.archive?.code, filed: state.archive !== null, packaged: state.package !== null, accepted: await noRejections(wuyunna) }
  })
  return documentId
}
