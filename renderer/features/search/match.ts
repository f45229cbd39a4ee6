/** Finding documents on this device (本机查询): all words must occur; brackets, blanks, width and case do not matter. */
import type { DocumentKind, Urgency } from '#core/document'
import type { DocumentState } from '#core/route'

/** 〔2026〕, [2026], (2026) and 2026 are the same to a person who looks for a number. */
const ignored = /[\s〔〕[\]【】（）()﹝﹞［］〈〉《》「」“”"'‘’、，,。．.·:：;；—－-]/gu

export const normalise = (text: string): string => text.normalize('NFKC').toLowerCase().replace(ignored, '')

export type SearchEntry = {
  readonly id: string
  readonly number: string
  readonly title: string
  /** number, title, opinions, remarks and 档号 */
  readonly all: string
  readonly kind: DocumentKind
  readonly urgency: Urgency
  readonly year: number
}

/** One document as it is looked through: made once for each version of it. */
export const entryOf = (state: DocumentState): SearchEntry => {
  const number = normalise(state.number?.text ?? '')
  const title = normalise(state.title)
  const said = [...state.opinions, ...state.comments].map(({ text }) => normalise(text))
  return {
    id: state.id, number, title, all: [number, title, ...said, normalise(state.archive?.code ?? '')].join('\n'),
    kind: state.kind, urgency: state.urgency, year: state.number?.year ?? Number(state.createdAt.slice(0, 4)),
  }
}

export type Filter = { readonly kind: DocumentKind | null; readonly urgency: Urgency | null; readonly year: number | null }
export const noFilter: Filter = { kind: null, urgency: null, year: null }

/** Words of a query. A number with blanks inside is taken whole as well as by its words. */
const wordsOf = (query: string): readonly string[] => query.split(/\s+/u).map(normalise).filter((word) => word !== '')

/** Best first: number, then title, then opinions; null when a word is nowhere. Most entries fail at their first word. */
const rank = (entry: SearchEntry, whole: string, words: readonly string[]): number | null => {
  for (const word of words) if (!entry.all.includes(word)) return null
  if (whole === '') return 3
  if (entry.number.includes(whole)) return entry.number === whole || entry.number === `${whole}号` ? 0 : 1
  return words.every((word) => entry.title.includes(word) || entry.number.includes(word)) ? 2 : 3
}

/** Ids of what fits, best first, otherwise in the order of `entries`. */
export const find = (entries: readonly SearchEntry[], query: string, filter: Filter): readonly string[] => {
  const whole = normalise(query)
  // The longest word is the likeliest to be nowhere.
  const words = wordsOf(query).toSorted((a, b) => b.length - a.length)
  const ranked: string[][] = [[], [], [], []]
  for (const entry of entries) {
    if (filter.kind !== null && entry.kind !== filter.kind) continue
    if (filter.urgency !== null && entry.urgency !== filter.urgency) continue
    if (filter.year !== null && entry.year !== filter.year) continue
    const place = rank(entry, whole, words)
    if (place !== null) ranked[place]?.push(entry.id)
  }
  return ranked.flat()
}

/** Entries by state object: a document that did not change is not read again. */
export const createIndex = (): ((states: Iterable<DocumentState>) => readonly SearchEntry[]) => {
  const known = new WeakMap<DocumentState, SearchEntry>()
  return (states) => {
    const entries: SearchEntry[] = []
    for (const state of states) {
      let entry = known.get(state)
      if (entry === undefined) {
        entry = entryOf(state)
        known.set(state, entry)
      }
      entries.push(entry)
    }
    return entries
  }
}
