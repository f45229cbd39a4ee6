/** Bad input of every kind: a clear Chinese message, and nothing lost (异常情况). */
import { readdir, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import AxeBuilder from '@axe-core/playwright'
import { signIn, password } from './office.ts'
import { draftNotice, bodyOf } from './work.ts'
import { eventually, must, scenario, type Scenario } from './scenario.ts'

const wrongPassword = scenario('wrong password: says so, waits longer each time, and the right one still works', async (office) => {
  const desk = await office.desk('naren', { signIn: false })
  await signIn(desk.page, 'naren', 'not-the-password')
  await desk.page.getByText(/口令不正确|密码不正确|口令错误|账号或口令/).first().waitFor()
  await desk.shot('30-wrong-password')
  await eventually('the right password works after the wait', async () => {
    if (await desk.page.getByRole('navigation').first().isVisible()) return true
    const field = desk.page.locator('input[type=password]')
    if (await field.isEnabled().catch(() => false)) {
      await field.fill(password).catch(() => undefined)
      await desk.page.keyboard.press('Enter')
    }
    await desk.page.waitForTimeout(1000)
    return false
  }, 60_000)
})

const garbage = scenario('a server that answers garbage: said clearly, nothing sent is taken for granted', async (office) => {
  const liar = createServer((_request, response) => { response.writeHead(200, { 'content-type': 'text/html' }).end('<html>captive portal</html>') })
  await new Promise<void>((ready) => liar.listen(0, '127.0.0.1', ready))
  try {
    const desk = await office.desk('zhangtao', { signIn: false, profile: 'captive', serverUrl: `http://127.0.0.1:${(liar.address() as AddressInfo).port}` })
    await signIn(desk.page, 'zhangtao')
    await desk.page.getByText(/服务器/).first().waitFor()
    await desk.page.getByText(/无法识别|不是文枢|不正确|不能识别|看不懂|不符合/).first().waitFor()
    await desk.shot('31-garbage')
  } finally {
    liar.close()
  }
})

const imports = scenario('unreadable and huge files are refused by name, the draft stays', async (office) => {
  const desk = await office.desk('qiqige')
  await draftNotice(desk, { title: '关于导入的通知' })
  await desk.page.setInputFiles('input[type=file][accept]', { name: '乱码.txt', mimeType: 'text/plain', buffer: Buffer.from([0xff, 0xfe, 0xfd, 0x00, 0x81]) })
  await desk.page.getByText(/乱码\.txt|UTF-8|无法读取|不是文本/).first().waitFor()
  await desk.shot('32-unreadable')
  must((await bodyOf(desk.page).innerText()).includes('请结合实际认真贯彻落实'), 'the body is gone')
})

const clock = scenario('O4 a clock ten years off on the server’s side orders and gates nothing here', async (office) => {
  const desk = await office.desk('qiqige')
  office.shiftClock(-10 * 365 * 86_400_000)
  try {
    await draftNotice(desk, { title: '关于时钟的通知' })
    await eventually('the draft is saved at the server all the same', async () =>
      (await office.server.db.query("select 1 from aggregate where kind = 'document' and state->>'title' = '关于时钟的通知'")).length === 1)
  } finally {
    office.shiftClock(10 * 365 * 86_400_000)
  }
})

const expired = scenario('I1 an expired token is renewed without a word and without loss', async (office) => {
  const desk = await office.desk('qiqige')
  office.shiftClock(3 * 3_600_000)
  try {
    await draftNotice(desk, { title: '关于续期的通知' })
    await eventually('the draft is saved at the server', async () =>
      (await office.server.db.query("select 1 from aggregate where kind = 'document' and state->>'title' = '关于续期的通知'")).length === 1)
  } finally {
    // A record that claims a time still to come is refused by every judge, and rightly so.
    office.shiftClock(-3 * 3_600_000)
  }
})

const accessible = scenario('screens have names, roles and contrast (WCAG 2.2 AA, axe)', async (office) => {
  const desk = await office.desk('qiqige')
  const problems: string[] = []
  for (const hash of ['#/', '#/drafting', '#/search', '#/attention', '#/settings']) {
    await desk.go(hash)
    await desk.page.waitForTimeout(600)
    const { violations } = await new AxeBuilder({ page: desk.page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze()
    problems.push(...violations.map((violation) => `${hash} ${violation.id}: ${violation.nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(' | ')}`))
  }
  must(problems.length === 0, problems.join('\n'))
})

const signingOut = scenario('I1 signing out with unsent work asks, offers to take it along, and keeps it', async (office) => {
  const desk = await office.desk('liuyang')
  const { page } = desk
  await page.locator('.ws-chip', { hasText: '在线' }).waitFor()
  await page.getByText('刘洋').first().click()
  await page.getByRole('menuitem', { name: '退出登录' }).click()
  await page.getByText('退出登录？').first().waitFor()
  await page.getByRole('button', { name: '继续使用' }).click()

  const writer = await office.desk('qiqige')
  writer.cable.cut()
  await draftNotice(writer, { title: '关于退出的通知' })
  await writer.page.locator('.ws-chip', { hasText: '待发送' }).waitFor()
  await writer.page.getByText('其其格').first().click()
  await writer.page.getByRole('menuitem', { name: '退出登录' }).click()
  await writer.page.getByText(/还有 \d+ 件事项没有发送/).first().waitFor()
  await writer.shot('33-sign-out-unsent')
  const [taken] = await Promise.all([writer.page.waitForEvent('download'), writer.page.getByRole('dialog').getByRole('button', { name: /导出/ }).click()])
  must((await stat(await taken.path())).size > 500, 'the export is empty')
  await writer.page.getByRole('dialog').getByRole('button', { name: '退出登录' }).click()
  await writer.page.locator('input[type=password]').waitFor()
  // Without a network the password still opens the profile, and the work is still there.
  await signIn(writer.page, 'qiqige')
  await writer.page.locator('.ws-chip', { hasText: '待发送' }).waitFor()
  writer.cable.restore()
  await eventually('it goes up after all', async () =>
    (await office.server.db.query("select 1 from aggregate where kind = 'document' and state->>'title' = '关于退出的通知'")).length === 1)
})

const revoked = scenario('I2 a revoked device is told so and its local store is wiped at the next contact', async (office) => {
  const desk = await office.desk('naren')
  if (await desk.page.locator('input[type=password]').count() > 0) await signIn(desk.page, 'naren')
  await desk.page.locator('.ws-chip', { hasText: '在线' }).waitFor()
  const [device] = await office.server.db.query<{ id: string }>("select id from device where person = 'naren' and status = 'active'")
  await office.server.revokeDevice(device?.id ?? '')
  await desk.page.getByText('本机已停用').first().waitFor()
  // It must stay until it was read, whatever else the host reports meanwhile.
  await desk.page.waitForTimeout(1500)
  must(await desk.page.getByText('本机已停用').first().isVisible(), 'the explanation is taken off the screen')
  await desk.shot('34-revoked')
  const left = await desk.page.evaluate(async () => (await indexedDB.databases()).map((database) => database.name))
  must(left.length === 0, `IndexedDB is still there: ${left.join(', ')}`)
  await eventually('vault, journal and blobs are gone', async () =>
    !(await readdir(desk.profileDir, { recursive: true })).some((name) => /vault|journal|drafts|blobs\/./.test(name)))
})

export const badInput: readonly Scenario[] = [wrongPassword, garbage, imports, signingOut, revoked, expired, clock, accessible]
