/** The verification page: anyone, any file, without a network (验证). */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright'
import { skipLoudly } from '../harness/skips.ts'
import { shotsDir, type Desk } from './office.ts'
import { eventually, must, scenario, type Scenario } from './scenario.ts'
import { ledgerFiles } from '../../renderer/features/verifying/ledger.fixture.ts'
import { makeFiles } from './verifying.fixture.ts'

const samples = process.env['WENSHU_SAMPLES'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'samples')
const made = makeFiles()
// Judged by the scenario that waits for it.
made.catch(() => undefined)

type Given = { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }
const file = (name: string, bytes: Uint8Array | string): Given => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes as Uint8Array) })

const headline = (page: Page) => page.locator('.vf-verdict h2')
const verify = async ({ page }: Desk, ...files: readonly Given[]): Promise<string> => {
  await page.locator('.vf > input[type=file]').setInputFiles([...files])
  await page.getByRole('heading', { level: 1, name: files[0]?.name ?? '' }).waitFor()
  await headline(page).waitFor({ timeout: 60_000 })
  return headline(page).innerText()
}
/** Roots that were added are forgotten with the page. */
const openPage = async (desk: Desk): Promise<void> => {
  await desk.go('#/search')
  await desk.go('#/verifying')
  await desk.page.getByRole('heading', { name: '验证签章' }).waitFor()
}
const trust = async ({ page }: Desk, ...files: readonly Given[]): Promise<void> => {
  await page.locator('.vf-trust input[type=file]').setInputFiles([...files])
}

const strangers = scenario('verify: a sealed PDF from elsewhere, first without its root, then with it; nothing is asked of the network', async (office) => {
  const desk = await office.desk('bateer')
  const { page } = desk
  const { sealedPdf, rootPem, crl } = await made
  await openPage(desk)
  await desk.shot('40-verify-empty')
  desk.cable.cut()
  try {
    must((await verify(desk, file('草原防火通知.pdf', sealedPdf))).includes('信任未知'), 'a seal of an unknown root is not told as such')
    must(!(await headline(page).innerText()).startsWith('签章有效'), 'a seal of an unknown root is called valid')
    await page.locator('.vf-unchecked', { hasText: '签章时间：由签章人自述' }).waitFor()
    await eventually('the pages are drawn and the seal is marked', async () => await page.locator('.vf-seal').count() === 1)
    await page.waitForTimeout(800)
    await desk.shot('41-verify-untrusted')
    await trust(desk, file('root.pem', rootPem), file('root.crl', crl))
    await eventually('with the root the verdict is valid', async () => (await headline(page).innerText()).startsWith('签章有效'))
    await page.locator('.vf-card summary').first().click()
    await page.locator('.vf-step').first().waitFor()
    await desk.shot('42-verify-valid')
    await page.emulateMedia({ media: 'print' })
    const printed = await page.locator('.vf-printed').innerText()
    for (const words of ['签章验证报告', '草原防火通知.pdf', 'SM3', 'SHA-256', '没有核对或不能证明的', '证书链']) must(printed.includes(words), `the printed report lacks ${words}`)
    await page.pdf({ path: join(shotsDir, '42-verify-report.pdf'), preferCSSPageSize: true })
    await page.emulateMedia({ media: 'screen' })
  } finally {
    desk.cable.restore()
  }
})

const tampered = scenario('verify: a changed PDF, an unsigned one, a seal, garbage and an empty file each get a verdict in words; nothing breaks', async (office) => {
  const desk = await office.desk('bateer')
  const { page } = desk
  const { changedPdf, plainPdf, seal, sealedPdf } = await made
  await openPage(desk)
  must(/无效|已被修改/u.test(await verify(desk, file('被改动的通知.pdf', changedPdf))), 'a changed file passes')
  await page.locator('.vf-verdict.vf-bad').waitFor()
  await eventually('the seal on the page has lost its colour', async () => await page.locator('.vf-seal-bad').count() > 0)
  await page.waitForTimeout(800)
  await desk.shot('43-verify-changed')
  must((await verify(desk, file('未盖章.pdf', plainPdf))).includes('没有签章'), 'an unsigned file')
  must((await verify(desk, file('印章.esl', seal))).includes('信任未知'), 'a seal file')
  await page.locator('.vf-seal-picture img').waitFor()
  await desk.shot('44-verify-seal')
  must((await verify(desk, file('乱码.pdf', 'not a document'))).includes('无法验证'), 'garbage')
  await page.getByText('verify.unknown-format').first().waitFor()
  await desk.shot('45-verify-garbage')
  must((await verify(desk, file('空.ofd', ''))).includes('无法验证'), 'an empty file')
  await page.getByText('verify.empty').first().waitFor()
  must((await verify(desk, file('半截.pdf', sealedPdf.subarray(0, sealedPdf.length >> 1)))).length > 0, 'half a file')
  // Several at once: a verdict beside each name.
  await page.locator('.vf > input[type=file]').setInputFiles([file('甲.pdf', sealedPdf), file('乙.pdf', changedPdf), file('丙.esl', seal)])
  await eventually('three verdicts', async () => await page.locator('.vf-files .wk-chip', { hasText: /信任未知|无效|修改/u }).count() === 3)
  await desk.shot('46-verify-several')
})

const vendors = scenario('verify: OFD files of vendors show their pages with the seals, and what was changed after signing', async (office) => {
  if (!existsSync(join(samples, 'ofdrw')) && skipLoudly('verification page on OFD samples', `${samples} is absent, set WENSHU_SAMPLES`)) return
  const desk = await office.desk('bateer')
  const { page } = desk
  await openPage(desk)
  const sample = async (folder: string, name: string): Promise<Given> => file(name, await readFile(join(samples, folder, name)))
  const vendor = await verify(desk, await sample('ofdrw', 'v4signed.ofd'))
  must(vendor.includes('完整'), `a vendor’s OFD: ${vendor}`)
  await page.locator('img.vf-page').first().waitFor()
  await desk.shot('47-verify-ofd')
  must(/已被修改|无效/u.test(await verify(desk, await sample('derived', 'v4signed_page-content-changed.ofd'))), 'a changed OFD passes')
  await page.locator('.vf-seal-bad').first().waitFor()
  await desk.shot('48-verify-ofd-changed')
  must((await verify(desk, await sample('ofdrw', 'V4RideRight.ofd'))).length > 0, 'a seam seal')
  await eventually('a slice of the seal on each page', async () => await page.locator('.vf-seal').count() === 5)
  await desk.shot('49-verify-seam')
})

const ledgers = scenario('LX5 verify: ledger files dropped together are held against each other; a rewritten one shows', async (office) => {
  const desk = await office.desk('bateer')
  const { page } = desk
  const { anchor, kept, grown, rewritten } = await ledgerFiles()
  await openPage(desk)
  await trust(desk, file('日志.cer', anchor))
  await verify(desk, file('新账本.json', rewritten))
  await page.getByText('请把以前保存的导出件、日志头或见证书与本件一起选入').first().waitFor()
  const words = await verify(desk, file('新账本.json', rewritten), file('去年存的账本.json', kept))
  must(!/有效|信任未知/u.test(words), `a rewritten ledger is called ${words}`)
  await page.locator('.vf-verdict', { hasText: '历史被改写' }).waitFor()
  await page.locator('.vf-digests', { hasText: '去年存的账本.json' }).waitFor()
  await desk.shot('47-verify-ledgers')
  await verify(desk, file('续账本.json', grown), file('去年存的账本.json', kept))
  await page.locator('.vf-step', { hasText: '条延续而来' }).first().waitFor({ state: 'attached' })
  must(await page.locator('.vf-verdict.vf-bad').count() === 0, 'a ledger that went on honestly is refused')
})

const hands = scenario('verify: by keyboard alone; names, roles and contrast hold in light, dark and leaders’ size', async (office) => {
  const desk = await office.desk('bateer')
  const { page } = desk
  const { sealedPdf } = await made
  await desk.go('#/')
  await page.keyboard.press('Alt+7')
  await page.getByRole('region', { name: '验证签章' }).waitFor()
  await page.locator('#main').focus()
  await page.reload()
  const chooser = page.waitForEvent('filechooser')
  const button = page.getByRole('button', { name: '选择文件' })
  await button.waitFor()
  await eventually('the button is reached with Tab', async () => {
    await page.keyboard.press('Tab')
    return button.evaluate((element) => element === document.activeElement)
  })
  await page.keyboard.press('Enter')
  await (await chooser).setFiles([file('通知.pdf', sealedPdf)])
  await headline(page).waitFor()
  await eventually('the seal is marked', async () => await page.locator('.vf-seal').count() === 1)
  const problems: string[] = []
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    await page.waitForTimeout(500)
    await desk.shot(`50-verify-${scheme}`)
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze()
    problems.push(...violations.map((violation) => `${scheme} ${violation.id}: ${violation.nodes.slice(0, 2).map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`).join(' | ')}`))
  }
  await page.emulateMedia({ colorScheme: null })
  must(problems.length === 0, problems.join('\n'))
})

export const verifying: readonly Scenario[] = [strangers, tampered, vendors, ledgers, hands]
