/** wenshu: the command line (命令行). Commands and exit codes are the contract of docs/spec/cli.md. */
import { languageOf, messages, type Language } from './messages.ts'
import type { CommandModule } from './command.ts'

/** Loaded on demand: `verify` must start fast and needs no server, `serve` needs no fonts of the client. */
const commands: Readonly<Record<string, () => Promise<CommandModule>>> = {
  serve: () => import('./commands/serve.ts'),
  desk: () => import('./commands/desk.ts'),
  demo: () => import('./commands/demo.ts'),
  typeset: () => import('./commands/typeset.ts'),
  check: () => import('./commands/check.ts'),
  verify: () => import('./commands/verify.ts'),
  ledger: () => import('./commands/ledger.ts'),
  seal: () => import('./commands/seal.ts'),
  admin: () => import('./commands/admin.ts'),
  bench: () => import('./commands/bench.ts'),
}

const usage = (language: Language): string => [
  messages[language].usage,
  '',
  ...Object.entries(messages[language].summaries).map(([name, summary]) => `  ${name.padEnd(8)}${summary}`),
  '',
  messages[language].perCommand,
].join('\n')

const main = async (argv: readonly string[]): Promise<number> => {
  const language = languageOf(argv)
  const [name, ...rest] = argv.filter((argument, index) => !(argument === '--lang' || argv[index - 1] === '--lang'))
  if (name === undefined || name === '--help' || name === 'help') {
    process.stdout.write(`${usage(language)}\n`)
    return name === undefined ? 1 : 0
  }
  const load = commands[name]
  if (load === undefined) {
    process.stderr.write(`${messages[language].unknownCommand(name)}\n${usage(language)}\n`)
    return 1
  }
  const command = await load()
  if (rest.includes('--help')) {
    process.stdout.write(`${command.help(language)}\n`)
    return 0
  }
  return command.run(rest, language)
}

main(process.argv.slice(2)).then(
  (code) => { process.exitCode = code },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    if (process.env['WENSHU_DEBUG'] !== undefined && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
    process.exitCode = 1
  },
)
