/** CMaps: codes → CIDs. ISO 32000-1 §9.7.5 */
import type { PdfFile } from './file.ts'
import { readOrSkip, type Cursor } from './syntax.ts'
import { isStream, isText, isWord, nameOf, numberOf, type PdfValue } from './values.ts'

export type CMap = {
  /** CIDs of a string, in order */
  cids(bytes: Uint8Array): number[]
  readonly writingMode: number
  readonly maximalCid: number
  /** other CMaps that it builds on */
  readonly uses: readonly string[]
}

const named = new Set(('Identity-H Identity-V GB-EUC-H GB-EUC-V GBpc-EUC-H GBpc-EUC-V GBK-EUC-H GBK-EUC-V GBKp-EUC-H GBKp-EUC-V GBK2K-H GBK2K-V UniGB-UCS2-H UniGB-UCS2-V ' +
  'UniGB-UTF16-H UniGB-UTF16-V B5pc-H B5pc-V HKscs-B5-H HKscs-B5-V ETen-B5-H ETen-B5-V ETenms-B5-H ETenms-B5-V CNS-EUC-H CNS-EUC-V UniCNS-UCS2-H UniCNS-UCS2-V ' +
  'UniCNS-UTF16-H UniCNS-UTF16-V 83pv-RKSJ-H 90ms-RKSJ-H 90ms-RKSJ-V 90msp-RKSJ-H 90msp-RKSJ-V 90pv-RKSJ-H Add-RKSJ-H Add-RKSJ-V EUC-H EUC-V Ext-RKSJ-H Ext-RKSJ-V H V ' +
  'UniJIS-UCS2-H UniJIS-UCS2-V UniJIS-UCS2-HW-H UniJIS-UCS2-HW-V UniJIS-UTF16-H UniJIS-UTF16-V KSC-EUC-H KSC-EUC-V KSCms-UHC-H KSCms-UHC-V KSCms-UHC-HW-H ' +
  'KSCms-UHC-HW-V KSCpc-EUC-H UniKS-UCS2-H UniKS-UCS2-V UniKS-UTF16-H UniKS-UTF16-V').split(' '))

/** Whether a CMap is one of ISO 32000-1 table 118, which need not be embedded. */
export const isPredefined = (name: string): boolean => named.has(name)

/** Character collection (Ordering) of a predefined CMap, null for Identity. */
export function orderingOf(name: string): string | null {
  if (name.startsWith('Identity')) return null
  if (/^(GB|UniGB)/.test(name)) return 'GB1'
  if (/^(B5pc|HKscs|ETen|CNS|UniCNS)/.test(name)) return 'CNS1'
  return /^(KSC|UniKS)/.test(name) ? 'Korea1' : 'Japan1'
}

export const identity: CMap = {
  cids: (bytes) => Array.from({ length: bytes.length >> 1 }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!),
  writingMode: 0, maximalCid: 65_535, uses: [],
}

type Range = { readonly length: number; readonly low: number; readonly high: number; readonly cid: number }
const codeOf = (bytes: Uint8Array): number => bytes.reduce((value, byte) => value * 256 + byte, 0)
const maxRanges = 100_000

/** Parses an embedded CMap. Never fails: what cannot be read is left out. */
export function parseCMap(file: PdfFile, data: Uint8Array): CMap {
  const cursor: Cursor = { bytes: data, at: 0, report: null, references: 'none', budget: file.budget }
  const spaces: Range[] = []
  const ranges: Range[] = []
  const uses: string[] = []
  let writingMode = 0
  let operands: PdfValue[] = []
  const take = (width: number, into: Range[]): void => {
    for (let i = 0; i + width <= operands.length && into.length < maxRanges; i += width) {
      const low = operands[i]
      const high = operands[width === 2 && into === ranges ? i : i + 1]
      if (isText(low) && isText(high)) into.push({ length: low.bytes.length, low: codeOf(low.bytes), high: codeOf(high.bytes), cid: into === ranges ? numberOf(operands[i + width - 1]) ?? 0 : 0 })
    }
  }
  while (cursor.at < data.length) {
    const value = readOrSkip(cursor)
    if (value === null) continue
    if (!isWord(value)) {
      if (operands.length < 1000) operands.push(value)
      continue
    }
    if (value.word === 'endcodespacerange') take(2, spaces)
    else if (value.word === 'endcidrange') take(3, ranges)
    else if (value.word === 'endcidchar') take(2, ranges)
    else if (value.word === 'usecmap') uses.push(nameOf(operands.at(-1)) ?? '')
    else if (value.word === 'def' && nameOf(operands.at(-2)) === 'WMode') writingMode = numberOf(operands.at(-1)) ?? 0
    operands = []
  }
  return { writingMode, uses, maximalCid: ranges.reduce((most, { low, high, cid }) => Math.max(most, cid + high - low), 0), cids: (bytes) => cidsOf(bytes, spaces, ranges) }
}

function cidsOf(bytes: Uint8Array, spaces: readonly Range[], ranges: readonly Range[]): number[] {
  const found: number[] = []
  for (let at = 0; at < bytes.length; ) {
    let length = 1
    for (; length < 4 && at + length < bytes.length; length++) {
      const code = codeOf(bytes.subarray(at, at + length))
      if (spaces.some((space) => space.length === length && code >= space.low && code <= space.high)) break
    }
    const code = codeOf(bytes.subarray(at, at + length))
    const range = ranges.find((each) => each.length === length && code >= each.low && code <= each.high)
    found.push(range === undefined ? 0 : range.cid + code - range.low)
    at += length
  }
  return found
}

/** The CMap of a Type 0 font; null when it is a predefined one whose contents are not known here. */
export function encodingOf(file: PdfFile, value: PdfValue): CMap | null {
  const name = nameOf(value)
  if (name !== undefined) return name.startsWith('Identity-') ? identity : null
  if (!isStream(value)) return null
  const data = file.decode(value)
  const parsed = data === null ? null : parseCMap(file, data)
  // What builds on another map is only partly known.
  return parsed === null || parsed.uses.length > 0 || value.dict.entries.has('UseCMap') ? null : parsed
}
