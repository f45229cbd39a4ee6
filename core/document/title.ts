/** What a title says about its document. */
import { documentKinds, type DocumentKind } from './kinds.ts'

/** The kind (文种) named by the last word of a title, or null: …的通知 → 通知, …令 → 命令. A bracketed tail such as （试行） is skipped. */
export function kindOfTitle(title: string): DocumentKind | null {
  const bare = title.replace(/(?:[（(][^（()）]*[）)])+$/u, '')
  if (bare.endsWith('命令') || bare.endsWith('令')) return '命令'
  return documentKinds.find((kind) => bare.endsWith(kind)) ?? null
}
