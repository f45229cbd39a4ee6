/**
 * A fault on purpose, for the suite that kills a server between commit and reply. `WENSHU_FAULT=kill-after-commit:N` ends
 * the process after the N-th accepted command; it is read only when NODE_ENV is `test`.
 */
const match = process.env['NODE_ENV'] === 'test' ? /^kill-after-commit:(\d{1,6})$/.exec(process.env['WENSHU_FAULT'] ?? '') : null
let left = match === null ? Number.POSITIVE_INFINITY : Number(match[1])

export const afterCommit = (status: string): void => {
  if (status !== 'accepted' && status !== 'adjusted') return
  left -= 1
  if (left <= 0) process.kill(process.pid, 'SIGKILL')
}
