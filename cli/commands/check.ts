/** wenshu check: what is wrong with a document before it is issued (检查). */
import { rules } from '#core/check'
import { readOptions, UsageError, type CommandModule } from '../command.ts'
import { checkFile, reportText } from '../check/index.ts'
import { loadFaces } from '../fonts.ts'

const optionsOf = (argv: readonly string[]) => {
  const { values, positionals } = readOptions(argv, { json: { type: 'boolean', default: false }, off: { type: 'string', multiple: true, default: [] } })
  const [path, ...more] = positionals
  if (path === undefined || more.length > 0) throw new UsageError('请给出一个要检查的文件，例如：wenshu check 通知.gw')
  const off = values.off.flatMap((list) => list.split(',')).filter((id) => id !== '')
  const unknown = off.find((id) => !rules.some((rule) => rule.id === id))
  if (unknown !== undefined) throw new UsageError(`没有“${unknown}”这条规则`)
  return { path, off, json: values.json }
}

export const { help, run }: CommandModule = {
  help: (language) => language === 'en'
    ? 'wenshu check FILE [--json] [--off RULE]…\n  FILE: .gw, .txt, .docx, or a PDF (checked against PDF/A-2b). Exit: 0 no error, 1 errors, 2 unreadable.'
    : 'wenshu check 文件 [--json] [--off 规则]…\n  文件为 .gw、.txt、.docx，或 PDF（按 PDF/A-2b 检查）。--off 关闭一条规则，可重复。\n  退出码：0 没有错误；1 有错误；2 文件读不出或不合要求。',
  run: async (argv, language) => {
    let options
    try {
      options = optionsOf(argv)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      // 1 means "errors found": a mistyped option must not read like a verdict.
      process.stderr.write(`${error.message}（check.usage）\n`)
      return 2
    }
    const report = await checkFile({ ...options, fonts: async () => (await loadFaces()).fonts })
    if (!report.ok) {
      process.stderr.write(`${report.error.message}（${report.error.code}）\n`)
      return 2
    }
    process.stdout.write(options.json ? `${JSON.stringify(report.value)}\n` : `${reportText(report.value, language)}\n`)
    return report.value.findings.some(({ severity }) => severity === 'error') ? 1 : 0
  },
}
