/** Seven people take one document from the first word to the proved archive, each at their own desk (主线). */
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { readZip } from '#core/formats'
import { verifyPaths } from '../../cli/verify/index.ts'
import { sampleText } from '../../cli/bench/typeset.ts'
import type { Office } from './office.ts'
import { eventually, must, scenario, type Scenario } from './scenario.ts'
import { inBatch, registered, twoClerks } from './sealDesk.e2e.ts'
import { bodyOf, draftNotice, enterPin, makeKey, openFromDesk, rail, sendForReview } from './work.ts'

const title = '内蒙古自治区人民政府办公厅关于印发实施方案的通知'

/** A picture that travels with the text from the drafter's disk to the archive. */
const drawing = readFile(join(import.meta.dirname, '..', 'fixtures', 'gw', 'section.png'))

const stateOf = async (office: Office): Promise<{ readonly status: string; readonly approval: { readonly by: string; readonly revision: number } | null; readonly revisions: readonly unknown[]; readonly seal: { readonly sealedHash: string } | null; readonly package: { readonly hash: string } | null; readonly number: { readonly text: string } | null }> => {
  const rows = await office.server.db.query<{ state: never }>("select state from aggregate where kind = 'document' and state->>'title' = $1", [title])
  const [row] = rows
  if (row === undefined) throw new Error('the server does not have the document')
  return row.state
}

const online = (page: import('playwright').Page) => page.locator('.ws-chip', { hasText: '在线' }).waitFor()

const drafting = scenario('O1 P2 the drafter writes without a network, sees the pages, and everything goes up later', async (office) => {
  const desk = await office.desk('qiqige')
  await online(desk.page)
  await desk.shot('01-desk-drafter')
  desk.cable.cut()
  const text = await readFile(sampleText(), 'utf8')
  await draftNotice(desk, { title, attachment: { name: '实施方案', text }, cells: ['序号', '单位', '金额', '备注', '1', '自治区应急管理厅', '200', '首批'], picture: { name: '示意图.png', bytes: await drawing } })
  await desk.page.locator('.ws-chip', { hasText: '离线' }).waitFor()
  await eventually('the preview shows the picture', async () => (await desk.page.locator('.wk-drafting-pages svg image').count()) > 0)
  await eventually('the preview shows the red head', async () => (await desk.page.locator('svg').filter({ hasText: '内蒙古自治区人民政府办公厅文件' }).count()) > 0)
  await desk.shot('02-drafting-offline')
  await sendForReview(desk)
  await desk.page.locator('.ws-chip', { hasText: '待发送' }).waitFor()
  await desk.shot('03-sent-offline')
  desk.cable.restore()
  await eventually('the server has the document', async () => (await stateOf(office).catch(() => null))?.status === 'routing')
  await online(desk.page)
})

const review = scenario('B4 the reviewer changes the text; the change is a new revision and the earlier one stays', async (office) => {
  const desk = await office.desk('wangxiaoyan')
  const { page } = desk
  await openFromDesk(desk, title)
  await desk.shot('04-review')
  await page.getByRole('button', { name: '修改文本' }).click()
  await bodyOf(page).locator('p').first().click()
  await page.keyboard.press('End')
  await page.keyboard.type('重大事项及时请示报告。')
  await page.getByRole('button', { name: '形成新稿' }).click()
  await page.getByRole('button', { name: /形成第2稿/ }).click()
  await eventually('two revisions', async () => (await stateOf(office)).revisions.length === 2)
  await openFromDesk(desk, title)
  await page.keyboard.press('F4')
  await page.locator('ins', { hasText: '重大事项及时请示报告' }).first().waitFor()
  await desk.shot('05-redline')
  await page.getByRole('button', { name: '已核，拟同意。', exact: true }).click()
  await page.keyboard.press('F8')
  await eventually('countersigning is open', async () => JSON.stringify(await stateOf(office)).includes('"stepId":"countersign"'))
  for (const tab of ['办理单', '流程', '流转记录', '版本']) {
    await page.getByRole('tab', { name: new RegExp(tab) }).click()
    await desk.shot(`06-document-${tab}`)
  }
})

const countersign = scenario('R2 R3 two organs countersign in parallel: one agrees, one returns with a reason, then agrees', async (office) => {
  const [limin, zhaogang, qiqige] = [await office.desk('limin'), await office.desk('zhaogang'), await office.desk('qiqige')]
  await openFromDesk(limin, title)
  await limin.shot('07-countersign')
  await rail(limin.page).getByRole('button', { name: '同意。', exact: true }).click()
  await rail(limin.page).getByRole('button', { name: /同意（会签）/ }).click()
  await openFromDesk(zhaogang, title)
  await rail(zhaogang.page).getByRole('button', { name: /退回修改/ }).click()
  await zhaogang.page.locator('textarea:visible').last().fill('请明确所需经费由本级财政统筹解决。')
  await zhaogang.shot('08-return')
  await zhaogang.page.getByRole('button', { name: /退回/ }).last().click()
  await eventually('the drafter has it back', async () => JSON.stringify(await stateOf(office)).includes('"revising":true'))

  await openFromDesk(qiqige, title)
  await qiqige.page.getByText('请明确所需经费由本级财政统筹解决。').first().waitFor()
  await qiqige.shot('09-returned')
  await qiqige.page.getByRole('button', { name: '修改文本' }).click()
  await bodyOf(qiqige.page).locator('p').last().click()
  await qiqige.page.keyboard.press('End')
  await qiqige.page.keyboard.press('Enter')
  await qiqige.page.keyboard.press('Control+0')
  await qiqige.page.keyboard.type('所需经费由本级财政统筹解决。')
  await qiqige.page.getByRole('button', { name: '形成新稿' }).click()
  await qiqige.page.getByRole('button', { name: /形成第3稿/ }).click()
  await eventually('three revisions', async () => (await stateOf(office)).revisions.length === 3)
  await openFromDesk(qiqige, title)
  await rail(qiqige.page).getByRole('button', { name: /重新送/ }).click()
  await qiqige.page.getByRole('button', { name: /重新送/ }).last().click().catch(() => undefined)
  await eventually('the branch is open again', async () => JSON.stringify(await stateOf(office)).includes('"revising":false'))
  await openFromDesk(zhaogang, title)
  await rail(zhaogang.page).getByRole('button', { name: '同意。', exact: true }).click()
  await rail(zhaogang.page).getByRole('button', { name: /同意（会签）/ }).click()
  await eventually('it is at the leader', async () => JSON.stringify(await stateOf(office)).includes('"stepId":"approve"'))
})

const approveOffline = scenario('O2 O3 P5 the leader signs with the cable cut; a text that changed meanwhile is refused with both versions', async (office) => {
  const desk = await office.desk('bateer')
  const { page } = desk
  await openFromDesk(desk, title)
  await desk.shot('10-leader')
  await page.getByRole('button', { name: '同意印发。', exact: true }).click()
  await page.keyboard.press('F8')
  await makeKey(page)
  await desk.shot('11-what-is-signed')
  desk.cable.cut()
  await enterPin(page)
  await page.locator('.ws-chip', { hasText: '待发送' }).waitFor()
  await desk.shot('12-signed-offline')

  const reviewer = await office.desk('wangxiaoyan')
  await openFromDesk(reviewer, title).catch(async () => {
    await reviewer.go('#/search')
    await reviewer.page.locator('.ws-row', { hasText: title }).first().click()
  })
  await reviewer.page.getByRole('button', { name: '修改文本' }).click()
  await bodyOf(reviewer.page).locator('p').first().click()
  await reviewer.page.keyboard.press('End')
  await reviewer.page.keyboard.type('本通知自印发之日起施行。')
  await reviewer.page.getByRole('button', { name: '形成新稿' }).click()
  await reviewer.page.getByRole('button', { name: /形成第4稿/ }).click()
  await eventually('four revisions', async () => (await stateOf(office)).revisions.length === 4)

  desk.cable.restore()
  await page.locator('.ws-chip', { hasText: '需处理' }).waitFor()
  must((await stateOf(office)).approval === null, 'a text that the leader did not see was approved')
  await page.locator('.ws-chip', { hasText: '需处理' }).click()
  await page.getByText('本通知自印发之日起施行。').first().waitFor()
  await desk.shot('13-refused-both-versions')
})

const approveAgain = scenario('O1 O4 the leader signs what now stands, again without a network, and it is accepted on reconnecting', async (office) => {
  const desk = await office.desk('bateer')
  const { page } = desk
  await openFromDesk(desk, title)
  await page.getByText(/第4稿/).first().waitFor()
  desk.cable.cut()
  await page.getByRole('button', { name: '同意印发。', exact: true }).click()
  await page.keyboard.press('F8')
  await enterPin(page)
  await page.locator('.ws-chip', { hasText: '待发送' }).waitFor()
  desk.cable.restore()
  await eventually('approved, numbered and composed', async () => (await stateOf(office)).status === 'composed', 60_000)
  const state = await stateOf(office)
  must(state.approval?.by === 'bateer' && state.approval.revision === 4, `approved: ${JSON.stringify(state.approval)}`)
})

const seal = scenario('S1 the seal clerk stamps the numbered pages once; the second clerk is told who was first', async (office) => {
  const [sunli, gaowa] = [await office.desk('sunli'), await office.desk('gaowa')]
  for (const desk of [sunli, gaowa]) {
    await desk.go('#/sealing')
    await desk.page.getByRole('button', { name: '用印', exact: true }).last().waitFor()
  }
  await sunli.shot('14-seal-queue')
  for (const desk of [sunli, gaowa]) {
    await desk.page.getByRole('button', { name: '用印', exact: true }).last().click()
    await makeKey(desk.page)
  }
  await sunli.shot('15-seal-pin')
  await Promise.all([enterPin(sunli.page), enterPin(gaowa.page)])
  await eventually('sealed', async () => (await stateOf(office)).seal !== null, 60_000)
  const applied = await office.server.db.query("select count(*)::int as n from ledger_entry where type = 'SealApplied'")
  must(applied[0]?.['n'] === 1, `${String(applied[0]?.['n'])} seals were applied`)
  await eventually('one clerk learns that the other was first', async () =>
    await sunli.page.locator('.ws-chip', { hasText: '需处理' }).count() + await gaowa.page.locator('.ws-chip', { hasText: '需处理' }).count() > 0)
  await sunli.go('#/sealing')
  await sunli.page.getByRole('button', { name: '全选' }).waitFor()
  await sunli.shot('16-sealed-verified')
  await sunli.page.getByRole('button', { name: '全选' }).click()
  await sunli.page.getByRole('button', { name: /封发给/ }).click()
  await eventually('dispatched', async () => (await stateOf(office)).status === 'dispatched')
  await sunli.shot('17-dispatched')
})

const receive = scenario('R10 I0 the receiving organ verifies the seal and signs a receipt, and sees no opinion', async (office) => {
  const desk = await office.desk('zhaomin')
  const { page } = desk
  await desk.go('#/receiving')
  await page.getByText(/签章有效|印章有效|有效/).first().waitFor()
  await desk.shot('18-receiving')
  const shown = await page.locator('body').innerText()
  must(!shown.includes('同意印发') && !shown.includes('请明确所需经费'), 'a receiving organ sees internal opinions')
  await page.getByRole('button', { name: '签收', exact: true }).click()
  await makeKey(page)
  await enterPin(page)
  await eventually('the receipt is signed', async () => JSON.stringify(await stateOf(office)).includes('"verdict":"valid"'))
  await desk.shot('19-received')
})

const file = scenario('the archivist files it; the package verifies in an empty folder without server and network', async (office) => {
  const desk = await office.desk('wuyunna')
  const { page } = desk
  await desk.go('#/archive')
  await page.getByRole('button', { name: '归档', exact: true }).last().waitFor()
  await desk.shot('20-archive')
  await page.getByRole('button', { name: '归档', exact: true }).last().click()
  await eventually('packaged', async () => (await stateOf(office)).status === 'packaged', 60_000)
  await page.getByText(/Z001-WS·2026-/).first().waitFor()
  await desk.shot('21-filed')

  const folder = mkdtempSync(join(tmpdir(), 'wenshu-stranger-'))
  try {
    const hash = (await stateOf(office)).package?.hash ?? ''
    const result = await fetch(`${office.server.url}/v1/trust`, { headers: { 'wenshu-wire': '1' } })
    const trust = (await result.json()) as { root: string; crl: string }
    mkdirSync(join(folder, 'trust'))
    writeFileSync(join(folder, 'trust', 'root.pem'), trust.root)
    writeFileSync(join(folder, 'trust', 'crl.pem'), trust.crl)
    // The archivist's own download, as the screen offers it.
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /下载归档包|归档包/ }).first().click()])
    const zip = await readFile(await download.path())
    const entries = readZip(zip)
    if (!entries.ok) throw new Error(entries.error.message)
    for (const { path, bytes } of entries.value) {
      const target = join(folder, 'package', path.slice(path.indexOf('/') + 1))
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, bytes)
    }
    must(hash !== '', 'no package hash')
    const picture = new Uint8Array(await drawing)
    must(entries.value.some(({ bytes }) => Buffer.from(bytes).equals(picture)), 'the picture of the text is not in the package')
    const sealed = entries.value.find(({ path }) => path.endsWith('正本.pdf'))
    must(sealed !== undefined && Buffer.from(sealed.bytes).includes('/Subtype /Image'), 'the sealed pages lack the picture')
    const judged = verifyPaths({ paths: [join(folder, 'package')], trust: [join(folder, 'trust')] })
    must(judged.exitCode === 0, `the package does not verify:\n${judged.text}`)
    must(verifyPaths({ paths: [join(folder, 'package')] }).exitCode === 4, 'without trust the package must stay undecided')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

export const mainJob: readonly Scenario[] = [drafting, review, countersign, approveOffline, approveAgain, twoClerks(title), inBatch, seal, registered, receive, file]
