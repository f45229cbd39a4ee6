/** The use log of a seal as a table for other programs (用印登记表): CSV, RFC 4180, UTF-8 with the mark that spreadsheet programs want. */
import { utf8 } from '#core/formats'
import type { SealUse } from '#core/sync'

/** A cell that a spreadsheet would take for a formula is made text: titles come from people. */
const cell = (text: string): string => `"${(/^[=+\-@\t\r]/u.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`

/** `words`: column heads in the order of the cells; `said`: how results and people are called. Times as the log has them, UTC. */
export const ledgerCsv = (uses: readonly SealUse[], words: readonly string[], said: { readonly result: (use: SealUse) => string; readonly person: (id: string) => string }): Uint8Array => {
  const rows = uses.map((use) => [
    use.at, said.result(use), use.number, use.title, said.person(use.by), use.confirmedBy === null ? '' : said.person(use.confirmedBy), use.finalHash ?? '', use.sealedHash ?? '', use.sealedOfdHash ?? '', use.detail,
  ])
  return utf8(`\ufeff${[words, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`)
}
