/** PIN and personal key with people's hands (口令与个人密钥): a token in the hand of a leader, wrong PINs, and what the page keeps of them. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { personalRefusalText, refusalScreen, type PersonalRefusal } from '#core/desktop'
import { changeTokenPin, listTokens, tokenKey } from '#keys'
import type { Carriers } from '#main/host'
import { makeSm2Token, sm2Mechanism, type Sm2Token } from '../../keys/token.fixture.ts'
import { skipLoudly } from '../harness/skips.ts'
import { shotsDir, type Desk, type Office } from './office.ts'
import { eventually, must, scenario, type Scenario } from './scenario.ts'
import { agreedDocument, lookForBarriers, sealState } from './sealDesk.fixture.ts'
import { makeKey, openFromDesk } from './work.ts'

const tokenPin = '135790'

const carriersOf = (token: Sm2Token): Carriers => {
  const options = { module: 'stand-in', sm2: { mechanism: sm2Mechanism, input: 'digest' as const } }
  const load = async () => token.module
  return {
    list: async () => {
      const plugged = await listTokens('stand-in', load)
      return { carriers: plugged.ok ? plugged.value.map((each) => ({ address: 'stand-in', kind: 'pkcs11' as const, ...each })) : [], missing: [] }
    },
    at: () => ({ ...tokenKey(options, load), changePin: (pin, newPin) => changeTokenPin(options, pin, newPin, load) }),
  }
}

/** On the way of every document up to the leader, who has not signed. */
const awaitingApproval = (office: Office, title: string): Promise<string> => agreedDocument(office, title, ['wangxiaoyan', 'limin', 'zhaogang'])

const pinField = (page: Page) => page.getByLabel('个人签名 PIN', { exact: true })
const tell = async (page: Page, pin: string): Promise<void> => {
  await pinField(page).fill(pin)
  await page.keyboard.press('Enter')
}
const shown = (page: Page, screen: string) => page.locator(`[data-screen="${screen}"]`)

/** The leader's sign panel of the document, PIN not typed yet. */
const toThePin = async (desk: Desk, title: string): Promise<void> => {
  await openFromDesk(desk, title)
  await desk.page.getByRole('button', { name: '同意印发。', exact: true }).click()
  await agree(desk.page)
}
/** Pressed until it is heard: the text may still be on its way to the screen. */
const agree = async (page: Page): Promise<void> => eventually('the PIN is asked for', async () => {
  await page.keyboard.press('F8')
  return pinField(page).or(page.locator('.wk-choose-key')).first().waitFor({ timeout: 2000 }).then(() => true, () => false)
}).then(() => undefined)

const leadersToken = scenario('PK5 PK6 a leader takes a token as personal key, meets its every mood, and approves with the cable cut', async (office) => {
  const title = '关于使用密码设备签发的通知'
  await awaitingApproval(office, title)
  const token = await makeSm2Token('巴特尔', tokenPin, 6)
  token.mustChange = true
  const desk = await office.desk('bateer', { profile: 'bateer-token', carriers: carriersOf(token) })
  const { page, shot, go } = desk
  await go('#/settings')
  await page.getByRole('radio', { name: /密码设备或签名服务/u }).check()
  await page.getByText('试验密钥').waitFor()
  await page.getByText(/巴特尔，2026-01-01 至/u).waitFor()
  await shot('80-key-token')
  await lookForBarriers(page)
  await page.getByRole('button', { name: '修改 PIN' }).click()
  await shot('81-key-first-pin')
  await page.getByLabel('原 PIN', { exact: true }).fill(tokenPin)
  await page.getByLabel('新 PIN（至少 6 位）').fill('246801')
  await page.getByLabel('再输一次新 PIN').fill('246801')
  await page.keyboard.press('Enter')
  await page.getByLabel('密码设备的 PIN').fill('246801')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: '启用这把密钥' }).click()
  await page.getByText(/密码设备（试验密钥）/u).waitFor()
  await shot('82-key-in-use')

  await toThePin(desk, title)
  for (const wrong of ['000001', '000002']) {
    await tell(page, wrong)
    await shown(page, 'pinWrong').waitFor()
    await eventually('the field is empty and has the focus', async () => await pinField(page).inputValue() === '' && await pinField(page).evaluate((field) => field === document.activeElement))
  }
  await tell(page, '000003')
  await page.locator('.wk-countdown').waitFor()
  await shot('83-pin-wait')
  must(await pinField(page).getAttribute('readonly') !== null, 'a PIN can be typed while it must wait')
  // The page's own clock does not matter: the host answers the same.
  await page.locator('.wk-countdown').waitFor({ state: 'detached' })
  token.triesLeft = 2
  await tell(page, '000004')
  await shown(page, 'lastTry').waitFor()
  await page.getByText(/仅剩 1 次/u).waitFor()
  await shot('84-pin-last-try')
  await lookForBarriers(page)
  await page.locator('.wk-countdown').waitFor({ state: 'detached', timeout: 40_000 })
  token.pullAtSign = true
  await tell(page, '246801')
  await shown(page, 'removed').waitFor()
  await shot('85-pin-removed')
  await tell(page, '246801')
  await shown(page, 'absent').waitFor()
  token.plug()
  desk.cable.cut()
  await tell(page, '246801')
  await pinField(page).waitFor({ state: 'detached' })
  await shot('86-pin-signed-offline')
  must((await sealState(office, title)).approval === null, 'the server was reached')
  desk.cable.restore()
  await eventually('approved', async () => (await sealState(office, title)).approval !== null, 60_000)
})

const states: readonly PersonalRefusal[] = [
  { reason: 'noKey' }, { reason: 'pinWrong', retryAfterMs: 0 }, { reason: 'pinWrong', retryAfterMs: 0, triesLeft: 1 }, { reason: 'pinWrong', retryAfterMs: 15_000, triesLeft: 3 },
  { reason: 'delayed', retryAfterMs: 125_000 }, { reason: 'blocked' }, { reason: 'absent' }, { reason: 'removed' }, { reason: 'damaged' }, { reason: 'pinChangeRequired' },
  { reason: 'unsupported', what: 'RSA 密钥作个人签名（须为 SM2 密钥）' }, { reason: 'untrusted' }, { reason: 'uncertified' },
  { reason: 'certificate', problem: 'untrusted' }, { reason: 'certificate', problem: 'expired' }, { reason: 'certificate', problem: 'notYet' },
  { reason: 'certificate', problem: 'revoked' }, { reason: 'certificate', problem: 'stranger' }, { reason: 'keyTaken', by: 'other' }, { reason: 'keyTaken', by: 'revoked' },
]

/** The host's answer is played, so that each state is seen; that the host gives them is shown in tests/contract/personal-keys.test.ts. */
const everyState = scenario('PK6 every state of the closed set has its screen, in light, dark and leaders’ size, without a barrier', async (office) => {
  const title = '关于各种口令状态的通知'
  await awaitingApproval(office, title)
  const desk = await office.desk('bateer', { profile: 'bateer-states' })
  const { page } = desk
  await toThePin(desk, title)
  await makeKey(page)
  await page.keyboard.press('Escape')
  let next: PersonalRefusal = { reason: 'blocked' }
  await page.route('**/call/keys.sign', (route) => route.fulfill({
    contentType: 'application/json',
    body: JSON.stringify({ ok: false, error: { code: 'key_refused', message: personalRefusalText(next), ...('retryAfterMs' in next ? { retryAfterMs: next.retryAfterMs } : {}), refusal: next } }),
  }))
  const looks = [['light', '浅色', '关'], ['dark', '深色', '关'], ['leaders', '浅色', '开']] as const
  for (const [look, theme, leaders] of looks) {
    await desk.go('#/settings')
    await page.locator('.ant-segmented-item', { hasText: new RegExp(`^${theme}$`, 'u') }).click()
    await page.locator('.ws-field', { hasText: '领导' }).locator('.ant-segmented-item').nth(leaders === '开' ? 1 : 2).click()
    await toThePin(desk, title)
    for (const [index, state] of states.entries()) {
      next = state
      if (index > 0) await agree(page)
      await tell(page, '246801')
      const screen = refusalScreen(state)
      await shown(page, screen).waitFor()
      await page.locator('.wk-sign-panel').screenshot({ path: join(shotsDir, `pin-${look}-${String(index).padStart(2, '0')}-${screen}.png`) })
      if (index % 4 === 0 || look === 'leaders' && state.reason === 'certificate') await lookForBarriers(page)
      const overflow = await page.locator('.wk-sign-panel').evaluate((panel) => panel.scrollWidth - panel.clientWidth)
      must(overflow <= 0, `${screen} in ${look} is ${overflow} px too wide`)
      await page.locator('.wk-sign-panel').getByRole('button', { name: '取消' }).last().click()
      await page.locator('.wk-sign-panel').waitFor({ state: 'detached' })
    }
  }
  await page.unroute('**/call/keys.sign')
})

const filesUnder = (folder: string): readonly string[] => readdirSync(folder).flatMap((name) => {
  const path = join(folder, name)
  const found = statSync(path, { throwIfNoEntry: false })
  return found === undefined ? [] : found.isDirectory() ? filesUnder(path) : found.isFile() ? [path] : []
})

const nothingKept = scenario('PK2 PK4 two windows share one wait; after use no PIN is in the page’s memory, its fields, its storage or on the disk', async (office) => {
  const title = '关于口令不留存的通知'
  await awaitingApproval(office, title)
  const secret = '独角兽🦄口令九三一七'
  const desk = await office.desk('bateer', { profile: 'bateer-soft' })
  const { page, context, host } = desk
  await desk.go('#/settings')
  await page.getByLabel('设置签名 PIN（至少 6 位）').fill(secret)
  await page.getByLabel('再输一次 PIN').fill(secret)
  await page.keyboard.press('Enter')
  await page.getByText('密钥和证书齐备').waitFor()
  await toThePin(desk, title)
  await tell(page, `${secret}错`)
  await shown(page, 'pinWrong').waitFor()

  const second = await context.newPage()
  second.setDefaultTimeout(30_000)
  await second.goto(await host.launchUrl())
  await second.getByRole('navigation').first().waitFor()
  const beside: Desk = { ...desk, page: second, go: async (hash) => { await second.evaluate((target) => { window.history.pushState(null, '', target); window.dispatchEvent(new PopStateEvent('popstate')) }, hash) } }
  await toThePin(beside, title)
  await Promise.all([tell(page, '000002'), tell(second, '000003')])
  await eventually('the third wrong PIN makes one of them wait', async () => await page.locator('.wk-countdown').count() + await second.locator('.wk-countdown').count() > 0)
  // Whichever window it was: the host lets neither try.
  const answers = await Promise.all([page, second].map((window_) => window_.evaluate(async () => {
    const response = await fetch('/call/keys.sign', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ pin: '000004', statement: {} }) })
    return (await response.json() as { error: { code: string } }).error.code
  })))
  must(answers.every((code) => code === 'invalid_input'), `a page that is no statement got ${answers.join()}`)
  await second.close()
  // The third wrong PIN may have been the other window's: this one does not show its wait.
  await page.waitForTimeout(6000)
  await page.locator('.wk-countdown').waitFor({ state: 'detached', timeout: 20_000 })
  await tell(page, secret)
  await eventually('approved', async () => (await sealState(office, title)).approval !== null, 60_000)

  const cdp = await context.newCDPSession(page)
  const parts: string[] = []
  cdp.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }: { chunk: string }) => parts.push(chunk))
  await cdp.send('HeapProfiler.enable')
  await cdp.send('HeapProfiler.collectGarbage')
  await cdp.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  const { strings } = JSON.parse(parts.join('')) as { readonly strings: readonly string[] }
  must(strings.some((text) => text.includes(title)), 'the snapshot is not of this page')
  const held = strings.filter((text) => text.includes('九三一七') || text.includes('\\u4e5d\\u4e09'))
  must(held.length === 0, `the page’s memory holds the PIN after its use: ${held.slice(0, 3).map((text) => text.slice(0, 120)).join(' | ')}`)
  must(!(await page.content()).includes('九三一七') && await page.evaluate(() => [...document.querySelectorAll('input')].every((field) => !field.value.includes('九三一七'))), 'the page shows the PIN')
  for (const file of [...filesUnder(desk.browserDir), ...filesUnder(desk.profileDir)]) {
    const bytes = readFileSync(file)
    must(!bytes.includes(Buffer.from('九三一七', 'utf8')) && !bytes.includes(Buffer.from('九三一七', 'utf16le')), `${file} holds the PIN`)
  }
})

const broughtFile = scenario('PK10 PK11 a key file is dropped in the settings: another person’s is refused, one’s own is taken under a new PIN', async (office) => {
  const folder = mkdtempSync(join(tmpdir(), 'wenshu-e2e-p12-'))
  const made = (person: string): Buffer | null => {
    try {
      const openssl = (...args: readonly string[]): void => { execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' }) }
      openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:SM2', '-out', 'k')
      openssl('req', '-new', '-x509', '-key', 'k', '-sm3', '-sigopt', 'distid:1234567812345678', '-utf8', '-subj', `/O=某发证机构/CN=${person}`, '-days', '3650', '-out', 'c')
      openssl('pkcs12', '-export', '-inkey', 'k', '-in', 'c', '-passout', 'pass:文件口令9', '-out', 'p')
      return readFileSync(join(folder, 'p'))
    } catch {
      return null
    }
  }
  const [own, other] = [made('王晓燕'), made('巴特尔')]
  rmSync(folder, { recursive: true, force: true })
  if (own === null || other === null) return void skipLoudly('key files in the client', 'openssl that makes SM2 keys is not here')
  const { page, shot, go } = await office.desk('wangxiaoyan', { profile: 'wangxiaoyan-file' })
  await go('#/settings')
  await page.getByRole('radio', { name: /^密钥文件/u }).check()
  const choose = (name: string, buffer: Buffer) => page.locator('.wk-key-drop input[type=file]').setInputFiles({ name, mimeType: 'application/x-pkcs12', buffer })
  const open = async (password: string): Promise<void> => {
    await page.getByLabel('密钥文件的口令').fill(password)
    await page.keyboard.press('Enter')
  }
  await choose('王晓燕.p12', own)
  await open('猜的')
  await page.getByText('密钥文件的口令不正确，没有导入').waitFor()
  await choose('巴特尔.p12', other)
  await open('文件口令9')
  await page.locator('.wk-cannot', { hasText: '证书上的姓名与登录人不一致' }).waitFor()
  must(await page.getByRole('button', { name: '启用这把密钥' }).isDisabled(), 'another person’s key can be used')
  await shot('87-key-file-of-another')
  await page.getByRole('button', { name: '返回' }).click()
  await choose('王晓燕.p12', own)
  await open('文件口令9')
  await page.getByText(/王晓燕，.*由王晓燕签发/u).waitFor()
  await page.getByLabel('设置签名 PIN（至少 6 位）').fill('新的口令十二')
  await page.getByLabel('再输一次 PIN').fill('新的口令十二')
  await shot('88-key-file')
  await lookForBarriers(page)
  await page.keyboard.press('Enter')
  await page.getByText('密钥文件导入（王晓燕.p12）').waitFor()
  await page.getByText(/王晓燕，.*由文枢根证书签发/u).waitFor()
})

export const pins: readonly Scenario[] = [leadersToken, everyState, nothingKept, broughtFile]
