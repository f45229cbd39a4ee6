/**
 * A file that is judged though no strict reader can open it (损坏文件的验证). What a repair shows is what tolerant readers show only when
 * they all must come to the same; where they may not, the reasons are told and the verdict cannot be "valid" (docs/spec/seal.md, PR).
 */
import type { FormatError, Result } from '#core/formats'
import { attempt, cipherIn, PDF_MAX_BYTES, readFile, withRoot, type PdfFile } from './file.ts'
import { objectReader, otherCache, readContainer, type PdfCache } from './objects.ts'
import { indexOf, isSpace, lastIndexOf, latin, PdfCursor } from './parse.ts'
import { unreadableIn } from './references.ts'
import { scanObjects, type Definition, type Scan, type Trailer } from './scan.ts'
import { signaturesOf } from './signatures.ts'
import { isDict, isRef, isStream, nameOf, PdfError, sameValue, type PdfDict, type PdfValue } from './value.ts'
import { readSection, readSections, type XrefEntry } from './xref.ts'

/** How far readers look for the header (ISO 32000-1 annex H, note 13). */
const HEADER_WITHIN = 1024
const scans = new WeakMap<PdfCache, { readonly bytes: Uint8Array; readonly scan: Result<Scan, FormatError> }>()

/** Opens a file to judge it: strictly, then by where its header stands, then by looking for its objects. Errors as openPdf. */
export const openForJudging = (bytes: Uint8Array, cache: PdfCache): Result<PdfFile, FormatError> => {
  const strict = attempt(() => withSignatures(readFile(bytes, cache, { encryption: 'read', header: 0 })))
  const header = indexOf(bytes, '%PDF-', 0, Math.min(bytes.length, HEADER_WITHIN + 5))
  // Without the key what is packed is not missing, it is unknown.
  if (header < 0 || bytes.length > PDF_MAX_BYTES || (!strict.ok && strict.error.code === 'pdf.encrypted')) return strict
  const moved = strict.ok || header === 0 ? strict : attempt(() => withSignatures(readFile(bytes, cache, { encryption: 'read', header })))
  if (!moved.ok) {
    const rebuilt = attempt(() => doubted(withSignatures(rebuild(bytes, header, cache, moved.error.message))))
    return rebuilt.ok || rebuilt.error.code === 'pdf.encrypted' ? rebuilt : strict
  }
  const before = strict.ok ? [] : [`文件头之前有 ${header} 个多余字节`]
  const file = doubted({ ...moved.value, state: { ...moved.value.state, repaired: before } })
  if (file.state.unsure.length === 0) return { ok: true, value: file }
  // Something that is shown cannot be read: where rebuilding leaves no doubt about it, there is none.
  const rebuilt = attempt(() => doubted(withSignatures(rebuild(bytes, header, cache, file.state.unsure[0]!))))
  return rebuilt.ok && rebuilt.value.state.unsure.length === 0 ? rebuilt : { ok: true, value: file }
}

/** The file, in doubt where something that is shown cannot be read. */
const doubted = (file: PdfFile): PdfFile => {
  const broken = file.state.encryption === 'locked' ? [] : unreadableIn(file)
  return broken.length === 0 ? file : { ...file, state: { ...file.state, unsure: [...file.state.unsure, `对象 ${broken.slice(0, 3).join('、')} 不合规范，各阅读器只能猜测其内容`] } }
}

/** PdfError when its signatures cannot be read. */
const withSignatures = (file: PdfFile): PdfFile => {
  signaturesOf(file)
  return file
}

/** The scan of the longest bytes that were asked for serves every revision before it: each is a prefix of it. */
const scanOf = (bytes: Uint8Array, cache: PdfCache): Scan => {
  let known = scans.get(cache)
  if (known === undefined || known.bytes.length < bytes.length) {
    known = { bytes, scan: attempt(() => scanObjects(bytes)) }
    scans.set(cache, known)
  }
  if (!known.scan.ok) throw new PdfError(known.scan.error.code, known.scan.error.message)
  if (known.bytes.length === bytes.length) return known.scan.value
  const within = bytes.length
  const { definitions, trailers, hidden } = known.scan.value
  return { definitions: definitions.filter(({ end }) => end <= within), trailers: trailers.filter(({ end }) => end <= within), hidden: hidden.filter(({ offset }) => offset < within) }
}

type Candidate = { readonly num: number; readonly offset: number; readonly entry: XrefEntry; readonly value: PdfValue }

const rebuild = (bytes: Uint8Array, header: number, cache: PdfCache, why: string): PdfFile => {
  const scan = scanOf(bytes, cache)
  const unsure = new Set<string>()
  const plain = scan.definitions.map((definition): Candidate => ({ num: definition.num, offset: definition.offset, value: definition.value, entry: { kind: 'at', offset: definition.offset, gen: definition.gen } }))
  const entries = new Map<number, XrefEntry>(plain.map(({ num, entry }) => [num, entry]))
  const { trailer, offset: trailerAt } = trailerOf(scan, unsure)
  const own = otherCache(cache, 'repair')
  const lapse = (): void => undefined
  const cipher = trailer.entries.has('Encrypt') ? cipherIn(trailer, objectReader(bytes, entries, own, { lapse }).resolve) : undefined
  const opened = cipher === undefined ? own : otherCache(own, cipher.id)
  const manner = { lapse, ...(cipher === undefined ? {} : { cipher }) }
  // Containers may only be plain objects, so they are all known before what they hold.
  const packed = packedIn(scan.definitions, entries, objectReader(bytes, new Map(entries), opened, manner), cipher?.locked === true, unsure)
  const newest = newestOf([...plain, ...packed], unsure)
  for (const [num, { entry }] of newest) entries.set(num, entry)
  for (const lapsed of lapsesIn(scan.definitions.filter(({ num, offset }) => newest.get(num)?.offset === offset))) unsure.add(lapsed)
  if (scan.hidden.length > 0) unsure.add(`流或字符串中夹带对象 ${[...new Set(scan.hidden.map(({ num }) => num))].slice(0, 3).join('、')}`)
  for (const conflict of conflictsWith(bytes, header, newest, trailer)) unsure.add(conflict)
  const { object, resolve } = objectReader(bytes, entries, opened, manner)
  const mark = lastIndexOf(bytes, '%%EOF', 0, bytes.length)
  const end = mark < 0 ? bytes.length : mark + 5
  const found = trailer.entries.has('Root') ? trailer : withCatalog(trailer, newest)
  const state = { repaired: [why], unsure: [...unsure], encryption: cipher === undefined ? 'none' : cipher.locked ? 'locked' : 'open' } as const
  return withRoot({ bytes, sections: [{ offset: trailerAt, entries, trailer: found }], startxref: trailerAt, end, trailer: found, entries, object, resolve, state })
}

const trailerOf = (scan: Scan, unsure: Set<string>): { readonly trailer: PdfDict; readonly offset: number } => {
  const rooted = scan.trailers.filter(({ dict }) => isRef(dict.entries.get('Root')))
  const last: Trailer | undefined = rooted.at(-1)
  if (rooted.some(({ dict }) => !sameValue(dict.entries.get('Root'), last?.dict.entries.get('Root')))) unsure.add('文件有不止一个目录')
  const locks = scan.trailers.filter(({ dict }) => dict.entries.has('Encrypt'))
  const dict: PdfDict = last?.dict ?? { kind: 'dict', entries: new Map() }
  if (last === undefined) unsure.add('文件没有文件尾，目录只能猜测')
  // One revision that leaves the encryption out does not undo it.
  const lock = locks.at(-1)?.dict.entries
  const entries = lock === undefined || dict.entries.has('Encrypt') ? dict.entries : new Map([...dict.entries, ['Encrypt', lock.get('Encrypt')!], ['ID', lock.get('ID') ?? null]])
  return { trailer: { kind: 'dict', entries }, offset: last?.offset ?? 0 }
}

const withCatalog = (trailer: PdfDict, newest: ReadonlyMap<number, Candidate>): PdfDict => {
  const catalog = [...newest.values()].filter(({ value }) => isDict(value) && nameOf(value.entries.get('Type')) === 'Catalog').sort((a, b) => a.offset - b.offset).at(-1)
  if (catalog === undefined) throw new PdfError('pdf.root', '文件没有目录对象')
  return { kind: 'dict', entries: new Map([...trailer.entries, ['Root', { kind: 'ref', num: catalog.num, gen: 0 }]]) }
}

/** What object streams hold; one that a later object replaced holds nothing any more. */
const packedIn = (definitions: readonly Definition[], entries: ReadonlyMap<number, XrefEntry>, reader: Pick<PdfFile, 'object' | 'resolve'>, locked: boolean, unsure: Set<string>): readonly Candidate[] =>
  definitions.flatMap(({ num, offset, value }) => {
    const entry = entries.get(num)
    if (!isStream(value) || nameOf(value.dict.entries.get('Type')) !== 'ObjStm' || entry?.kind !== 'at' || entry.offset !== offset) return []
    if (locked) throw new PdfError('pdf.encrypted', '文件已加密，须输入密码才能读取')
    const items = attempt(() => readContainer(reader.object(num), reader.resolve))
    if (!items.ok) {
      unsure.add(`对象流 ${num} 无法读取`)
      return []
    }
    return items.value.flatMap((item, i): readonly Candidate[] =>
      i % 2 === 0 && typeof item === 'number' ? [{ num: item, offset, value: items.value[i + 1] ?? null, entry: { kind: 'packed', container: num, index: i / 2 } }] : [])
  })

/** The last one of each number, as tolerant readers take it. */
const newestOf = (candidates: readonly Candidate[], unsure: Set<string>): ReadonlyMap<number, Candidate> => {
  const newest = new Map<number, Candidate>()
  const differing = new Set<number>()
  for (const candidate of candidates) {
    const other = newest.get(candidate.num)
    if (other !== undefined && !sameValue(other.value, candidate.value)) differing.add(candidate.num)
    if (other === undefined || other.offset <= candidate.offset) newest.set(candidate.num, candidate)
  }
  if (differing.size > 0) unsure.add(`对象 ${[...differing].slice(0, 3).join('、')} 有内容不同的多个版本`)
  return newest
}

const lapsesIn = (definitions: readonly Definition[]): readonly string[] => {
  const numbers = (lapse: 'twice' | 'junk' | 'length'): string => definitions.filter(({ lapses }) => lapses.has(lapse)).slice(0, 3).map(({ num }) => num).join('、')
  return ([['twice', '字典键名重复'], ['junk', '含有无法识别的内容'], ['length', '流的长度不正确']] as const)
    .flatMap(([lapse, words]) => (numbers(lapse) === '' ? [] : [`对象 ${numbers(lapse)} ${words}`]))
}

/**
 * What a reader would see that still follows a cross-reference as far as it can: the one that startxref names, counted from the first byte
 * or from the header, or the last table there is. Where there is none, nobody can follow it. Where there is one, it must be whole, and must
 * not lead anywhere else than to the objects that were found.
 */
const conflictsWith = (bytes: Uint8Array, header: number, newest: ReadonlyMap<number, Candidate>, trailer: PdfDict): readonly string[] => {
  const word = lastIndexOf(bytes, 'startxref', 0, bytes.length)
  const start = word < 0 ? undefined : attempt(() => new PdfCursor(bytes, word + 9, 0).natural())
  const named = start?.ok === true ? [start.value, start.value + header] : []
  const places = [...new Set([...named.filter((at) => at < bytes.length), ...lastTable(bytes)])]
  return [...new Set(places.flatMap((place) => conflictsAt(bytes, place, header, newest, trailer)))]
}

/** Place of the last table, whatever names it. */
const lastTable = (bytes: Uint8Array): readonly number[] => {
  for (let at = lastIndexOf(bytes, 'xref', 0, bytes.length); at >= 0; at = lastIndexOf(bytes, 'xref', 0, at)) if (at === 0 || isSpace(bytes[at - 1])) return [at]
  return []
}

const conflictsAt = (bytes: Uint8Array, start: number, header: number, newest: ReadonlyMap<number, Candidate>, trailer: PdfDict): readonly string[] => {
  const reader = objectReader(bytes, new Map(), { objects: new Map(), containers: new Map() }, {})
  const first = attempt(() => readSection(bytes, start, reader.streamAt))
  const begins = /^\s*(xref\b|\d+\s+\d+\s+obj\b)/.test(latin(bytes.subarray(start, start + 40)))
  if (!first.ok) return begins ? ['交叉引用损坏，各阅读器读法不同'] : []
  const whole = attempt(() => readSections(bytes, start, reader.streamAt, new Map()))
  if (!whole.ok) return ['交叉引用只有一部分可以读取']
  if (!sameValue(first.value.trailer.entries.get('Root'), trailer.entries.get('Root'))) return ['交叉引用另有目录']
  const entries = new Map<number, XrefEntry>()
  for (const section of whole.value) for (const [num, entry] of section.entries) if (!entries.has(num)) entries.set(num, entry)
  const wrong = [...new Set([...newest.keys(), ...entries.keys()])].filter((num) => [0, header].some((by) => leadsElsewhere(bytes, num, by, entries.get(num), newest.get(num))))
  return wrong.length === 0 ? [] : [`对象 ${wrong.slice(0, 3).join('、')} 与交叉引用所说的不同`]
}

const leadsElsewhere = (bytes: Uint8Array, num: number, header: number, entry: XrefEntry | undefined, found: Candidate | undefined): boolean => {
  // A cross-reference stream need not list itself, and object 0 is nobody's.
  if (num === 0 || (entry === undefined && isStream(found?.value) && nameOf(found.value.dict.entries.get('Type')) === 'XRef')) return false
  if (entry === undefined || entry.kind === 'free') return found !== undefined
  if (entry.kind === 'packed') return found?.entry.kind !== 'packed' || found.entry.container !== entry.container || found.entry.index !== entry.index
  let at = header + entry.offset
  while (at < bytes.length && isSpace(bytes[at])) at++
  if (found?.entry.kind === 'at' && found.entry.offset === at) return false
  const there = /^(\d+)\s+\d+\s+obj/.exec(latin(bytes.subarray(at, at + 40)))
  return there !== null && Number(there[1]) === num
}
