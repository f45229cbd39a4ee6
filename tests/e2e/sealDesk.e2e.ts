/** The seal desk beside the main job: two clerks for one seal, and the register that keeps every use (用印台). */
import type { Desk } from './office.ts'
import { apart, composedDocument, lookForBarriers, measured, sealState, shownSeal, toQueue } from './sealDesk.fixture.ts'
import { eventually, must, scenario, type Scenario } from './scenario.ts'
import { enterPin, makeKey, rail } from './work.ts'

const reason = '请核对附件页码后再用印。'

/** On the composed document of the main job, before it is sealed. */
export const twoClerks = (title: string): Scenario => scenario('S4 S5 a seal under dual control: one clerk asks and cannot confirm, the other returns it with a reason', async (office) => {
  const [sunli, gaowa] = [await office.desk('sunli'), await office.desk('gaowa')]
  await sunli.go('#/sealing')
  await rail(sunli.page).getByRole('combobox', { name: '所用印章' }).waitFor()
  await rail(sunli.page).getByRole('combobox', { name: '所用印章' }).click()
  await sunli.page.locator('.ant-select-item-option:visible', { hasText: /^内蒙古自治区人民政府$/u }).click()
  await rail(sunli.page).getByText(/须由另一位印章管理员复核/u).waitFor()
  await sunli.shot('60-seal-dual')
  await rail(sunli.page).getByRole('button', { name: '提出用印' }).click()
  await makeKey(sunli.page)
  await enterPin(sunli.page)
  await eventually('the seal is asked for', async () => (await sealState(office, title)).sealRequest?.by === 'sunli', 60_000)
  must((await sealState(office, title)).seal === null, 'one clerk alone used a seal that takes two')
  await rail(sunli.page).getByText('提出用印的人不能自己复核').waitFor()
  must(await rail(sunli.page).getByRole('button', { name: /复核/u }).count() === 0, 'the clerk who asked may confirm')
  await sunli.shot('61-seal-asked')
  await gaowa.go('#/sealing')
  await gaowa.page.getByRole('heading', { name: /待复核用印/u }).waitFor()
  await rail(gaowa.page).getByRole('button', { name: '复核用印' }).waitFor()
  await gaowa.shot('62-seal-confirm')
  await rail(gaowa.page).getByRole('button', { name: '退回用印' }).click()
  await gaowa.page.locator('textarea:visible').fill(reason)
  await rail(gaowa.page).getByRole('button', { name: '退回用印' }).click()
  await eventually('it is returned', async () => (await sealState(office, title)).sealRequest === null)
  await rail(sunli.page).getByText(reason).waitFor()
  await sunli.shot('63-seal-returned')
})

/** A batch takes nothing that was not opened. */
export const inBatch: Scenario = scenario('a batch holds only documents that were opened and checked', async (office) => {
  const { page, go, shot } = await office.desk('sunli')
  await go('#/sealing')
  await page.locator('.ant-segmented-item', { hasText: '成批用印' }).click()
  await rail(page).getByRole('button', { name: '核对无误，列入本批' }).waitFor()
  must(await rail(page).getByRole('button', { name: /^成批用印（0 件）/u }).isDisabled(), 'a batch of nothing can be sealed')
  await rail(page).getByRole('button', { name: '核对无误，列入本批' }).click()
  await page.getByText('已核对 1 /').waitFor()
  await rail(page).getByRole('button', { name: /^成批用印（1 件）/u }).waitFor()
  await shot('64-seal-batch')
  await page.locator('.ant-segmented-item', { hasText: '用印与封发' }).click()
})

/** After the seal of the main job was applied. */
export const registered: Scenario = scenario('the register lists the seals and every use; the security administrator stops one, and it cannot be used', async (office) => {
  const sunli = await office.desk('sunli')
  await sunli.go('#/sealing')
  await sunli.page.locator('.ant-segmented-item', { hasText: '印章登记簿' }).click()
  await sunli.page.getByRole('heading', { level: 1, name: '内蒙古自治区人民政府办公厅' }).waitFor()
  await sunli.page.locator('.wk-log tbody tr', { hasText: '已用印' }).first().waitFor()
  await sunli.shot('65-seal-register')
  await lookForBarriers(sunli.page)
  const liuyang = await office.desk('liuyang')
  await liuyang.go('#/sealing')
  await liuyang.page.getByRole('button', { name: /锡林郭勒/u }).first().click()
  await liuyang.page.getByRole('button', { name: '停用印章' }).click()
  await liuyang.page.locator('textarea:visible').fill('印章换发')
  await liuyang.page.getByRole('button', { name: '停用印章' }).click()
  await liuyang.page.getByText(/停止使用：印章换发/u).waitFor()
  await liuyang.shot('66-seal-suspended')
  const [row] = await office.server.db.query<{ status: string }>("select status from seal_definition where id = 'sgl-seal'")
  must(row?.status === 'suspended', 'the seal is still in use')
})

/** Chooses the document in the queue of the seal desk. */
const openInQueue = async (desk: Desk, title: string): Promise<void> => {
  await toQueue(desk)
  await desk.page.locator('.wk-queue').getByRole('button', { name: new RegExp(title, 'u') }).click()
  await rail(desk.page).getByRole('heading', { level: 2, name: title }).waitFor()
}

/** To the end: what one asked for, the other confirms, and both are named. */
export const confirmed: Scenario = scenario('S4 S10 the second clerk sees the place that the first one signed, confirms it, and both files carry the 50 mm seal there', async (office) => {
  const title = '关于开展印章复核演练的通知'
  await composedDocument(office, title)
  const [sunli, gaowa] = [await office.desk('sunli'), await office.desk('gaowa')]
  await openInQueue(sunli, title)
  await rail(sunli.page).getByRole('combobox', { name: '所用印章' }).click()
  await sunli.page.locator('.ant-select-item-option:visible', { hasText: /^内蒙古自治区人民政府$/u }).click()
  await rail(sunli.page).getByText(/须由另一位印章管理员复核/u).waitFor()
  const first = await shownSeal(sunli.page)
  must(Math.abs(first.diameter - 50) < 0.2, `a seal of 50 mm shows ${first.diameter.toFixed(2)} mm`)
  await sunli.page.locator('.wk-seal-mover').focus()
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowUp']) await sunli.page.keyboard.press(key)
  await rail(sunli.page).getByRole('button', { name: '提出用印' }).click()
  await makeKey(sunli.page)
  await enterPin(sunli.page)
  await eventually('the seal is asked for', async () => (await sealState(office, title)).sealRequest?.by === 'sunli', 60_000)

  await openInQueue(gaowa, title)
  await rail(gaowa.page).getByRole('button', { name: '复核用印' }).waitFor()
  await gaowa.page.locator('.wk-seal-stamp img').waitFor()
  must(await gaowa.page.locator('.wk-seal-mover').count() === 0, 'the second clerk can move what the first one signed')
  const seen = await shownSeal(gaowa.page)
  must(Math.abs(seen.x - first.x - 1) < 0.1 && Math.abs(seen.y - first.y + 0.5) < 0.1, `the second clerk sees ${JSON.stringify(seen)}, the first began at ${JSON.stringify(first)}`)
  await rail(gaowa.page).getByRole('button', { name: '复核用印' }).click()
  await makeKey(gaowa.page)
  await rail(gaowa.page).getByText(/中心距左/u).first().waitFor()
  await gaowa.shot('70-seal-confirming')
  await enterPin(gaowa.page)
  const sealed = await eventually('it is sealed', async () => (await sealState(office, title)).seal, 60_000)
  must(sealed.by === 'sunli' && sealed.confirmation?.by === 'gaowa', `sealed by ${sealed.by}, confirmed by ${String(sealed.confirmation?.by)}`)
  await gaowa.page.getByText(/双人用印：孙丽 提出，高娃 复核/u).waitFor()
  for (const kind of ['PDF 正本', 'OFD 正本']) await rail(gaowa.page).getByRole('region', { name: kind }).getByText(/验章通过/u).first().waitFor({ timeout: 60_000 })
  await gaowa.shot('71-seal-confirmed')
  const found = await measured(office, title)
  if (found !== null) must(apart(found.pdf, seen) < 0.2 && apart(found.ofd, seen) < 0.2 && Math.abs(found.pdf.diameter - 50) < 0.4, `shown at ${JSON.stringify(seen)}, sealed at ${JSON.stringify(found)}`)
})

/** Two documents, one PIN, both sealed. */
export const batchToTheEnd: Scenario = scenario('S1 a batch is sealed under one PIN: each document once, each at its own place', async (office) => {
  const titles = ['关于成批用印甲项的通知', '关于成批用印乙项的通知']
  for (const title of titles) await composedDocument(office, title)
  const { page, go, shot } = await office.desk('sunli')
  await go('#/sealing')
  await page.locator('.ant-segmented-item', { hasText: '成批用印' }).click()
  for (const title of titles) {
    await page.locator('.wk-queue').getByRole('button', { name: new RegExp(title, 'u') }).click()
    await rail(page).getByRole('heading', { level: 2, name: title }).waitFor()
    await page.locator('.wk-seal-stamp').waitFor()
    await rail(page).getByRole('button', { name: '核对无误，列入本批' }).click()
  }
  await rail(page).getByRole('button', { name: /^成批用印（2 件）/u }).click()
  await makeKey(page)
  for (const title of titles) await rail(page).getByText(title).waitFor()
  await shot('72-batch-pin')
  await enterPin(page)
  for (const title of titles) await eventually(`${title} is sealed`, async () => (await sealState(office, title)).seal, 60_000)
  await eventually('both are told to be sealed', async () => await page.locator('.wk-receipts .wk-good').count() === 2)
  await shot('73-batch-sealed')
  const rows = await office.server.db.query<{ n: number }>("select count(*)::int as n from seal_use where result = 'sealed' and title = any($1::text[])", [titles])
  must(rows[0]?.n === 2, `${String(rows[0]?.n)} uses were entered for two documents`)
  await page.locator('.ant-segmented-item', { hasText: '用印与封发' }).click()
})
