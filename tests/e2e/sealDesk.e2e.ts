/** The seal desk beside the main job: two clerks for one seal, and the register that keeps every use (用印台). */
import AxeBuilder from '@axe-core/playwright'
import type { Office } from './office.ts'
import { eventually, must, scenario, type Scenario } from './scenario.ts'
import { enterPin, makeKey, rail } from './work.ts'

const reason = '请核对附件页码后再用印。'

const sealState = async (office: Office, title: string): Promise<{ readonly status: string; readonly sealRequest?: { readonly by: string; readonly sealId: string } | null; readonly seal: unknown }> => {
  const [row] = await office.server.db.query<{ state: never }>("select state from aggregate where kind = 'document' and state->>'title' = $1", [title])
  if (row === undefined) throw new Error('the server does not have the document')
  return row.state
}

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
  const { violations } = await new AxeBuilder({ page: sunli.page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze()
  must(violations.length === 0, violations.map((violation) => `${violation.id}: ${violation.nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(' | ')}`).join('\n'))
  const liuyang = await office.desk('liuyang')
  await liuyang.go('#/sealing')
  await liuyang.page.getByRole('button', { name: /财政厅/u }).first().click()
  await liuyang.page.getByRole('button', { name: '停用印章' }).click()
  await liuyang.page.locator('textarea:visible').fill('印章换发')
  await liuyang.page.getByRole('button', { name: '停用印章' }).click()
  await liuyang.page.getByText(/停止使用：印章换发/u).waitFor()
  await liuyang.shot('66-seal-suspended')
  const [row] = await office.server.db.query<{ status: string }>("select status from seal_definition where id = 'czt-seal'")
  must(row?.status === 'suspended', 'the seal is still in use')
})
