/** Nothing typed is ever lost, and nothing is left readable on the disk (保全与保密). */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { draftNotice, sendForReview } from './work.ts'
import { eventually, must, scenario, type Scenario } from './scenario.ts'

const filesUnder = (folder: string): string[] => readdirSync(folder).flatMap((name) => {
  const path = join(folder, name)
  const found = statSync(path, { throwIfNoEntry: false })
  return found === undefined ? [] : found.isDirectory() ? filesUnder(path) : [path]
})

const contains = (folder: string, text: string): string[] => {
  const needles = [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16()]
  return filesUnder(folder).filter((path) => {
    try { return needles.some((needle) => readFileSync(path).includes(needle)) } catch { return false }
  })
}

const deletedDatabase = scenario('P2 deleting the IndexedDB loses nothing: the journal brings unsent work back', async (office) => {
  const desk = await office.desk('qiqige')
  const title = '关于库房检查的通知'
  desk.cable.cut()
  await draftNotice(desk, { title })
  await sendForReview(desk)
  await desk.page.locator('.ws-chip', { hasText: '待发送' }).waitFor()
  await desk.page.evaluate(async () => {
    for (const { name } of await indexedDB.databases()) {
      if (name === undefined) continue
      await new Promise((done) => {
        const request = indexedDB.deleteDatabase(name)
        request.onsuccess = request.onerror = request.onblocked = () => done(null)
      })
    }
  })
  await desk.reopen()
  desk.cable.restore()
  await eventually('the server has what was sent before the loss', async () =>
    (await office.server.db.query("select 1 from aggregate where kind = 'document' and state->>'title' = $1 and state->>'status' = 'routing'", [title])).length === 1)
})

const withinASecond = scenario('every change is on disk within a second: the window dies and the words are there again', async (office) => {
  const desk = await office.desk('qiqige')
  const title = '关于值班安排的通知'
  await draftNotice(desk, { title })
  await desk.page.keyboard.type('最后一句话也要在。')
  await desk.page.waitForTimeout(1000)
  // The page goes without a chance to say goodbye.
  await desk.page.goto('about:blank')
  await desk.reopen()
  await desk.go('#/drafting')
  const saved = await desk.page.getByText(title).first().waitFor().then(() => true, () => false)
  must(saved, 'the draft is not listed')
  await desk.page.getByText(title).first().click()
  await desk.page.getByRole('textbox', { name: '正文' }).getByText('最后一句话也要在。').waitFor()
})

const nothingReadable = scenario('I0 profile folders hold no title in UTF-8 or UTF-16', async (office) => {
  const desk = await office.desk('qiqige')
  const title = '关于库房检查的通知'
  await desk.page.waitForTimeout(1500)
  must(filesUnder(desk.profileDir).length > 0, 'the profile folder is empty')
  const host = contains(desk.profileDir, title)
  must(host.length === 0, `the host wrote the title: ${host.join(', ')}`)
  const indexed = contains(join(desk.browserDir, 'Default', 'IndexedDB'), title)
  must(indexed.length === 0, `IndexedDB holds the title: ${indexed.join(', ')}`)
  const everywhere = contains(desk.browserDir, title)
  must(everywhere.length === 0, `the browser profile holds the title: ${everywhere.join(', ')}`)
  // The search itself must be able to find: the same look at something that is there.
  must(contains(join(import.meta.dirname), title).length > 0, 'the search finds nothing at all')
})

const twoWindows = scenario('P1 two windows on one profile are one device: both send, nothing is doubled', async (office) => {
  const desk = await office.desk('qiqige')
  const second = await desk.context.newPage()
  await second.goto(await desk.host.launchUrl())
  if (await second.locator('input[type=password]').or(second.getByRole('navigation').first()).first().waitFor().then(() => second.locator('input[type=password]').count()) > 0) {
    throw new Error('the second window asks for a password although the profile is open')
  }
  for (const [index, page] of [desk.page, second].entries()) {
    await draftNotice({ ...desk, page, go: async (hash) => { await page.evaluate((target) => { window.history.pushState(null, '', target); window.dispatchEvent(new PopStateEvent('popstate')) }, hash) } }, { title: `关于窗口${index + 1}的通知` })
  }
  await eventually('both drafts are at the server', async () => {
    const rows = await office.server.db.query<{ n: number }>("select count(*)::int as n from aggregate where kind = 'document' and state->>'title' like '关于窗口%的通知'")
    return rows[0]?.n === 2
  })
  const numbers = await office.server.db.query<{ device: string; n: number; last: number }>("select device, count(*)::int as n, max(device_seq)::int as last from command where device <> 'system' group by device")
  for (const { device, n, last } of numbers) must(n === last, `device ${device} sent ${n} commands up to number ${last}`)
  await second.close()
})

export const keeping: readonly Scenario[] = [deletedDatabase, withinASecond, nothingReadable, twoWindows]
