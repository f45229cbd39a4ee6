/** Typesetting, PDF, OFD and relayout of long texts, beside Typst and LibreOffice in the same run. */
import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { numberBlocks, parsePlainText, type Paragraph } from '#core/document'
import { layoutToOfd, pagesToPdf, textToDocx, type FontSubsetter } from '#core/output'
import { createTypesetter, typesetText, type HeadlessText, type Layout } from '#core/typeset'
import { createSubsetter, loadFontSet } from '#main/host'
import { quantile, type Bench, type Figure } from './figure.ts'
import { libreOfficeMs, openTypst, type PeerText } from './peers.ts'

/** The regional plan's text where the samples are, else the demo region's own. */
export const sampleText = (): string => {
  const samples = process.env['WENSHU_SAMPLES'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'samples')
  const plan = join(samples, '内蒙古自治区数字政府建设实施方案.txt')
  return existsSync(plan) ? plan : join(import.meta.dirname, '..', '..', 'resources', 'demo', '草原防火专项行动方案.txt')
}

type Text = { readonly title: string; readonly blocks: readonly Paragraph[] }

const asPeer = (text: Text): PeerText => {
  const numbers = numberBlocks(text.blocks)
  return { title: text.title, paragraphs: text.blocks.map((block, i) => ({ text: `${numbers[i] ?? ''}${block.text}`, isHeading: block.level === 1 })) }
}

/** The text with its paragraphs repeated until it fills about `pages`, each copy told apart by its first words. */
const lengthened = (text: Text, times: number): Text => ({
  ...text,
  blocks: Array.from({ length: times }, (_, copy) => text.blocks.map((block) => (copy === 0 ? block : { ...block, text: `第${copy}次　${block.text}` }))).flat(),
})

/** One character more in a paragraph of the middle. */
const edited = (text: Text, run: number): Text => {
  const at = Math.floor(text.blocks.length / 2) + run
  return { ...text, blocks: text.blocks.map((block, i) => (i === at ? { ...block, text: `${block.text}的` } : block)) }
}

const about = { title: '排版测量', author: '文枢', date: '2026-11-24', docId: 'bench' }
const write = (layout: Layout, subsets: FontSubsetter) => pagesToPdf(layout.pages, { ...about, subsets, structure: layout.structure })

const timed = async (work: () => unknown): Promise<number> => {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** Runs that warm the compiler and count for nothing; a server has long left them behind. */
const warmUp = 25

/** Median of `runs` warm ones. */
const median = async (runs: number, work: (run: number) => Promise<number>, warming = warmUp): Promise<number> => {
  const times: number[] = []
  for (let run = 0; run < runs + warming; run += 1) times.push(await work(run))
  return quantile(times.slice(warming), 0.5)
}

export const typesetting: Bench = {
  name: 'typeset',
  run: async () => {
    const plain = parsePlainText(await readFile(sampleText(), 'utf8'))
    if (!plain.ok) throw new Error(plain.error.message)
    const short: Text = { title: plain.value.title, blocks: plain.value.blocks as readonly Paragraph[] }
    const { fonts, files } = await loadFontSet({ system: false })
    const perCopy = typesetText(short, fonts).pages.length
    const long = lengthened(short, Math.max(1, Math.round(125 / perCopy)))
    const typst = await openTypst()
    const figures: Figure[] = []
    for (const [text, runs, budget] of [[short, 25, 60], [long, 11, 170]] as const) {
      const pages = typesetText(text, fonts).pages.length
      // Nothing is kept but the loaded faces: neither pages nor subsets of the run before.
      const pdf = await median(runs, () => timed(() => write(typesetText(text, fonts), createSubsetter(files))))
      const ofd = await median(runs, () => timed(() => layoutToOfd(typesetText(text, fonts), { ...about, subsets: createSubsetter(files) })))
      const peer = typst === null ? null : { name: 'Typst', value: await median(runs, async () => typst.fresh(asPeer(text)).ms, 3) }
      figures.push(
        { name: `排版并生成 PDF（${pages} 页）`, value: pdf, unit: '毫秒', peer, budget: { text: `< ${budget} 毫秒`, met: pdf < budget } },
        { name: `排版并生成 OFD（${pages} 页）`, value: ofd, unit: '毫秒', peer: { name: '本系统 PDF', value: pdf }, budget: { text: '不慢于 PDF', met: ofd <= pdf } },
      )
    }
    const pages = typesetText(long, fonts).pages.length
    const redrawn = await redraw(long, fonts, files, 40)
    const again = typst === null ? null : await typstRedraw(typst, long, 9)
    figures.push(
      { name: `改一字后重排（${pages} 页，只排版，第 95 百分位）`, value: redrawn.layout, unit: '毫秒', peer: null, budget: { text: '< 16 毫秒', met: redrawn.layout < 16 } },
      { name: `改一字后重排并重写 PDF（${pages} 页）`, value: redrawn.whole, unit: '毫秒', peer: again === null ? null : { name: 'Typst', value: again }, budget: { text: '< 95 毫秒', met: redrawn.whole < 95 } },
    )
    const office = await libreOfficeMs(textToDocx(short, { pictures: () => undefined }))
    if (office !== null) {
      const own = await median(5, () => timed(() => write(typesetText(short, fonts), createSubsetter(files))))
      figures.push({ name: `同一文稿由 DOCX 转 PDF（${perCopy} 页，对照为独立进程）`, value: own, unit: '毫秒', peer: { name: 'LibreOffice', value: office }, budget: null })
    }
    return figures
  },
}

const redraw = async (text: Text, fonts: Parameters<typeof createTypesetter>[0], files: Parameters<typeof createSubsetter>[0], runs: number) => {
  const typesetter = createTypesetter(fonts)
  const subsets = createSubsetter(files)
  const set = (given: HeadlessText): Layout => typesetter.typesetText(given)
  await write(set(text), subsets)
  const layouts: number[] = []
  const whole: number[] = []
  for (let run = 0; run < runs + 4; run += 1) {
    const next = edited(text, run)
    const started = performance.now()
    const layout = set(next)
    layouts.push(performance.now() - started)
    await write(layout, subsets)
    whole.push(performance.now() - started)
  }
  return { layout: quantile(layouts.slice(4), 0.95), whole: quantile(whole.slice(4), 0.5) }
}

const typstRedraw = async (typst: NonNullable<Awaited<ReturnType<typeof openTypst>>>, text: Text, runs: number): Promise<number> => {
  typst.again(asPeer(text))
  return median(runs, async (run) => typst.again(asPeer(edited(text, run))), 3)
}
