/** A text that comes from outside and pages that go out (导入、打印与导出): pictures come in with the .gw that names them, and the reading view hands over what it shows. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { sm3Hex } from '#core/crypto'
import { writeZip } from '#core/formats'
import { checkPdfA, readOfd } from '#core/output'
import type { Desk } from './office.ts'
import { agreedDocument, composedDocument, sealState } from './sealDesk.fixture.ts'
import { eventually, must, scenario, type Scenario } from './scenario.ts'
import { bodyOf, openFromDesk } from './work.ts'

const samples = join(import.meta.dirname, '..', 'fixtures', 'gw')
const sample = '65-插图-三种大小.gw'
const pictures = ['scope.png', 'section.png', 'marker.png'] as const
const title = '关于河口湿地地形复测情况的报告'

const drawer = (page: Page) => page.locator('.ant-drawer')
const chooser = (page: Page) => page.locator('.wk-new input[type=file]')
const fileOf = async (name: string, as = name) => ({ name: as, mimeType: 'application/octet-stream', buffer: await readFile(join(samples, name)) })

const openNew = async ({ page, go }: Desk): Promise<void> => {
  await go('#/drafting')
  await page.getByRole('listbox', { name: '文种与模板' }).waitFor()
}

/** Three pictures in the text with their own bytes, and three on the pages. */
const seePictures = async (page: Page): Promise<void> => {
  await bodyOf(page).getByText('现将河口湿地地形复测情况报告如下').waitFor()
  await eventually('the pictures stand in the text', async () =>
    await page.locator('.wk-picture img').evaluateAll((images) => images.length === 3 && images.every((image) => (image as HTMLImageElement).naturalWidth > 0)))
  await eventually('the pictures are on the pages', async () => await page.locator('.wk-drafting-pages svg image').count() === 3)
}

const withPictures = scenario('D4 a .gw comes in with its pictures, chosen together or in a .zip; without them it is refused by their names', async (office) => {
  const desk = await office.desk('qiqige')
  const { page } = desk
  await openNew(desk)
  await chooser(page).setInputFiles(await fileOf(sample))
  for (const name of pictures) await drawer(page).getByText(name).first().waitFor()
  must(await drawer(page).getByRole('button', { name: '用它起草' }).count() === 0, 'a text without its pictures is offered')
  await desk.shot('importing-01-pictures-missing')
  await page.getByRole('button', { name: '关闭' }).last().click()
  await drawer(page).waitFor({ state: 'hidden' })

  await chooser(page).setInputFiles(await Promise.all([sample, ...pictures].map((name) => fileOf(name))))
  await eventually('the preview shows the pictures', async () => await drawer(page).locator('svg image').count() > 0)
  await desk.shot('importing-02-preview')
  await page.getByRole('button', { name: '用它起草' }).click()
  await seePictures(page)
  await desk.shot('importing-03-taken')

  // What came in is this device's own: it is there again without a network.
  desk.cable.cut()
  await desk.reopen()
  await desk.go('#/drafting')
  await page.locator('.wk-unfinished').getByText(title).first().click()
  await seePictures(page)
  desk.cable.restore()

  const zip = writeZip(await Promise.all([sample, ...pictures].map(async (name) => ({ path: `复测/${name}`, bytes: new Uint8Array(await readFile(join(samples, name))) }))))
  await openNew(desk)
  await chooser(page).setInputFiles({ name: '复测.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) })
  await eventually('the preview shows the pictures', async () => await drawer(page).locator('svg image').count() > 0)
  await page.getByRole('button', { name: '用它起草' }).click()
  await seePictures(page)
})

/** One entry of 打印与导出 and the file that it gives. */
const handedOver = async (page: Page, item: string): Promise<{ readonly name: string; readonly bytes: Buffer }> => {
  await page.getByRole('button', { name: /^打印与导出/ }).click()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: item, exact: true }).click()])
  await page.getByRole('menuitem').first().waitFor({ state: 'hidden' })
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) }
}

/** The window that printing opens; the browser's own viewer shows a PDF in it. */
const printed = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^打印与导出/ }).click()
  const [opened] = await Promise.all([page.context().waitForEvent('page'), page.getByRole('menuitem', { name: '打印', exact: true }).click()])
  await opened.close()
  await page.getByRole('menuitem').first().waitFor({ state: 'hidden' })
}

const outOfReading = scenario('the reading view prints and exports what it shows: the draft as PDF and OFD, the final file byte for byte', async (office) => {
  const drafted = '关于阅读界面导出的通知'
  await agreedDocument(office, drafted, [])
  const reviewer = await office.desk('wangxiaoyan')
  await openFromDesk(reviewer, drafted)
  await reviewer.page.locator('.wk-page-svg').first().waitFor()
  const pdf = await handedOver(reviewer.page, '存为 PDF')
  must(pdf.name === `${drafted}.pdf` && checkPdfA(pdf.bytes).conforms, `the PDF of a draft: ${pdf.name}, ${JSON.stringify(checkPdfA(pdf.bytes).findings.slice(0, 3))}`)
  const ofd = await handedOver(reviewer.page, '存为 OFD')
  const read = readOfd(ofd.bytes)
  must(ofd.name === `${drafted}.ofd` && read.ok && read.value.info.title === drafted, 'the OFD of a draft does not open')
  await printed(reviewer.page)

  const issued = '关于版式文件导出的通知'
  await composedDocument(office, issued)
  const clerk = await office.desk('sunli')
  await clerk.go('#/search')
  await clerk.page.locator('.ws-row', { hasText: issued }).first().click()
  await clerk.page.locator('.wk-sheet-pdf canvas').first().waitFor()
  await clerk.shot('importing-04-final')
  const final = await handedOver(clerk.page, '存为 PDF')
  const hash = (await sealState(office, issued)).final?.hash
  must(hash !== undefined && sm3Hex(final.bytes) === hash, `what was kept is not the final PDF: ${sm3Hex(final.bytes)}, ${String(hash)}`)
  await clerk.page.getByRole('button', { name: /^打印与导出/ }).click()
  await clerk.page.getByRole('menuitem', { name: '存为 PDF', exact: true }).waitFor()
  must(await clerk.page.getByRole('menuitem', { name: '存为 OFD', exact: true }).count() === 0, 'an OFD without the seal is offered beside the final PDF')
  await clerk.page.keyboard.press('Escape')
  await printed(clerk.page)
})

export const importing: readonly Scenario[] = [withPictures, outOfReading]
