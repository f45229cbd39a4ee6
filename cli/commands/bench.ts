/** wenshu bench: figures beside budgets and peers, measured now (性能测量). */
import { progress, readOptions, UsageError, type CommandModule } from '../command.ts'
import { line, type Bench, type Figure } from '../bench/figure.ts'

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  sm2: async () => (await import('../bench/sm2.ts')).sm2,
  typeset: async () => (await import('../bench/typeset.ts')).typesetting,
  check: async () => (await import('../bench/check.ts')).checking,
  typing: async () => (await import('../bench/typing.ts')).typing,
  outbox: async () => (await import('../bench/outbox.ts')).outbox,
  drain: async () => (await import('../bench/drain.ts')).drain,
  pull: async () => (await import('../bench/pull.ts')).pull,
  commands: async () => (await import('../bench/commands.ts')).commands,
  verify: async () => (await import('../bench/verify.ts')).verification,
}

export const { help, run }: CommandModule = {
  help: (language) => language === 'en'
    ? `wenshu bench [NAME…] [--json]\n  Names: ${Object.keys(benches).join(', ')}. Peers run in the same run.`
    : `wenshu bench [名称…] [--json]\n  名称：${Object.keys(benches).join('、')}；不给名称则全部测量。对照项在同一次运行中测量。`,
  run: async (argv) => {
    const { values, positionals } = readOptions(argv, { json: { type: 'boolean', default: false } })
    const unknown = positionals.find((name) => benches[name] === undefined)
    if (unknown !== undefined) throw new UsageError(`没有“${unknown}”这个测量项（${Object.keys(benches).join('、')}）`)
    const figures: Figure[] = []
    for (const [name, load] of Object.entries(benches)) {
      if (positionals.length > 0 && !positionals.includes(name)) continue
      progress(`正在测量 ${name} ……`)
      const measured = await (await load()).run()
      for (const figure of measured) progress(line(figure))
      figures.push(...measured)
    }
    process.stdout.write(values.json ? `${JSON.stringify(figures, null, 2)}\n` : `项目 | 数值 | 同场对照 | 预算\n${figures.map(line).join('\n')}\n`)
    return 0
  },
}
