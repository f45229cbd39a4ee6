/** Launch tokens and window cookies (启动令牌与窗口凭据): a token opens one window, once, for a short while. */
import { createHash, randomBytes } from 'node:crypto'

export type Tickets = {
  /** A new launch token for the URL fragment. */
  readonly launch: () => string
  /** The cookie's value in exchange for a token, or null when it was used, is too old or never was. */
  readonly enter: (token: string) => string | null
  readonly knows: (cookie: string) => boolean
}

const secret = (): string => randomBytes(32).toString('base64url')
/** Kept as hashes: a look-up then tells nothing by its timing. */
const mark = (text: string): string => createHash('sha256').update(text).digest('base64url')

const tokenLifeMs = 10 * 60_000
const most = 200

export const createTickets = (monotonicMs: () => number): Tickets => {
  const tokens = new Map<string, number>()
  const cookies = new Set<string>()
  const bound = (set: { size: number; keys: () => Iterator<string>; delete: (key: string) => boolean }): void => {
    while (set.size > most) set.delete(set.keys().next().value as string)
  }
  return {
    launch: () => {
      const token = secret()
      tokens.set(mark(token), monotonicMs() + tokenLifeMs)
      bound(tokens)
      return token
    },
    enter: (token) => {
      const until = tokens.get(mark(token))
      if (until === undefined) return null
      tokens.delete(mark(token))
      if (until < monotonicMs()) return null
      const cookie = secret()
      cookies.add(mark(cookie))
      bound(cookies)
      return cookie
    },
    knows: (cookie) => cookies.has(mark(cookie)),
  }
}
