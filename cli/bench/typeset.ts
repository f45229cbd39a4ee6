/** Typesetting and PDF of a long text, warm, beside LibreOffice where it is installed. */
import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { noticeFor } from '../demo/notice.ts'
import { openPress } from '../compose.ts'
import { loadFontSet } from '#main/host'
import { typeset } from '#core/typeset'
import { quantile, type Bench } from './figure.ts'

/** The regional plan's text where the samples are, else the demo region's own. */
export const sampleText = (): string => {
  const samples = process.env['WENSHU_SAMPLES'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'samples')
  const plan = join(samples, '内蒙古自治区数字政府建设实施方案.txt')
  return existsSync(plan) ? plan : join(import.meta.dirname, '..', '..', 'resources', 'demo', '草原防火专项行动方案.txt')
}

export const typesetting: Bench = {
  name: 'typeset',
  run: async () => {
    const notice = noticeFor(await readFile(sampleText(), 'utf8'))
    if (!notice.ok) throw new Error(notice.error)
    const faces = await loadFontSet({ system: false })
    const press = openPress(faces)
    const issue = { number: '内政办发〔2026〕12号', date: '2026-11-24', printDate: '2026-11-24' }
    const layouts: number[] = []
    const files: number[] = []
    let pages = 0
    for (let run = 0; run < 25; run += 1) {
      const started = performance.now()
      pages = typeset(notice.value, issue, faces.fonts).pages.length
      layouts.push(performance.now() - started)
      const again = performance.now()
      await press.compose(notice.value, issue)
      files.push(performance.now() - again)
    }
    // The first runs warm caches and the compiler.
    const warm = files.slice(5)
    const median = quantile(warm, 0.5)
    return [
      { name: `排版（${pages}页）`, value: quantile(layouts.slice(5), 0.5), unit: '毫秒', peer: null, budget: null },
      { name: `排版并生成 PDF（${pages}页，热）`, value: median, unit: '毫秒', peer: null, budget: { text: '< 60 毫秒', met: median < 60 } },
      { name: '同上，最慢', value: Math.max(...warm), unit: '毫秒', peer: null, budget: null },
    ]
  },
}
