/** Takes a package apart (归档包解读): every file parsed strictly, so that a byte that says nothing different cannot differ. */
import {
  decodeCanonical, encodeCanonical, equalBytes, fromBase64, fromHex, fromUtf8, utf8, type CanonicalValue, type Result, type FormatError,
} from '#core/formats'
import { readFrozen, type DocumentContent } from '#core/document'
import { sm3Hex } from '#core/crypto'
import { readRecord, type EventRecord } from '#core/ledger'
import type { VerifyReport } from '#core/seal'
import { isMembers, readCommand, type PackagedCommand } from './command.ts'
import type { PackageNames, SignedPart } from './input.ts'
import type { Notebook } from './judge.ts'
import type { Files } from './manifest.ts'
import { paths } from './paths.ts'

export type PackageParts = {
  readonly records: readonly EventRecord[]
  /** by hash */
  readonly commands: ReadonlyMap<string, PackagedCommand>
  readonly names: PackageNames
  /** frozen contents by hash of their bytes, with the path each was read from */
  readonly contents: ReadonlyMap<string, DocumentContent>
  readonly ledger: { readonly index: number; readonly proof: readonly Uint8Array[]; readonly head: CanonicalValue }
  readonly sealReport: VerifyReport
  readonly issuers: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
}

export type PackageSignature = { readonly signed: SignedPart; readonly signature: string; readonly certificate: Uint8Array }

const MAX_LINES = 100_000

const has = (value: CanonicalValue | undefined, members: readonly string[]): value is { readonly [key: string]: CanonicalValue } =>
  isMembers(value) && Object.keys(value).sort().join() === [...members].sort().join()

/** The parts, or null when something cannot be read; the steps say what. */
export const readParts = (files: Files, { add }: Notebook): PackageParts | null => {
  const fail = (path: string, why: string): null => {
    add('文件格式', 'fail', `${path}：${why}`)
    return null
  }
  const missing = Object.values(paths).find((path) => !files.has(path))
  if (missing !== undefined) return fail(missing, '缺少文件')
  const lines = (path: string): readonly CanonicalValue[] | null => {
    const read = readLines(files.get(path)!)
    return read.ok ? read.value : fail(path, read.error.message)
  }
  const json = (path: string): CanonicalValue | undefined => {
    const read = decodeCanonical(files.get(path)!)
    if (!read.ok) fail(path, read.error.message)
    return read.ok ? read.value : undefined
  }
  const events = lines(paths.events)
  const sent = lines(paths.commands)
  const [names, ledger, sealReport] = [json(paths.names), json(paths.ledger), json(paths.sealReport)]
  if (events === null || sent === null || names === undefined || ledger === undefined || sealReport === undefined) return null
  const records: EventRecord[] = []
  for (const value of events) {
    const record = readRecord(value)
    if (!record.ok) return fail(paths.events, record.error.message)
    records.push(record.value)
  }
  const commands = new Map<string, PackagedCommand>()
  for (const value of sent) {
    const command = readCommand(value)
    if (command === null) return fail(paths.commands, '操作格式不正确')
    if (commands.has(command.hash)) return fail(paths.commands, '操作重复')
    commands.set(command.hash, command)
  }
  if (!isNames(names)) return fail(paths.names, '名册格式不正确')
  const evidence = readLedger(ledger)
  if (evidence === null) return fail(paths.ledger, '账本证据格式不正确')
  if (!isMembers(sealReport) || sealReport['kind'] !== 'pdf' || !Array.isArray(sealReport['signatures'])) return fail(paths.sealReport, '验证报告格式不正确')
  const contents = new Map<string, DocumentContent>()
  for (const [path, bytes] of files) {
    if (path !== paths.approved && !path.startsWith('data/修改稿/')) continue
    const content = readFrozen(bytes)
    if (!content.ok) return fail(path, content.error.message)
    contents.set(sm3Hex(bytes), content.value)
  }
  add('文件格式', 'pass', '各文件均可按规范编码读取')
  const under = (prefix: string): readonly Uint8Array[] => [...files].filter(([path]) => path.startsWith(prefix)).map(([, bytes]) => bytes)
  return {
    records, commands, names, contents, ledger: evidence, sealReport: sealReport as unknown as VerifyReport,
    issuers: under('data/证据/证书/颁发-'), crls: under('data/证据/吊销列表/'),
  }
}

/** One canonical value a line, each line ended. */
const readLines = (bytes: Uint8Array): Result<readonly CanonicalValue[], FormatError> => {
  const text = fromUtf8(bytes)
  if (!text.ok) return text
  const bad = (message: string) => ({ ok: false, error: { code: 'archive.lines', message } }) as const
  if (!text.value.endsWith('\n')) return bad('末行没有结束')
  const lines = text.value.slice(0, -1).split('\n')
  if (lines.length > MAX_LINES) return bad('行数过多')
  const values: CanonicalValue[] = []
  for (const [i, line] of lines.entries()) {
    const value = decodeCanonical(utf8(line))
    if (!value.ok) return bad(`第 ${i + 1} 行：${value.error.message}`)
    values.push(value.value)
  }
  return { ok: true, value: values }
}

const isNames = (value: CanonicalValue): value is CanonicalValue & PackageNames =>
  has(value, ['schema', 'organs', 'people']) && value['schema'] === 'wenshu.names/1' && isMembers(value['organs']) && isMembers(value['people']) &&
  Object.values(value['organs']).every((organ) => has(organ, ['name', 'fonds', 'unitCode']) && Object.values(organ).every((text) => typeof text === 'string')) &&
  Object.values(value['people']).every((person) => has(person, ['name', 'title', 'organId']) && Object.values(person).every((text) => typeof text === 'string'))

const readLedger = (value: CanonicalValue): PackageParts['ledger'] | null => {
  if (!has(value, ['schema', 'index', 'proof', 'head']) || value['schema'] !== 'wenshu.ledger-evidence/1') return null
  const { index, proof, head } = value
  if (typeof index !== 'number' || index < 0 || !Array.isArray(proof) || proof.length > 64) return null
  const nodes = proof.map((node) => (typeof node === 'string' ? fromHex(node) : { ok: false as const }))
  const good = nodes.flatMap((node) => (node.ok && node.value.length === 32 ? [node.value] : []))
  return good.length === nodes.length ? { index, proof: good, head: head ?? null } : null
}

/** package-signature.json, or null when it is not exactly what the format says. */
export const readSignature = (bytes: Uint8Array): PackageSignature | null => {
  const read = decodeCanonical(bytes, { maxBytes: 100_000, maxDepth: 4 })
  if (!read.ok || !has(read.value, ['signed', 'signature', 'certificate'])) return null
  const { signed, signature, certificate } = read.value
  if (!has(signed, ['schema', 'documentId', 'archivalCode', 'manifestHash', 'certificateHash', 'builtAt']) || signed['schema'] !== 'wenshu.package/1') return null
  if (Object.values(signed).some((member) => typeof member !== 'string') || typeof signature !== 'string' || typeof certificate !== 'string') return null
  const der = fromBase64(certificate)
  if (!der.ok || !equalBytes(encodeCanonical(read.value), bytes)) return null
  return { signed: signed as unknown as SignedPart, signature, certificate: der.value }
}
