/** Options of `wenshu seal inspect`. */
import { readOptions } from '../command.ts'
import { SealFailure, told } from './failure.ts'
import { inspectFile } from './inspect.ts'
import { inspectText } from './text.ts'

/** Exit 0 shown and sound; 1 shown and not sound, or refused; 2 unreadable, or no seal in it. */
export const runInspect = async (argv: readonly string[]): Promise<number> => {
  const { values, positionals } = readOptions(argv, { picture: { type: 'string' }, json: { type: 'boolean', default: false } })
  return told(values.json ? 'json' : 'text', async () => {
    const [path, ...more] = positionals
    if (path === undefined || more.length > 0) throw new SealFailure('seal.arguments', '请给出一个文件：印章（.esl）、签章数据（.dat）、OFD 或 PDF')
    const { exitCode, seals } = inspectFile(path, new Date(), values.picture)
    process.stdout.write(`${values.json ? JSON.stringify({ ok: exitCode === 0, seals }, null, 2) : inspectText(seals)}\n`)
    return exitCode
  })
}
