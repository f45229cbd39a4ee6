/** What people do with their hands, in one place (操作): scenarios read like the day of an office. */
import type { Page } from 'playwright'
import type { Desk } from './office.ts'
import { pin } from './office.ts'
import { eventually } from './scenario.ts'

export const bodyOf = (page: Page) => page.getByRole('textbox', { name: '正文' })
export const rail = (page: Page) => page.locator('.wk-rail')

export type Notice = {
  readonly title: string
  readonly attachment?: { readonly name: string; readonly text: string }
  /** cells of a table at the end of the body, row by row, four to a row */
  readonly cells?: readonly string[]
  /** a PNG after it */
  readonly picture?: { readonly name: string; readonly bytes: Uint8Array }
}

/** Types a notice into the drafting desk: title, recipients, body with four levels, a table and a picture, one text attachment. */
export const draftNotice = async ({ page, go }: Desk, notice: Notice): Promise<void> => {
  await go('#/drafting')
  await page.getByRole('button', { name: /^通知/ }).click()
  await page.getByLabel('标题', { exact: true }).fill(notice.title)
  const recipients = page.getByLabel('主送机关')
  await recipients.click()
  for (const name of ['各盟行政公署、市人民政府', '阿拉善右旗人民政府办公室']) {
    await recipients.fill(name)
    await page.keyboard.press('Enter')
  }
  await page.keyboard.press('Escape')
  await bodyOf(page).click()
  const lines = ['请结合实际认真贯彻落实。', '一、总体要求', '（一）工作目标。火源管控责任落实率达到100%。', '1.落实属地责任。', '（1）经批准后方可用火；']
  for (const [index, line] of lines.entries()) {
    if (index > 0) await page.keyboard.press('Enter')
    await page.keyboard.type(line)
  }
  if (notice.cells !== undefined) {
    await page.getByRole('button', { name: '插入表格', exact: true }).click()
    await page.getByRole('button', { name: '插入', exact: true }).click()
    await page.locator('[data-place="0,0"]').waitFor()
    await eventually('the first cell has the focus', async () => await page.evaluate(() => document.activeElement?.getAttribute('data-place')) === '0,0')
    for (const cell of notice.cells) {
      await page.keyboard.type(cell)
      await page.keyboard.press('Tab')
    }
  }
  if (notice.picture !== undefined) {
    await page.getByLabel('插入图片', { exact: true }).and(page.locator('input')).setInputFiles({ name: notice.picture.name, mimeType: 'image/png', buffer: Buffer.from(notice.picture.bytes) })
    await page.locator('.wk-picture img').waitFor()
  }
  if (notice.attachment !== undefined) {
    await page.setInputFiles('input[type=file][accept]', { name: `${notice.attachment.name}.txt`, mimeType: 'text/plain', buffer: Buffer.from(notice.attachment.text, 'utf8') })
  }
}

const chooseIn = async (page: Page, label: string, names: readonly string[]): Promise<void> => {
  await page.getByRole('combobox', { name: label }).click()
  for (const name of names) await page.locator('.ant-select-item-option:visible', { hasText: name }).first().click()
  await page.keyboard.press('Escape')
}

/** 送核稿 with two countersigning organs. */
export const sendForReview = async ({ page }: Desk): Promise<void> => {
  await page.getByRole('button', { name: '送核稿' }).click()
  const drawer = page.locator('.ant-drawer')
  await drawer.getByRole('combobox', { name: '会签' }).waitFor()
  await chooseIn(page, '会签', ['李敏', '赵刚'])
  await drawer.getByRole('button', { name: '送核稿' }).click()
  await drawer.waitFor({ state: 'hidden' })
}

/** Opens the first document of the list whose row shows `title`. */
export const openFromDesk = async ({ page, go }: Desk, title: string): Promise<void> => {
  await go('#/')
  await page.locator('.ws-row', { hasText: title }).first().click()
  await rail(page).waitFor()
}

/** Makes the personal key where the panel asks for one. */
export const makeKey = async (page: Page): Promise<void> => {
  const fields = page.locator('.wk-sign input[type=password]')
  await fields.first().waitFor()
  if (await fields.count() !== 2) return
  await fields.nth(0).fill(pin)
  await fields.nth(1).fill(pin)
  await page.keyboard.press('Enter')
  await eventually('the key is made', async () => await fields.count() === 1)
}

export const enterPin = async (page: Page, secret = pin): Promise<void> => {
  await page.locator('.wk-sign input[type=password]').fill(secret)
  await page.keyboard.press('Enter')
}

/** Opens a text that was begun and not sent; the list shows the newest few until it is asked for all. */
export const openUnfinished = async ({ page, go }: Desk, title: string): Promise<void> => {
  await go('#/drafting')
  const entry = page.locator('.wk-unfinished').getByText(title).first()
  await page.locator('.wk-unfinished').waitFor()
  const all = page.getByRole('button', { name: /^显示全部/ })
  if (await entry.count() === 0 && await all.count() > 0) await all.click()
  await entry.click()
}
