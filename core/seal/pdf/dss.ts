/**
 * The evidence store of a PDF (验证数据), /DSS with its certificates, revocation lists and OCSP responses, ISO 32000-2 §12.8.4.3,
 * ETSI EN 319 142-1 §5.4: what a judge without network needs. Streams hold DER.
 */
import { digest, type RevocationQuestion } from '#core/crypto'
import { toHex } from '#core/formats'
import { withCatalog } from './field.ts'
import { catalogOf, type PdfFile } from './file.ts'
import { unpackStream } from './stream.ts'
import { isArray, isDict, isRef, isStream, PdfError, type PdfDict, type PdfRef, type PdfValue } from './value.ts'
import { appendUpdate, dict, nextNumber, ref, withEntries, type NewObject } from './write.ts'

/** Certificates, revocation lists and OCSP responses, DER. */
export type SealEvidence = {
  readonly certificates: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
  readonly ocsps: readonly Uint8Array[]
  /** Asks issuers about certificates of which the rest says nothing (fetchRevocation); absent where there is no network. */
  readonly fetch?: (questions: readonly RevocationQuestion[]) => Promise<{ readonly crls: readonly Uint8Array[]; readonly ocsps: readonly Uint8Array[] }>
}

export const NO_EVIDENCE: SealEvidence = { certificates: [], crls: [], ocsps: [] }

const KINDS = [['Certs', 'Cert', 'certificates'], ['CRLs', 'CRL', 'crls'], ['OCSPs', 'OCSP', 'ocsps']] as const
const MAX_ITEMS = 5000

/** Name of a signature in /VRI: SHA-1 over the value of /Contents with its padding, upper-case hexadecimal. */
export const vriKey = (contents: Uint8Array): string => toHex(digest('sha1', contents)).toUpperCase()

export type StoredEvidence = SealEvidence & {
  /** keys of /VRI */
  readonly signatures: readonly string[]
  /** entries that could not be read */
  readonly damaged: number
}

/** What the newest revision stores; nothing when there is no store. PdfError for a store that is too large. */
export const storedEvidence = (file: PdfFile): StoredEvidence => {
  const store = file.resolve(catalogOf(file).entries.get('DSS'))
  if (!isDict(store)) return { ...NO_EVIDENCE, signatures: [], damaged: 0 }
  let damaged = 0
  const seen = new Map<number, Uint8Array | undefined>()
  const read = (value: PdfValue): readonly Uint8Array[] => {
    const known = isRef(value) ? seen.get(value.num) : undefined
    if (known !== undefined) return [known]
    if (seen.size > MAX_ITEMS) throw new PdfError('pdf.dss', '验证数据过多')
    let bytes: Uint8Array | undefined
    try {
      const stream = file.resolve(value)
      bytes = isStream(stream) ? unpackStream(stream) : undefined
    } catch (error) {
      if (!(error instanceof PdfError)) throw error
    }
    if (isRef(value)) seen.set(value.num, bytes)
    if (bytes === undefined) damaged++
    return bytes === undefined ? [] : [bytes]
  }
  const vri = file.resolve(store.entries.get('VRI'))
  const records = isDict(vri) ? [...vri.entries].slice(0, MAX_ITEMS) : []
  const listOf = (dictionary: PdfDict, key: string): readonly PdfValue[] => {
    const list = file.resolve(dictionary.entries.get(key))
    return isArray(list) ? list.items.slice(0, MAX_ITEMS) : []
  }
  const gather = (plural: string, singular: string): readonly Uint8Array[] => distinct([
    ...listOf(store, plural).flatMap(read),
    ...records.flatMap(([, record]) => {
      const own = file.resolve(record)
      return isDict(own) ? listOf(own, singular).flatMap(read) : []
    }),
  ])
  return {
    certificates: gather('Certs', 'Cert'), crls: gather('CRLs', 'CRL'), ocsps: gather('OCSPs', 'OCSP'),
    signatures: records.map(([key]) => key), damaged,
  }
}

/** Each value once. */
export const distinct = (values: readonly Uint8Array[]): readonly Uint8Array[] => [...new Map(values.map((value) => [toHex(digest('sha256', value)), value])).values()]

/** The file with the evidence added in an increment of its own; `signatures`: the /Contents values that it belongs to. */
export const withEvidence = (file: PdfFile, evidence: SealEvidence, signatures: readonly Uint8Array[]): Uint8Array => {
  let next = nextNumber(file)
  const standing = catalogOf(file).entries.get('DSS')
  const store = file.resolve(standing)
  const base = isDict(store) ? store : dict({})
  const objects: NewObject[] = []
  const entries: Record<string, PdfValue> = {}
  const record: Record<string, PdfValue> = {}
  for (const [plural, singular, kind] of KINDS) {
    const list = file.resolve(base.entries.get(plural))
    const kept = isArray(list) ? list.items : []
    const known = new Map<string, PdfRef>()
    for (const item of kept) {
      const stream = file.resolve(item)
      if (isRef(item) && isStream(stream)) known.set(toHex(digest('sha256', unpackStream(stream))), item)
    }
    const added: PdfRef[] = []
    const own = distinct(evidence[kind]).map((der): PdfRef => {
      const key = toHex(digest('sha256', der))
      const present = known.get(key)
      if (present !== undefined) return present
      const made: PdfRef = { kind: 'ref', num: next++, gen: 0 }
      objects.push({ num: made.num, gen: 0, stream: { dict: dict({}), bytes: der } })
      added.push(made)
      return made
    })
    if (kept.length + added.length > 0) entries[plural] = { kind: 'array', items: [...kept, ...added] }
    if (own.length > 0) record[singular] = { kind: 'array', items: own }
  }
  const vri = file.resolve(base.entries.get('VRI'))
  const records = signatures.map((contents) => [vriKey(contents), dict(record)] as const)
  entries['VRI'] = { kind: 'dict', entries: new Map([...(isDict(vri) ? vri.entries : []), ...records]) }
  const full = withEntries(base, entries)
  if (isRef(standing) && isDict(store)) objects.push({ num: standing.num, gen: standing.gen, value: full })
  else {
    const num = next++
    objects.push({ num, gen: 0, value: full }, withCatalog(file, { DSS: ref(num) }))
  }
  return appendUpdate(file, objects).bytes
}
