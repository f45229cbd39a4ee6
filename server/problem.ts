/** A request that is refused (拒绝): becomes the HttpProblem body. `message` is for the person, `code` for the program. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly retryAfterSeconds: number | undefined
  constructor(status: number, code: string, message: string, retryAfterSeconds?: number) {
    super(message)
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }
}

export type Log = (level: 'info' | 'warn' | 'error', message: string, fields?: Readonly<Record<string, unknown>>) => void
