/** What every screen owes its reader (界面): the whole way of a leader by keyboard, room for the paper, long names, full lists. */
import type { Page } from 'playwright'
import { agreedDocument, lookForBarriers, sealState } from './sealDesk.fixture.ts'
import { pin } from './office.ts'
import { eventually, must, scenario, type Scenario } from './scenario.ts'
import { rail } from './work.ts'

const long = '内蒙古自治区人民政府办公厅关于进一步加强森林草原防灭火和春季农牧业生产期间野外火源管控工作建立健全跨区域联防联控机制的若干措施（试行）的补充通知'

const focused = (page: Page): Promise<string> => page.evaluate(() => {
  const at = document.activeElement
  return at?.getAttribute('aria-label') ?? at?.textContent?.slice(0, 40) ?? ''
})
const leaderByKeyboard = scenario('O1 P5 a leader opens, reads, approves with a PIN and goes on to the next, by keyboard alone', async (office) => {
  const [first, second] = ['关于键盘签发第一件的通知', '关于键盘签发第二件的通知']
  for (const title of [first, second]) await agreedDocument(office, title, ['wangxiaoyan', 'limin', 'zhaogang'])
  const desk = await office.desk('bateer')
  const { page } = desk
  await desk.reopen()
  const row = (title: string) => page.locator('.ws-row', { hasText: title })
  await row(first).first().waitFor()
  await eventually('the list has the focus', async () => await focused(page) === '待办')
  await eventually('the first document is chosen', async () => {
    if (await row(first).and(page.locator('[aria-selected="true"]')).count() > 0) return true
    await page.keyboard.press('j')
    return false
  })
  await page.keyboard.press('Enter')
  await page.locator('.wk-page-svg').first().waitFor()
  // The paper has the focus: its keys scroll it, whatever is beside it.
  await eventually('the paper has the focus', async () => page.evaluate(() => document.activeElement?.classList.contains('wk-desk')))
  await page.keyboard.press('F2')
  await eventually('the opinion has the focus', async () => page.evaluate(() => document.activeElement?.tagName === 'TEXTAREA'))
  await page.keyboard.press('Control+a')
  await page.keyboard.type('同意，请抓紧印发。')
  await page.keyboard.press('F8')
  await page.locator('.wk-sign input[type=password]').first().waitFor()
  if (await page.locator('.wk-sign input[type=password]').count() === 2) {
    await page.keyboard.type(pin)
    await eventually('Tab reaches the second field', async () => {
      await page.keyboard.press('Tab')
      return page.evaluate(() => document.activeElement === document.querySelectorAll('.wk-sign input[type=password]')[1])
    })
    await page.keyboard.type(pin)
    await page.keyboard.press('Enter')
    await eventually('the key is made', async () => await page.locator('.wk-sign input[type=password]').count() === 1)
  }
  await eventually('the PIN has the focus', async () => page.evaluate(() => document.activeElement?.matches('.wk-sign input')))
  // Esc gives up signing and nothing else; the same key opens it again.
  await page.keyboard.press('Escape')
  await page.locator('.wk-sign-panel').waitFor({ state: 'hidden' })
  must(await page.locator('textarea:visible').inputValue() === '同意，请抓紧印发。', 'the opinion is gone')
  await page.keyboard.press('F8')
  await eventually('the PIN has the focus again', async () => page.evaluate(() => document.activeElement?.matches('.wk-sign input')))
  await desk.shot('screens-01-leader-pin')
  await page.keyboard.type(pin)
  await page.keyboard.press('Enter')
  await eventually('approved', async () => (await sealState(office, first)).approval?.by === 'bateer')
  await rail(page).getByRole('button', { name: /下一件/ }).waitFor()
  await eventually('the next one has the focus', async () => (await focused(page)).startsWith('下一件'))
  await page.keyboard.press('Enter')
  await page.locator('.wk-document h1').filter({ hasNotText: first }).waitFor()
  await page.locator('.wk-page-svg').first().waitFor()
  await page.keyboard.press('Escape')
  await row(second).first().waitFor()
})

const roomForThePaper = scenario('a title of 80 characters leaves the paper its room, at leaders’ size in a small window too', async (office) => {
  await agreedDocument(office, long, ['wangxiaoyan', 'limin', 'zhaogang'])
  const desk = await office.desk('bateer')
  const { page } = desk
  try {
    for (const [width, height, least] of [[1280, 720, 0.55], [1024, 576, 0.45], [1366, 768, 0.55]] as const) {
      await page.setViewportSize({ width, height })
      await desk.go('#/')
      await page.locator('.ws-row', { hasText: long.slice(0, 12) }).first().click()
      await page.locator('.wk-page-svg').first().waitFor()
      const [paper, title] = await Promise.all([page.locator('.wk-desk').first().boundingBox(), page.locator('.wk-doc-head h1').boundingBox()])
      await desk.shot(`screens-02-long-title-${width}`)
      must((paper?.height ?? 0) >= least * height, `at ${width}×${height} the paper has ${paper?.height ?? 0} of ${height} px`)
      must((title?.width ?? 0) >= 200, `at ${width}×${height} the title is ${title?.width ?? 0} px wide`)
      must(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `at ${width}×${height} the window scrolls sideways`)
    }
  } finally {
    await page.setViewportSize({ width: 1440, height: 900 })
  }
})

const fullList = scenario('a list longer than the window keeps its head, its keys and its focus, and is no barrier', async (office) => {
  for (let index = 1; index <= 30; index++) await agreedDocument(office, `关于第${index}批经费的通知`, [])
  const desk = await office.desk('wangxiaoyan')
  const { page } = desk
  await desk.go('#/')
  await page.locator('.ws-row', { hasText: '批经费的通知' }).first().waitFor()
  await page.getByRole('grid').focus()
  await page.keyboard.press('End')
  await eventually('the last row is chosen and in sight', async () => page.evaluate(() => {
    const [grid, row] = [document.querySelector('.ws-table')?.getBoundingClientRect(), document.querySelector('.ws-row-chosen')?.getBoundingClientRect()]
    return grid !== undefined && row !== undefined && row.bottom <= grid.bottom + 1 && row.top > grid.top + row.height - 1
  }))
  const head = await page.locator('.ws-table-head').boundingBox()
  must((head?.height ?? 0) >= 32, `the head of the list is ${head?.height ?? 0} px high`)
  await page.keyboard.press('Home')
  await eventually('the first row is chosen under the head', async () => page.evaluate(() => {
    const [over, row] = [document.querySelector('.ws-table-head')?.getBoundingClientRect(), document.querySelector('.ws-row-chosen')?.getBoundingClientRect()]
    return over !== undefined && row !== undefined && row.top >= over.bottom - 1
  }))
  await lookForBarriers(page)
})

const settingsKeepStill = scenario('the settings open at their head, and a key pressed there is no PIN', async (office) => {
  const desk = await office.desk('zhangtao')
  const { page } = desk
  await page.setViewportSize({ width: 1280, height: 720 })
  await desk.go('#/settings')
  await page.locator('.wk-choose-key').waitFor()
  await page.waitForTimeout(300)
  must(await page.getByRole('heading', { name: '设置', exact: true }).evaluate((head) => head.getBoundingClientRect().top >= 0), 'the page was scrolled away from its head')
  await page.keyboard.press('?')
  await page.getByRole('dialog').waitFor()
  must(await page.locator('.wk-choose-key input[type=password]').first().inputValue() === '', 'the key went into the PIN')
  await page.keyboard.press('Escape')
  await page.setViewportSize({ width: 1440, height: 900 })
})

export const screens: readonly Scenario[] = [leaderByKeyboard, roomForThePaper, fullList, settingsKeepStill]
