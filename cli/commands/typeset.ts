/** wenshu typeset: a document as pages in PDF, OFD, SVG or as DOCX (排版). */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { ofdPageToSvg, readOfd } from '#core/output'
import { utf8 } from '#core/formats'
import { createSubsetter, loadFontSet } from '#main/host'
import { readOptions, UsageError, type CommandModule } from '../command.ts'
import { bytesOf, readDocumentFile } from '../source/read.ts'
import { formats, typesetSource, type OutputFile, type OutputFormat } from '../typeset/index.ts'

const optionsOf = (argv: readonly string[]) => {
  const { values, positionals } = readOptions(argv, {
    out: { type: 'string' }, format: { type: 'string' }, positions: { type: 'boolean', default: false }, fonts: { type: 'string' },
    'ofd-profile': { type: 'string', default: 'OFD' }, json: { type: 'boolean', default: false },
  })
  const [path, ...more] = positionals
  if (path === undefined || more.length > 0) throw new UsageError('请给出一个文件，例如：wenshu typeset 通知.gw --out 输出目录')
  if (values.out === undefined) throw new UsageError('请用 --out 给出输出目录')
  const wanted = values.format === undefined ? null : values.format.split(',').map((word) => word.trim().toLowerCase())
  const unknown = wanted?.find((word) => !(formats as readonly string[]).includes(word))
  if (unknown !== undefined) throw new UsageError(`不认识的格式「${unknown}」，可选：${formats.join('、')}`)
  const profile = values['ofd-profile'].toUpperCase()
  if (profile !== 'OFD' && profile !== 'OFD-A') throw new UsageError('--ofd-profile 只能是 OFD 或 OFD-A')
  return { path, out: values.out, wanted: wanted as readonly OutputFormat[] | null, positions: values.positions, fonts: values.fonts, profile, json: values.json } as const
}

/** Written beside and renamed: an interrupted run leaves no file that looks whole. Returns what went wrong, or null. */
const writeFiles = async (folder: string, files: readonly OutputFile[]): Promise<string | null> => {
  try {
    await mkdir(folder, { recursive: true })
    for (const { name, bytes } of files) {
      const path = join(folder, name)
      await writeFile(`${path}.part`, bytes)
      await rename(`${path}.part`, path)
    }
    return null
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}

/** An OFD is set already: its pages are drawn as SVG, whoever made it. */
const drawOfd = async (path: string, folder: string): Promise<number> => {
  const bytes = await bytesOf(path)
  const read = bytes.ok ? readOfd(bytes.value) : bytes
  if (!read.ok) {
    process.stderr.write(`${read.error.message}（${read.error.code}）\n`)
    return 2
  }
  const name = basename(path, extname(path))
  const files = read.value.pages.map((_, i) => ({ name: `${name}-${i + 1}.svg`, bytes: utf8(ofdPageToSvg(read.value, i)) }))
  const problem = await writeFiles(folder, files)
  if (problem !== null) {
    process.stderr.write(`写不进输出目录「${folder}」：${problem}（file.unwritable）\n`)
    return 1
  }
  process.stdout.write(`${files.length} 页，已写入 ${folder}\n`)
  for (const warning of read.value.warnings) process.stderr.write(`注意：${warning.message}（${warning.code}）\n`)
  return 0
}

export const { help, run }: CommandModule = {
  help: (language) => language === 'en'
    ? 'wenshu typeset FILE --out DIR [--format pdf,ofd,svg,docx] [--positions] [--fonts DIR] [--ofd-profile OFD|OFD-A] [--json]\n  FILE: .gw, .docx or .txt; an .ofd is drawn as SVG pages. Without --format: pdf, ofd, svg pages and positions.json. Exit: 0 done, 1 result cannot be written, 2 unreadable.'
    : 'wenshu typeset 文件 --out 目录 [--format pdf,ofd,svg,docx] [--positions] [--fonts 字体目录] [--ofd-profile OFD|OFD-A] [--json]\n  文件为 .gw、.docx 或 .txt；.ofd 则逐页画成 SVG。不写 --format 时输出 PDF、OFD、逐页 SVG 和 positions.json。\n  退出码：0 完成；1 结果写不进输出目录；2 文件读不出或不合要求（不留半成品）。',
  run: async (argv) => {
    let options
    try {
      options = optionsOf(argv)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      process.stderr.write(`${error.message}\n`)
      return 2
    }
    if (extname(options.path).toLowerCase() === '.ofd') return drawOfd(options.path, options.out)
    const source = await readDocumentFile(options.path)
    if (!source.ok) {
      process.stderr.write(`${source.error.message}（${source.error.code}）\n`)
      return 2
    }
    const { fonts, files } = await loadFontSet({
      system: process.env['WENSHU_OPEN_FONTS'] !== '1',
      ...(options.fonts ?? process.env['WENSHU_FONTS']) === undefined ? {} : { agencyFolder: options.fonts ?? process.env['WENSHU_FONTS']! },
    })
    const result = await typesetSource(source.value, { fonts, subsets: createSubsetter(files), wanted: options.wanted ?? ['pdf', 'ofd', 'svg'], positions: options.wanted === null || options.positions, profile: options.profile })
    const problem = await writeFiles(options.out, result.files)
    if (problem !== null) {
      process.stderr.write(`写不进输出目录「${options.out}」：${problem}（file.unwritable）\n`)
      return 1
    }
    const substituted = Object.entries(fonts.faces).filter(([, face]) => face.substituted).map(([role, face]) => `${role}→${face.family}`)
    if (options.json) {
      process.stdout.write(`${JSON.stringify({ pages: result.pages, files: result.files.map((file) => file.name), warnings: result.warnings, repairs: source.value.repairs, substituted })}\n`)
      return 0
    }
    process.stdout.write(`${result.pages} 页，已写入 ${options.out}：${result.files.map((file) => file.name).join('、')}\n`)
    if (substituted.length > 0) process.stderr.write(`替代字体：${substituted.join('，')}\n`)
    for (const repair of source.value.repairs) process.stderr.write(`已修正：${repair.message}（${repair.code}）\n`)
    for (const warning of result.warnings) process.stderr.write(`注意：${warning.message}（${warning.code}）\n`)
    return 0
  },
}
