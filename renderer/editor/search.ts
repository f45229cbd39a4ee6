/** Finding and replacing in blocks (查找替换), as values. */
import type { Block } from '#core/document'
import { fieldsOf, type Place } from './places.ts'

export type Wanted = {
  readonly text: string
  /** 全角半角不分: Ａ finds A, （ finds ( */
  readonly widths: 'same' | 'exact'
}

export type Match = { readonly block: number; readonly place: Place; readonly start: number; readonly end: number }

/** More are not shown or counted one by one; nobody steps through them. */
export const mostMatches = 10_000

const halfOf: Readonly<Record<string, string>> = { '　': ' ', '。': '｡', '、': '､', '「': '｢', '」': '｣', '“': '"', '”': '"', '‘': "'", '’': "'" }

/** Same length as the text, so that offsets hold: capitals small, and full-width forms half-width if asked. */
export const fold = (text: string, widths: Wanted['widths']): string => {
  let folded = ''
  for (let at = 0; at < text.length; at++) {
    const unit = text[at]!
    const code = text.charCodeAt(at)
    const narrow = widths === 'exact' ? unit : code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : halfOf[unit] ?? unit
    const small = narrow.toLowerCase()
    folded += small.length === 1 ? small : narrow
  }
  return folded
}

/** All matches in reading order, never overlapping. */
export const findIn = (blocks: readonly Block[], wanted: Wanted): readonly Match[] => {
  const matches: Match[] = []
  const needle = fold(wanted.text, wanted.widths)
  if (needle === '') return matches
  for (const [block, value] of blocks.entries()) {
    for (const { place, text } of fieldsOf(value)) {
      if (text.length < needle.length) continue
      const folded = fold(text, wanted.widths)
      for (let at = folded.indexOf(needle); at !== -1; at = folded.indexOf(needle, at + needle.length)) {
        matches.push({ block, place, start: at, end: at + needle.length })
        if (matches.length >= mostMatches) return matches
      }
    }
  }
  return matches
}

/** The blocks with every match replaced; blocks without a match are the very same values. */
export const replaceAll = (blocks: readonly Block[], matches: readonly Match[], by: string): readonly Block[] => {
  const byBlock = Map.groupBy(matches, (match) => match.block)
  return blocks.map((value, index) => {
    const here = byBlock.get(index)
    if (here === undefined) return value
    const byPlace = Map.groupBy(here, (match) => match.place)
    const written = (place: Place, text: string): string => spliced(text, byPlace.get(place) ?? [], by)
    switch (value.kind) {
      case 'paragraph': return { ...value, text: written('text', value.text) }
      case 'picture': return { ...value, caption: written('caption', value.caption) }
      case 'table': return { ...value, caption: written('caption', value.caption), rows: value.rows.map((row, r) => row.map((cell, c) => written(`${r},${c}`, cell))) }
    }
  })
}

const spliced = (text: string, matches: readonly Match[], by: string): string => {
  let result = ''
  let from = 0
  for (const { start, end } of matches) {
    result += text.slice(from, start) + by
    from = end
  }
  return result + text.slice(from)
}
