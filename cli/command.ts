/** The shape of a command, and reading of its options (命令与参数). */
import { parseArgs, type ParseArgsConfig } from 'node:util'
import type { Language } from './messages.ts'

export type CommandModule = {
  readonly help: (language: Language) => string
  /** Returns the exit code. Throws only for what no code of the contract names. */
  readonly run: (argv: readonly string[], language: Language) => Promise<number>
}

/** A wrong option is the caller's mistake: message and exit 1, nothing started. */
export class UsageError extends Error {}

export const readOptions = <T extends NonNullable<ParseArgsConfig['options']>>(argv: readonly string[], options: T) => {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(`参数不正确：${error instanceof Error ? error.message : String(error)}`)
  }
}

/** A TCP port, or `fallback` when absent. */
export const portOf = (text: string | undefined, fallback: number): number => {
  if (text === undefined) return fallback
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UsageError(`端口不正确：${text}（应为 0–65535 的整数）`)
  return port
}

/** Progress goes to standard error so that standard output stays for results. */
export const progress = (text: string): void => { process.stderr.write(`${text}\n`) }
