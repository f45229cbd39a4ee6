/** A seal put in its place by hand, by mouse and by keys alone, and found there in the sealed files (手动定位用印). */
import type { Page } from 'playwright'
import type { Desk, Office } from './office.ts'
import { apart, composedDocument, lookForBarriers, measured, sealState, shownSeal, toQueue, type Spot } from './sealDesk.fixture.ts'
import { eventually, must, scenario, type Scenario } from './scenario.ts'
import { enterPin, makeKey, rail } from './work.ts'

const open = async (desk: Desk, title: string): Promise<void> => {
  const { page } = desk
  await toQueue(desk)
  await page.locator('.wk-queue').getByRole('button', { name: new RegExp(title, 'u') }).click()
  await rail(page).getByRole('heading', { level: 2, name: title }).waitFor()
  await page.locator('.wk-seal-mover img').waitFor()
}

/** Pixels for a millimetre of the page on screen. */
const scale = async (page: Page): Promise<number> => page.locator('.wk-seal-stamp').evaluate((seal) => (seal.parentElement as HTMLElement).getBoundingClientRect().width / 210)

/** Drags the seal by so many millimetres; `steps` as a hand would. */
const drag = async (page: Page, right: number, down: number): Promise<void> => {
  const box = await page.locator('.wk-seal-mover').boundingBox()
  if (box === null) throw new Error('no seal to drag')
  const mm = await scale(page)
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + right * mm / 2, y + down * mm / 2, { steps: 4 })
  await page.mouse.move(x + right * mm, y + down * mm, { steps: 4 })
}

const sealedWhereShown = async (office: Office, title: string, shown: Spot): Promise<void> => {
  const found = await measured(office, title)
  if (found === null) return
  must(apart(found.ofd, shown) < 0.02, `shown at ${JSON.stringify(shown)}, in the OFD at ${JSON.stringify(found.ofd)}`)
  must(apart(found.pdf, shown) < 0.2, `shown at ${JSON.stringify(shown)}, in the PDF at ${JSON.stringify(found.pdf)}`)
  process.stdout.write(`    shown ${shown.x.toFixed(2)} × ${shown.y.toFixed(2)} mm; PDF ${apart(found.pdf, shown).toFixed(3)} mm off, OFD ${apart(found.ofd, shown).toFixed(3)} mm off\n`)
}

const byMouse = scenario('S10 S11 S12 a seal is dragged: it catches at its place, warns when it leaves the rule, cannot be used on nothing, and is sealed where it was shown', async (office) => {
  const title = '关于印章移位演练的通知'
  await composedDocument(office, title)
  const desk = await office.desk('sunli')
  const { page } = desk
  await open(desk, title)
  const act = rail(page).getByRole('button', { name: '用印', exact: true })
  const home = await shownSeal(page)
  must(Math.abs(home.diameter - 42) < 0.2, `a seal of 42 mm shows ${home.diameter.toFixed(2)} mm`)
  await rail(page).getByText('按版面规则：居中下压署名和成文日期。').waitFor()
  await desk.shot('67-seal-home')
  await lookForBarriers(page)

  await drag(page, 1.4, 1.4)
  await page.mouse.up()
  must(apart(await shownSeal(page), home) < 0.05, 'near its place the seal does not catch')
  await drag(page, 9, -6)
  await page.locator('.wk-seal-read').waitFor()
  await desk.shot('68-seal-dragging')
  await page.mouse.up()
  await rail(page).getByText('印章没有对准署名的中线。').waitFor()
  must(await act.isEnabled(), 'a deviation is the clerk’s to decide')
  await drag(page, 0, -90)
  await page.mouse.up()
  await rail(page).getByText(/不得出现空白印章/u).waitFor()
  must(await act.isDisabled(), 'a seal on nothing can be used')
  await desk.shot('69-seal-on-nothing')
  await lookForBarriers(page)
  await rail(page).getByRole('button', { name: '还原' }).click()
  must(apart(await shownSeal(page), home) < 0.05, 'it is not restored')

  await page.keyboard.down('Alt')
  await drag(page, 1.7, -1.1)
  await page.mouse.up()
  await page.keyboard.up('Alt')
  const shown = await shownSeal(page)
  must(apart(shown, { ...home, x: home.x + 1.7, y: home.y - 1.1 }) < 0.5, `with Alt it is at ${JSON.stringify(shown)}`)
  await rail(page).getByText(/手动移动，仍居中下压/u).waitFor()
  await act.click()
  await makeKey(page)
  await enterPin(page)
  await eventually('it is sealed', async () => (await sealState(office, title)).seal, 60_000)
  await rail(page).getByRole('region', { name: 'PDF 正本' }).getByText(/验章通过/u).first().waitFor({ timeout: 60_000 })
  await desk.shot('69b-sealed-where-shown')
  await sealedWhereShown(office, title, shown)
})

const byKeys = scenario('S10 a seal is placed and used by the keyboard alone', async (office) => {
  const title = '关于键盘用印演练的通知'
  await composedDocument(office, title)
  const desk = await office.desk('sunli')
  const { page } = desk
  await open(desk, title)
  const home = await shownSeal(page)
  const focused = async (wanted: string): Promise<boolean> => page.evaluate((selector) => document.activeElement?.matches(selector) === true, wanted)
  await page.locator('.wk-desk').focus()
  for (let i = 0; i < 10 && !await focused('.wk-seal-mover'); i++) await page.keyboard.press('Tab')
  must(await focused('.wk-seal-mover'), 'the seal is not reached by Tab')
  // Passing through the fields moves nothing, though they show a rounded number.
  for (const field of await rail(page).locator('.wk-place-fields input').all()) await field.focus()
  await page.locator('.wk-seal-mover').focus()
  must(await rail(page).getByRole('button', { name: '还原' }).isDisabled() && apart(await shownSeal(page), home) < 0.02, 'a field that was merely visited moved the seal')
  await page.keyboard.press('Shift+ArrowRight')
  must(apart(await shownSeal(page), { ...home, x: home.x + 5 }) < 0.1, 'Shift and an arrow are not 5 mm')
  await page.keyboard.press('Home')
  must(apart(await shownSeal(page), home) < 0.05, 'Home does not restore')
  for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowLeft', 'ArrowUp', 'ArrowUp']) await page.keyboard.press(key)
  const shown = await shownSeal(page)
  must(apart(shown, { ...home, x: home.x - 1.5, y: home.y - 1 }) < 0.1, `five half millimetres: ${JSON.stringify(shown)}`)
  for (let i = 0; i < 40 && !await page.evaluate(() => document.activeElement?.textContent?.replaceAll(/\s/gu, '') === '用印' && document.activeElement.closest('.wk-rail') !== null); i++) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await makeKey(page)
  await page.locator('.wk-sign input[type=password]').waitFor()
  must(await focused('input[type=password]'), 'the PIN has not the focus')
  await enterPin(page)
  await eventually('it is sealed', async () => (await sealState(office, title)).seal, 60_000)
  await sealedWhereShown(office, title, shown)
})

export const placing: readonly Scenario[] = [byMouse, byKeys]
