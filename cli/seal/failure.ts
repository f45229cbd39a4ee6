/** How a subcommand of `seal` ends early (印章命令的失败): a sentence, a stable code, and the exit code of the contract. */

/** `exit` 1: refused; 2: an input cannot be read. */
export class SealFailure extends Error {
  readonly code: string
  readonly exit: 1 | 2
  constructor(code: string, message: string, exit: 1 | 2 = 1) {
    super(message)
    this.code = code
    this.exit = exit
  }
}

/** Runs a subcommand; a failure is told on standard error, or as JSON where that was asked for. */
export const told = async (json: 'json' | 'text', run: () => Promise<number>): Promise<number> => {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof SealFailure)) throw error
    if (json === 'json') process.stdout.write(`${JSON.stringify({ ok: false, code: error.code, detail: error.message })}\n`)
    else process.stderr.write(`${error.message}（${error.code}）\n`)
    return error.exit
  }
}
