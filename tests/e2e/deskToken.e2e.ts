/** A seal whose keys are on the clerk's own token (用印台密码设备): opened with its PIN, wrong once, pulled out once, and sealed at last. */
import { toBase64 } from '#core/formats'
import { changeTokenPin, listTokens, tokenKey } from '#keys'
import type { Carriers } from '#main/host'
import { makeSm2Token, sm2Mechanism, type Sm2Token } from '../../keys/token.fixture.ts'
import { composedDocument, lookForBarriers, sealState, toQueue } from './sealDesk.fixture.ts'
import { eventually, must, scenario, type Scenario } from './scenario.ts'
import { enterPin, makeKey, rail } from './work.ts'

const tokenPin = '246801'
const sealName = '内蒙古自治区人民政府办公厅（用印台）'

const carriersOf = (token: Sm2Token): Carriers => {
  const load = async () => token.module
  const options = { module: 'stand-in', sm2: { mechanism: sm2Mechanism, input: 'digest' as const } }
  return {
    list: async () => {
      const plugged = await listTokens('stand-in', load)
      return { carriers: plugged.ok ? plugged.value.map((each) => ({ address: 'stand-in', kind: 'pkcs11' as const, ...each })) : [], missing: [] }
    },
    at: () => ({ ...tokenKey(options, load), changePin: (pin, newPin) => changeTokenPin(options, pin, newPin, load) }),
  }
}

export const deskToken: Scenario = scenario('K60 K63 K66 a seal whose keys are on the clerk’s token: a wrong PIN, a token pulled out midway, then both files are sealed', async (office) => {
  const title = '关于开展用印台演练的通知'
  const token = await makeSm2Token('用印台印章', tokenPin, 6, 'rsa')
  await office.server.defineSeal({
    id: 'bgt-desk', organId: 'nmg-bgt', name: sealName, diameterMm: 42, bottomText: '演示专用', pdfKey: 'desk', ofdKey: 'desk',
    deskCertificates: { pdf: [toBase64(token.certificates.rsa)], ofd: [toBase64(token.certificates.sm2)] },
  })
  await composedDocument(office, title)
  const desk = await office.desk('sunli', { profile: 'sunli-token', carriers: carriersOf(token) })
  const { page, shot } = desk
  await toQueue(desk)
  await page.locator('.wk-queue').getByRole('button', { name: new RegExp(title, 'u') }).click()
  await rail(page).getByRole('heading', { level: 2, name: title }).waitFor()
  await rail(page).getByRole('combobox', { name: '所用印章' }).click()
  await page.locator('.ant-select-item-option:visible', { hasText: sealName }).click()
  const key = rail(page).getByRole('region', { name: '印章密钥' })
  await key.getByText(/PDF 证书：.*CN=用印台印章/u).waitFor()
  await key.getByText('试验密钥').waitFor()
  must(await rail(page).getByRole('button', { name: '用印', exact: true }).isDisabled(), 'a seal can be used whose token is not open')
  await shot('74-desk-token')

  const unlock = async (pin: string): Promise<void> => {
    await key.getByLabel('密码设备的 PIN').fill(pin)
    await key.getByRole('button', { name: '打开密码设备' }).click()
  }
  await unlock('000000')
  await key.locator('[data-screen=pinWrong]').waitFor()
  must(token.shown.join() === '000000', `one wrong PIN was shown ${token.shown.length} times`)
  await unlock(tokenPin)
  await key.getByText('密码设备已打开，可以用印').waitFor()
  await shot('75-desk-token-open')
  await lookForBarriers(page)

  const ask = async (): Promise<void> => {
    await rail(page).getByRole('button', { name: '用印', exact: true }).click()
    await makeKey(page)
    await enterPin(page)
  }
  token.pullAfter = 1
  await ask()
  await key.getByText(/没有用印，没有留下任何签名/u).waitFor({ timeout: 60_000 })
  must((await sealState(office, title)).seal === null, 'a document was sealed with half of the signatures')
  await shot('76-desk-token-pulled')
  token.plug()
  await key.getByRole('button', { name: '重新查找' }).click()
  await unlock(tokenPin)
  await key.getByText('密码设备已打开，可以用印').waitFor()
  await ask()
  const seal = await eventually('it is sealed', async () => (await sealState(office, title)).seal, 60_000)
  must(seal.certificate === toBase64(token.certificates.rsa), 'the seal is not by the key of the token')
  for (const kind of ['PDF 正本', 'OFD 正本']) await rail(page).getByRole('region', { name: kind }).waitFor({ timeout: 60_000 })
  await shot('77-desk-token-sealed')
})
