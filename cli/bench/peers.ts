/** Typesetters beside which ours is measured: Typst in this process, LibreOffice as a process (对照排版程序). */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Blocks of a text: numbered ones are marked so that the peer sets them in another face, as ours does. */
export type PeerText = { readonly title: string; readonly paragraphs: readonly { readonly text: string; readonly isHeading: boolean }[] }

export type TypstPeer = {
  /** Sets and writes the PDF with nothing kept from before, ms. */
  readonly fresh: (text: PeerText) => { readonly ms: number; readonly pages: number }
  /** The same, with whatever Typst keeps from the run before, ms. */
  readonly again: (text: PeerText) => number
}

/** The page, grid and faces that ours sets; Typst breaks lines and pages by its own rules. */
const source = (text: PeerText): string => {
  const escaped = (words: string): string => words.replaceAll(/[\\#*_`$<>@~[\]=+\-/"']/gu, (mark) => `\\${mark}`)
  const paragraphs = text.paragraphs.map(({ text: words, isHeading }) => (isHeading ? `#text(font: "Noto Sans SC")[${escaped(words)}]` : escaped(words)))
  return [
    '#set page(paper: "a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm), numbering: "— 1 —")',
    '#set text(font: "Noto Serif SC", size: 16pt, lang: "zh", tracking: -0.207pt)',
    '#set par(first-line-indent: (amount: 2em, all: true), leading: 13.6pt, spacing: 13.6pt, justify: true)',
    `#align(center, text(size: 22pt, weight: "bold")[${escaped(text.title)}])`, ...paragraphs,
  ].join('\n\n')
}

/** Typst with the same open fonts, or null where its binary cannot be loaded. */
export const openTypst = async (): Promise<TypstPeer | null> => {
  try {
    const { NodeCompiler } = await import('@myriaddreamin/typst-ts-node-compiler')
    const resolve = createRequire(import.meta.url).resolve
    const folders = ['noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf', 'noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf', 'noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf']
      .map((file) => dirname(resolve(`@expo-google-fonts/${file}`)))
    const compiler = NodeCompiler.create({ fontArgs: [{ fontPaths: folders }] })
    const run = (text: PeerText): Buffer => compiler.pdf({ mainFileContent: source(text) })
    return {
      fresh: (text) => {
        compiler.evictCache(0)
        const started = performance.now()
        const pdf = run(text)
        const ms = performance.now() - started
        return { ms, pages: pdf.toString('latin1').match(/\/Type\s*\/Page\b/gu)?.length ?? 0 }
      },
      again: (text) => {
        const started = performance.now()
        run(text)
        return performance.now() - started
      },
    }
  } catch {
    return null
  }
}

/** Milliseconds in which LibreOffice turns a DOCX into a PDF, as a process of its own; null without it. */
export const libreOfficeMs = async (docx: Uint8Array): Promise<number | null> => {
  const program = ['/usr/bin/soffice', '/usr/bin/libreoffice'].find((path) => existsSync(path))
  if (program === undefined) return null
  const folder = await mkdtemp(join(tmpdir(), 'wenshu-bench-'))
  try {
    const file = join(folder, 'text.docx')
    await writeFile(file, docx)
    const convert = (): number => {
      const started = performance.now()
      const { status } = spawnSync(program, [`-env:UserInstallation=file://${folder}/profile`, '--headless', '--convert-to', 'pdf', '--outdir', folder, file], { stdio: 'ignore', timeout: 120_000 })
      return status === 0 ? performance.now() - started : Number.NaN
    }
    // The first run makes its profile.
    convert()
    const ms = convert()
    return Number.isNaN(ms) ? null : ms
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
