/**
 * What belongs to a draft on its desk and never to its text (起草附记): remarks in the margin, findings that were set aside with a
 * reason, earlier versions, what the drafter expects of the issue. Nothing of it is hashed, approved or sent on.
 */
import { directions, type Direction } from './templates.ts'

/** 批注: on a stretch of the written body. `quote` is what it was put on, so that it still says so when the words are gone. */
export type Remark = {
  readonly id: string
  /** null: its words are gone */
  readonly range: { readonly block: number; readonly start: number; readonly end: number } | null
  readonly quote: string
  readonly text: string
  readonly author: string
  readonly at: string
  readonly resolved: { readonly by: string; readonly at: string } | null
}

/** 忽略: `key` names rule and words, so the same slip elsewhere is still told. */
export type Ignored = { readonly key: string; readonly message: string; readonly reason: string; readonly by: string; readonly at: string }

/** 历史版本: the text lies in the profile under its hash. */
export type Version = { readonly hash: string; readonly at: string; readonly title: string; readonly words: number; readonly bytes: number; readonly why: 'pause' | 'kept' | 'beforeRestore' }

export type Notes = {
  readonly remarks: readonly Remark[]
  readonly ignored: readonly Ignored[]
  readonly versions: readonly Version[]
  /** 拟标注的签发人, shown on the pages until the approval gives the real ones */
  readonly signers: readonly string[]
  /** 行文方向 where the kind leaves it open */
  readonly direction: Direction | null
}

export const noNotes: Notes = { remarks: [], ignored: [], versions: [], signers: [], direction: null }

const mostRemarks = 500
const mostIgnored = 500
const textLimit = 2000

type Loose = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= textLimit
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0
const listOf = <T>(value: unknown, read: (entry: Loose) => T | null, most: number): readonly T[] =>
  (Array.isArray(value) ? value.slice(0, most) : []).flatMap((entry: unknown): readonly T[] => {
    const one = isObject(entry) ? read(entry) : null
    return one === null ? [] : [one]
  })

const readRemark = ({ id, range, quote, text, author, at, resolved }: Loose): Remark | null => {
  if (!isText(id) || !isText(quote) || !isText(text) || !isText(author) || !isText(at)) return null
  const place = isObject(range) && isCount(range['block']) && isCount(range['start']) && isCount(range['end']) ? { block: range['block'], start: range['start'], end: range['end'] } : null
  const settled = isObject(resolved) && isText(resolved['by']) && isText(resolved['at']) ? { by: resolved['by'], at: resolved['at'] } : null
  return { id, range: place, quote, text, author, at, resolved: settled }
}
const readIgnored = ({ key, message, reason, by, at }: Loose): Ignored | null =>
  isText(key) && isText(message) && isText(reason) && isText(by) && isText(at) ? { key, message, reason, by, at } : null
const readVersion = ({ hash, at, title, words, bytes, why }: Loose): Version | null =>
  typeof hash === 'string' && /^[0-9a-f]{64}$/u.test(hash) && isText(at) && isText(title) && isCount(words) && isCount(bytes) && (why === 'pause' || why === 'kept' || why === 'beforeRestore')
    ? { hash, at, title, words, bytes, why } : null

/** What is damaged in the notes is left out; the text beside them is never refused for it. */
export const readNotes = (value: unknown): Notes => {
  if (!isObject(value)) return noNotes
  const { signers, direction } = value
  return {
    remarks: listOf(value['remarks'], readRemark, mostRemarks),
    ignored: listOf(value['ignored'], readIgnored, mostIgnored),
    versions: thinned(listOf(value['versions'], readVersion, 1000)),
    signers: Array.isArray(signers) ? signers.filter(isText).slice(0, 20) : [],
    direction: directions.find((candidate) => candidate === direction) ?? null,
  }
}

/** The newest this many are all kept; of older ones one in ten minutes, up to `most`. What a person kept goes last. */
const fresh = 20
const most = 60
const apart = 10 * 60 * 1000

/** Newest first, bounded: a long day of writing must not fill the disk with its commas. */
export const thinned = (versions: readonly Version[]): readonly Version[] => {
  const ordered = [...versions].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
  let last = Number.POSITIVE_INFINITY
  const kept = ordered.filter((version, index) => {
    const at = Date.parse(version.at)
    if (index >= fresh && version.why === 'pause' && last - at < apart) return false
    last = at
    return true
  })
  if (kept.length <= most) return kept
  let surplus = kept.length - most
  const bounded = [...kept].reverse().filter((version) => version.why === 'kept' || surplus-- <= 0).reverse()
  return bounded.slice(0, most)
}
