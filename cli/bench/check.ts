/** The check of a long document after an edit, pages included. */
import { readFile } from 'node:fs/promises'
import { createChecker } from '#core/check'
import { emptyContent, parsePlainText, type DocumentContent, type Issue, type Paragraph } from '#core/document'
import { createTypesetter } from '#core/typeset'
import { loadFontSet } from '#main/host'
import { quantile, type Bench } from './figure.ts'
import { sampleText } from './typeset.ts'

const issue: Issue = { number: '青政办发〔2026〕12号', date: '2026-11-24', printDate: '2026-11-24' }

export const checking: Bench = {
  name: 'check',
  run: async () => {
    const plain = parsePlainText(await readFile(sampleText(), 'utf8'))
    if (!plain.ok) throw new Error(plain.error.message)
    const blocks = plain.value.blocks as readonly Paragraph[]
    const { fonts } = await loadFontSet({ system: false })
    const base: DocumentContent = {
      ...emptyContent({ kind: '通知', organName: '青城市人民政府办公室' }), title: '青城市人民政府办公室关于做好有关工作的通知', recipients: ['各区人民政府'],
      body: Array.from({ length: 3 }, (_, copy) => blocks.map((block) => (copy === 0 ? block : { ...block, text: `第${copy}次${block.text}` }))).flat(),
    }
    const typesetter = createTypesetter(fonts)
    const checker = createChecker()
    const pages = typesetter.typeset(base, issue).pages.length
    const times: number[] = []
    let body = base.body
    for (let run = 0; run < 60; run += 1) {
      const at = Math.floor(body.length / 2) + (run % 20)
      body = body.map((block, i) => (i === at && block.kind === 'paragraph' ? { ...block, text: `${block.text}的` } : block))
      const content = { ...base, body }
      const layout = typesetter.typeset(content, issue)
      const started = performance.now()
      checker.check(content, issue, { layout })
      times.push(performance.now() - started)
    }
    const warm = times.slice(15)
    const p95 = quantile(warm, 0.95)
    return [
      { name: `改一字后全文检查（${pages} 页，含版面，中位）`, value: quantile(warm, 0.5), unit: '毫秒', peer: null, budget: null },
      { name: '同上，第 95 百分位', value: p95, unit: '毫秒', peer: null, budget: { text: '< 50 毫秒', met: p95 < 50 } },
    ]
  },
}
