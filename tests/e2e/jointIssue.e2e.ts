/** A joint issue from the draft to the receiving organ: three organs, three clerks, three seals in two files (联合行文). */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { readZip } from '#core/formats'
import { sealsOf, statedPlace, type SealPosition } from '#core/route'
import { verifySealed } from '#core/seal'
import { skipLoudly } from '../harness/skips.ts'
import type { Desk, Office } from './office.ts'
import { agreeInTurn, bytesOf, lookForBarriers, sealState, toQueue } from './sealDesk.fixture.ts'
import { eventually, must, scenario, type Scenario } from './scenario.ts'
import { draftNotice, enterPin, makeKey, rail } from './work.ts'

const title = '关于开展草原防火联合检查的通知'
const emergency = '内蒙古自治区应急管理厅'
const finance = '内蒙古自治区财政厅'
const reason = '第2页检查组组成有误，请核实。'

const chooseIssuer = async (page: Page, typed: string, name: string): Promise<void> => {
  const add = page.getByRole('combobox', { name: '添加联合发文机关' })
  await add.click()
  await add.fill(typed)
  await page.locator('.ant-select-item-option:visible', { hasText: name }).first().click()
}

const drafting = scenario('J1 J2 a joint issue is drafted: issuers from the directory with the host first, and nobody forgotten for 会签', async (office) => {
  const desk = await office.desk('qiqige')
  const { page } = desk
  await draftNotice(desk, { title })
  const head = page.locator('.wk-group > h2 button', { hasText: '版头' })
  if (await head.getAttribute('aria-expanded') !== 'true') await head.click()
  const add = page.getByRole('combobox', { name: '添加联合发文机关' })
  await add.click()
  await add.fill('水利厅')
  await page.getByRole('alert').filter({ hasText: '机关名录中没有“水利厅”' }).waitFor()
  // A short name finds it, in any part.
  await chooseIssuer(page, '财政', finance)
  await chooseIssuer(page, '应急管理', emergency)
  await page.keyboard.press('Escape')
  const order = page.locator('.wk-issuers li')
  must((await order.allTextContents()).map((text) => text.slice(0, 2)).join() === '1.,2.,3.', `${(await order.allTextContents()).join()}`)
  must(await order.nth(0).getByRole('button').count() === 0, 'the host can be moved or taken out')
  await order.nth(2).getByRole('button', { name: `前移：${emergency}` }).focus()
  await page.keyboard.press('Enter')
  await eventually('the order is changed by a key', async () => (await order.nth(1).textContent())?.includes(emergency))
  must(await page.getByLabel('发文机关署名', { exact: true }).inputValue() === ['内蒙古自治区人民政府办公厅', emergency, finance].join(' '), 'the 署名 does not follow the issuers')
  await lookForBarriers(page)
  await desk.shot('80-joint-draft')

  await page.getByRole('button', { name: '送核稿' }).click()
  const drawer = page.locator('.ant-drawer')
  await drawer.getByRole('heading', { name: '联署机关会签' }).waitFor()
  // The only person who can agree for an organ is asked already; taken out, it is said for whom somebody is missing.
  await drawer.locator('.ant-select-selection-item', { hasText: '赵刚' }).locator('.ant-select-selection-item-remove').click()
  await drawer.getByText(`请在“会签”中选择${finance}的会签人（赵刚）。`).waitFor()
  must(await drawer.getByRole('button', { name: '请选择会签人：自治区财政厅' }).isDisabled(), 'it can be sent without 财政厅')
  await desk.shot('81-joint-unasked')
  await lookForBarriers(page)
  await drawer.getByRole('combobox', { name: '会签' }).click()
  await page.locator('.ant-select-item-option:visible', { hasText: '赵刚' }).first().click()
  await page.keyboard.press('Escape')
  await drawer.getByRole('button', { name: '送核稿' }).click()
  await drawer.waitFor({ state: 'hidden' })
  await eventually('it is on its way', async () => (await sealState(office, title).catch(() => null))?.status === 'routing')
  const { id } = await sealState(office, title)
  await agreeInTurn(office, id, ['wangxiaoyan', 'limin', 'zhaogang', 'bateer'])
  await eventually('composed', async () => (await sealState(office, title)).status === 'composed', 60_000)
})

const open = async (desk: Desk): Promise<void> => {
  const { page } = desk
  await toQueue(desk)
  await page.locator('.wk-queue').getByRole('button', { name: new RegExp(title, 'u') }).click()
  await rail(page).getByRole('heading', { level: 2, name: title }).first().waitFor()
}

const sealAt = async (office: Office, desk: Desk, organId: string): Promise<void> => {
  const { page } = desk
  await page.locator('.wk-seal-mover img').waitFor()
  await rail(page).getByText('按版面规则：居中下压署名和成文日期。').waitFor()
  await rail(page).getByRole('button', { name: '用印', exact: true }).click()
  await makeKey(page)
  await enterPin(page)
  await eventually(`${organId} has sealed`, async () => sealsOf(await sealState(office, title)).some((seal) => seal.organId === organId), 60_000)
}

const sealing = scenario('J3 J4 J5 J6 a joint issue is sealed: every organ’s clerk seals its own place in any order, one gives it back first, and dispatch waits for all', async (office) => {
  const [zhoujing, wurina, sunli] = [await office.desk('zhoujing'), await office.desk('wurina'), await office.desk('sunli')]
  await open(zhoujing)
  must(await zhoujing.page.locator('.wk-seal-other').count() === 2, 'the places of the two others are not shown')
  await rail(zhoujing.page).getByText(/本机关会签同意：李敏/u).waitFor()
  must(!(await zhoujing.page.locator('body').innerText()).includes('同意。'), 'another organ sees the host’s opinions')
  await lookForBarriers(zhoujing.page)
  await zhoujing.shot('82-joint-own-place')
  await rail(zhoujing.page).getByRole('button', { name: '退回主办机关' }).click()
  await rail(zhoujing.page).getByLabel('退回理由').fill(reason)
  await rail(zhoujing.page).getByRole('button', { name: '退回主办机关' }).click()
  await rail(zhoujing.page).getByText(new RegExp(`退回主办机关：${reason}`, 'u')).waitFor()

  await open(sunli)
  await rail(sunli.page).getByText(reason).waitFor()
  await sunli.page.locator('.wk-queue').getByText('自治区应急管理厅已退回').waitFor()
  await sunli.shot('83-joint-declined')

  await open(wurina)
  await sealAt(office, wurina, 'czt')
  await rail(wurina.page).getByRole('heading', { name: '联合用印：已用印 1/3' }).waitFor()
  await wurina.shot('84-joint-first')

  // The host comes second: one seal is on the pages, the own place and one to come are marked.
  await sunli.page.locator('.wk-queue').getByText('联合行文 · 已用印 1/3').waitFor()
  await sunli.page.locator('.wk-seal-other[data-look="sealed"]').waitFor()
  await sunli.shot('85-joint-host')
  await lookForBarriers(sunli.page)
  await sealAt(office, sunli, 'nmg-bgt')
  await rail(sunli.page).getByText(`还须用印的机关：${emergency}`, { exact: false }).waitFor()
  must(await sunli.page.getByRole('button', { name: /封发给/u }).count() === 0, 'it can be sent out without the third seal')
  await rail(sunli.page).getByText(/验章通过/u).first().waitFor({ timeout: 60_000 })
  await sunli.shot('86-joint-waits')
  await lookForBarriers(sunli.page)
  must((await sealState(office, title)).seal === null, 'the seal stands before all have sealed')
  await sunli.go(`#/document/${(await sealState(office, title)).id}`)
  await sunli.page.getByRole('tab', { name: '流程' }).click()
  const way = sunli.page.locator('.wk-track > li[aria-current="step"]')
  await way.getByText('联合用印：已用印 2/3', { exact: false }).waitFor()
  await way.scrollIntoViewIfNeeded()
  must(/孙丽[\s\S]*已退回主办机关[\s\S]*周静[\s\S]*乌日娜/u.test(await way.innerText()), await way.innerText())
  await sunli.shot('86b-joint-flow')

  await sealAt(office, zhoujing, 'yjglt')
  const state = await sealState(office, title)
  must(state.status === 'sealed' && sealsOf(state).map(({ organId }) => organId).join() === 'czt,nmg-bgt,yjglt', `${state.status}: ${sealsOf(state).map(({ organId }) => organId).join()}`)
  await rail(zhoujing.page).getByText(/由主办机关内蒙古自治区人民政府办公厅封发/u).waitFor()
})

/** Where signature fields are in a PDF, µm from the page's upper left: the appearance boxes of the widgets, as written. */
const fieldSpots = (pdf: Uint8Array): readonly { readonly x: number; readonly y: number }[] => {
  const text = Buffer.from(pdf).toString('latin1')
  return [...text.matchAll(/\/Rect\s*\[\s*([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)\s*\]/gu)].map(([, ...sides]) => {
    const [left = 0, low = 0, right = 0, high = 0] = sides.map((side) => Number(side) / 72 * 25_400)
    return { x: (left + right) / 2, y: 297_000 - (low + high) / 2 }
  }).filter(({ x }) => x > 0)
}

const stampSpots = (ofd: Uint8Array): readonly { readonly x: number; readonly y: number }[] => {
  const entries = readZip(ofd)
  if (!entries.ok) throw new Error(entries.error.message)
  return entries.value.filter(({ path }) => path.endsWith('/Signature.xml')).flatMap(({ bytes }) => {
    const [left, top, across, down] = /Boundary="([^"]+)"/u.exec(Buffer.from(bytes).toString())?.[1]?.split(' ').map(Number) ?? []
    return left === undefined ? [] : [{ x: (left + across! / 2) * 1000, y: (top! + down! / 2) * 1000 }]
  })
}

const near = (places: readonly SealPosition[], spots: readonly { readonly x: number; readonly y: number }[]): boolean =>
  places.every((place) => spots.some((spot) => Math.hypot(spot.x - place.x, spot.y - place.y) < 200))

/** A verifier that is not ours. */
const byPdfsig = (pdf: Uint8Array): void => {
  const folder = mkdtempSync(join(tmpdir(), 'wenshu-joint-'))
  try {
    writeFileSync(join(folder, 'joint.pdf'), pdf)
    const said = execFileSync('pdfsig', ['-nocert', join(folder, 'joint.pdf')], { encoding: 'utf8' })
    must((said.match(/Signature is Valid/gu) ?? []).length === 3, said)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    skipLoudly('three seals by another verifier', 'pdfsig is not installed: apt-get install -y poppler-utils')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const receiving = scenario('J3 R10 a joint issue is received: PDF and OFD carry three valid seals, each at the place that its clerk signed', async (office) => {
  const sunli = await office.desk('sunli')
  await open(sunli).catch(() => undefined)
  await sunli.page.getByRole('checkbox', { name: '阿拉善右旗人民政府办公室' }).check()
  await sunli.shot('87-joint-dispatch')
  await lookForBarriers(sunli.page)
  await sunli.page.getByRole('button', { name: /封发给/u }).click()
  await eventually('sent out', async () => (await sealState(office, title)).status === 'dispatched')

  const zhaomin = await office.desk('zhaomin')
  await zhaomin.go('#/receiving')
  await zhaomin.page.locator('.wk-queue').getByRole('button', { name: new RegExp(title, 'u') }).click()
  for (const file of ['PDF 正本', 'OFD 正本']) {
    const region = rail(zhaomin.page).getByRole('region', { name: file })
    await region.getByText(/验章通过/u).first().waitFor({ timeout: 60_000 })
    must(await region.locator('details').count() === 3, `${file} shows ${await region.locator('details').count()} seals`)
  }
  await zhaomin.shot('88-joint-received')
  await lookForBarriers(zhaomin.page)

  const state = await sealState(office, title)
  const places = sealsOf(state).map(({ signature }) => statedPlace(signature.statement)).filter((place) => place !== null)
  must(places.length === 3 && new Set(places.map(({ x, y }) => `${x}/${y}`)).size === 3, JSON.stringify(places))
  const [pdf, ofd] = [await bytesOf(office, state.seal?.sealedHash), await bytesOf(office, state.seal?.sealedOfdHash)]
  for (const file of [pdf, ofd]) {
    const report = verifySealed(file, { anchors: [], crls: [], trust: 'report' })
    must(report.signatures.length === 3 && report.signatures.every(({ verdict, modifiedAfter }) => verdict === 'valid' && !modifiedAfter), JSON.stringify(report.signatures.map(({ signer, verdict, modifiedAfter }) => [signer, verdict, modifiedAfter])))
  }
  must(near(places, fieldSpots(pdf)), `PDF: ${JSON.stringify([places, fieldSpots(pdf)])}`)
  must(near(places, stampSpots(ofd)) && stampSpots(ofd).length === 3, `OFD: ${JSON.stringify([places, stampSpots(ofd)])}`)
  byPdfsig(pdf)
})

export const jointIssue: readonly Scenario[] = [drafting, sealing, receiving]
