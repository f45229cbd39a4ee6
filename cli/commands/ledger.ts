/** wenshu ledger export | witness | attach (账本). */
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { exportInstallation } from '#server'
import { openKeyFile } from '#keys'
import { refusalText } from '#core/desktop'
import { readOptions, UsageError, type CommandModule } from '../command.ts'
import { attach, headsIn, witness, type Outcome } from '../ledger/index.ts'

const required = (value: string | undefined, option: string): string => {
  if (value === undefined) throw new UsageError(`缺少 --${option}`)
  return value
}

const exporting = async (argv: readonly string[]): Promise<Outcome> => {
  const { values } = readOptions(argv, {
    data: { type: 'string', default: 'wenshu-data' }, 'database-url': { type: 'string' }, document: { type: 'string', multiple: true, default: [] },
    earlier: { type: 'string', multiple: true, default: [] }, out: { type: 'string' },
  })
  const out = required(values.out, 'out')
  const made = await exportInstallation({
    dataDir: resolve(values.data), databaseUrl: values['database-url'] ?? process.env['DATABASE_URL'],
    documents: values.document.length === 0 ? 'all' : values.document, earlier: await headsIn(values.earlier),
  })
  if ('problem' in made) return { exitCode: 2, text: made.problem }
  await writeFile(out, made.bytes, { flag: 'wx' })
  return { exitCode: 0, text: `已导出 ${made.entries} 条记录：${out}` }
}

const witnessing = async (argv: readonly string[]): Promise<Outcome> => {
  const { values, positionals: [path] } = readOptions(argv, {
    key: { type: 'string' }, 'pin-file': { type: 'string' }, certificate: { type: 'string' }, organ: { type: 'string' },
    known: { type: 'string', multiple: true, default: [] }, out: { type: 'string' },
  })
  if (path === undefined) throw new UsageError('请给出要见证的导出件或日志头')
  // A PIN on the command line would be in the list of processes.
  const pin = (await readFile(required(values['pin-file'], 'pin-file'), 'utf8')).trimEnd()
  const key = await openKeyFile(required(values.key, 'key'), pin, values.certificate === undefined ? {} : { certificates: values.certificate })
  if (!key.ok) return { exitCode: 2, text: refusalText(key.error) }
  try {
    if (key.value.algorithm !== 'sm2-sm3') return { exitCode: 2, text: '见证须用 SM2 密钥' }
    return await witness({
      path, out: required(values.out, 'out'), known: values.known, organ: required(values.organ, 'organ'), now: new Date().toISOString(), signer: key.value,
    })
  } finally {
    await key.value.close()
  }
}

const attaching = async (argv: readonly string[]): Promise<Outcome> => {
  const { values, positionals: [path] } = readOptions(argv, { witness: { type: 'string', multiple: true, default: [] }, out: { type: 'string' } })
  if (path === undefined || values.witness.length === 0) throw new UsageError('请给出导出件和 --witness 见证书')
  return attach(path, values.witness, required(values.out, 'out'))
}

const actions: Readonly<Record<string, (argv: readonly string[]) => Promise<Outcome>>> = { export: exporting, witness: witnessing, attach: attaching }

export const { help, run }: CommandModule = {
  help: (language) => language === 'en'
    ? 'wenshu ledger export --data DIR [--database-url URL] [--document ID]… [--earlier FILE]… --out FILE\nwenshu ledger witness FILE --key KEYFILE --pin-file FILE [--certificate FILE] --organ NAME [--known FILE]… --out FILE\nwenshu ledger attach FILE --witness FILE… --out FILE\n  Exit: 0 done; 1 something speaks against it, nothing was signed; 2 unreadable or refused. Nothing is overwritten.'
    : 'wenshu ledger export --data 目录 [--database-url 地址] [--document 文件编号]… [--earlier 以前的导出件或日志头]… --out 文件\nwenshu ledger witness 导出件或日志头 --key 密钥文件 --pin-file 口令文件 [--certificate 证书] --organ 本机关名称 [--known 以前保存的账本文件]… --out 文件\nwenshu ledger attach 导出件 --witness 见证书… --out 文件\n  退出码：0 完成；1 有内容不符，没有签署；2 无法读取或拒绝。不覆盖已有文件。',
  run: async ([action, ...rest]) => {
    const act = action === undefined ? undefined : actions[action]
    if (act === undefined) throw new UsageError('请给出 export、witness 或 attach')
    const { exitCode, text } = await act(rest).catch((error: unknown): Outcome => {
      if (error instanceof UsageError || !(error instanceof Error)) throw error
      return { exitCode: 2, text: 'code' in error && error.code === 'EEXIST' ? '目标文件已存在，没有覆盖' : error.message }
    })
    process.stdout.write(`${text}\n`)
    return exitCode
  },
}
