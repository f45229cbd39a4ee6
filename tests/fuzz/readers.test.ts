/**
 * Fuzz of the readers of DER, ZIP, XML, canonical values and PDF with a time budget: whatever the bytes, an answer and no
 * exception, in bounded processor time and memory. Replay: WENSHU_FUZZ_SEED=<seed> npx vitest run tests/fuzz/readers.test.ts ;
 * WENSHU_FUZZ_SECONDS=<n> gives each reader longer.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readCertificate, readOcspResponse, readPem, readRevocationList, readSignedData, readTimeStamp, sm2Decrypt } from '#core/crypto'
import { concatBytes, contextExplicit, decodeCanonical, encodeCanonical, equalBytes, fromUtf8, integer, octetString, oid, readDer, readXml, readZip, sequence, utf8, utf8String, writeZip } from '#core/formats'
import { readLedgerFile } from '#core/ledger'
import { checkPdfA, readDocx, readOfd } from '#core/output'
import { readSeal, readSealSignature, verifyOfd, verifyPdf, verifySeal } from '#core/seal'
import { onePage, openSignatureDict, pdfOf, signedAtOnce, testPki } from '../../core/seal/pdf/seal.fixture.ts'
import { oneByte, structural } from '../mutation/damage.ts'
import { watch } from '../mutation/watchdog.ts'
import { randomFrom, type Random } from './random.ts'

const seed = Number(process.env['WENSHU_FUZZ_SEED'] ?? randomInt(1_000_000_000))
const seconds = Number(process.env['WENSHU_FUZZ_SECONDS'] ?? 3)
const maxCaseMs = 2_000
const maxGrowth = 768 * 1024 * 1024

const samples = process.env['WENSHU_SAMPLES'] ?? fileURLToPath(new URL('../../../shared/samples', import.meta.url))
/** Small third-party files of a kind, where they are at hand; our own seeds stand beside them. */
const found = (folder: string, suffix: RegExp): readonly Uint8Array[] => {
  const path = join(samples, folder)
  return existsSync(path)
    ? readdirSync(path).filter((name) => suffix.test(name)).sort().map((name) => new Uint8Array(readFileSync(join(path, name)))).filter((bytes) => bytes.length < 400_000)
    : []
}

const nestedDer = (depth: number): Uint8Array => Array.from({ length: depth }).reduce<Uint8Array>((inner) => sequence(contextExplicit(0, inner), integer(7)), octetString(utf8('x')))
const pemIn = (bytes: Uint8Array): readonly Uint8Array[] => {
  const text = fromUtf8(bytes)
  const blocks = text.ok ? readPem(text.value) : text
  return blocks.ok ? blocks.value.map((block) => block.bytes) : []
}

type Reader = { readonly name: string; readonly seeds: () => readonly Uint8Array[]; readonly read: (bytes: Uint8Array) => unknown; readonly dictionary: readonly string[] }

/** What a DER reader has read must be the bytes that it was given: raw slices are what gets hashed. */
const der = (bytes: Uint8Array): void => {
  const node = readDer(bytes)
  if (node.ok && !equalBytes(node.value.raw, bytes)) throw new Error('the raw slice is not what was read')
  for (const reader of [readCertificate, readRevocationList, readSignedData, readTimeStamp, readOcspResponse, readSeal, readSealSignature]) reader(bytes)
  sm2Decrypt(bytes, new Uint8Array(32).fill(1))
  verifySeal(bytes, { anchors: [], crls: [], trust: 'report' })
}

const canonical = (bytes: Uint8Array): void => {
  const value = decodeCanonical(bytes)
  if (value.ok && !equalBytes(encodeCanonical(value.value), bytes)) throw new Error('read, but not written back as the same bytes')
  readLedgerFile(bytes)
}

const signable = new TextDecoder().decode(pdfOf([
  '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/SigFlags 3>>>>', '<</Type/Pages/Count 1/Kids[3 0 R]>>', '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents 4 0 R/Annots[5 0 R]>>',
  '<</Length 4>>\nstream\n0 g \nendstream', '<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/F 132/Rect[0 0 0 0]/P 3 0 R/V 6 0 R>>', openSignatureDict,
]))
const signer = await (await testPki('p256')).signer('p256', '机关')
/** Files that only a repair can read, each signed with its damage. */
const damaged = await Promise.all([
  (file: string) => file, (file: string) => file.replace(/startxref\n\d+/, 'startxref\n7'), (file: string) => file.slice(0, file.indexOf('xref\n0 ')), (file: string) => file.replaceAll('endobj\n', ''), (file: string) => `junk\n${file}`,
  (file: string) => file.replace('/Root 1 0 R', '/Encrypt<</Filter/Standard/V 5/R 6/U<00>>>/Root 1 0 R'), (file: string) => file.replace('xref\n0 ', '4 0 obj<</Length 1>>\nstream\nx\nendstream endobj\nxref\n0 '),
].map((damage) => signedAtOnce(damage(signable), signer)))

/** The bytes that the signatures of a report are over. */
const coveredBy = (bytes: Uint8Array): readonly string[] => verifyPdf(bytes, { anchors: [], crls: [], trust: 'report' }).signatures.map(({ covered = [] }) => {
  const parts = covered.map((part) => part.match(/\d+/g)!.map(Number) as [number, number]).map(([from, to]) => bytes.subarray(from, to))
  return Buffer.concat(parts).toString('latin1')
})
const signedParts = new Set(damaged.flatMap(coveredBy))

/** Nobody here has the key but the seeds' own signer: what is valid is what was signed, and leaves no doubt about what is shown. */
const repaired = (bytes: Uint8Array): void => {
  const report = verifyPdf(bytes, { anchors: [], crls: [], trust: 'report' })
  if (report.verdict !== 'valid') return
  if (report.warnings.some(({ code }) => code === 'pdf.unsure' || code === 'pdf.encrypted')) throw new Error('valid, though readers may differ')
  if (coveredBy(bytes).some((part) => !signedParts.has(part))) throw new Error('valid over bytes that nobody signed')
}

const readers: readonly Reader[] = [
  {
    name: 'DER', read: der, dictionary: ['\u0030\u0080', '\u0030\u0084\u00ff\u00ff\u00ff\u00ff', '\u0002\u0001\u0000', '\u00a0\u0082\u00ff\u00ff', '\u0006\u0000', '\u0003\u0001\u0009', '\u001f\u00ff\u00ff\u00ff\u007f'],
    seeds: () => [nestedDer(5), nestedDer(60), sequence(oid('1.2.156.10197.1.501'), utf8String('公章')), ...found('tongsuo', /\.(pem|crt)$/).flatMap(pemIn), ...found('ofdrw', /\.(esl|dat|p12)$/)],
  },
  {
    name: 'ZIP', dictionary: ['PK\u0001\u0002', 'PK\u0005\u0006', 'PK\u0006\u0007', '\u00ff\u00ff\u00ff\u00ff', '../', '\u0000\u0000\u0000\u0000'],
    read: (bytes) => [readZip(bytes), readDocx(bytes), readOfd(bytes), verifyOfd(bytes, { anchors: [], crls: [], trust: 'report' })],
    seeds: () => [writeZip([{ path: 'a.txt', bytes: utf8('甲'.repeat(400)) }, { path: '目录/乙.xml', bytes: utf8('<a/>'), store: true }]), ...found('ofdrw', /\.ofd$/)],
  },
  {
    name: 'XML', dictionary: ['<!DOCTYPE a [<!ENTITY x "xxxxxxxx">]>', '&x;', '<![CDATA[', ']]>', '<!--', '&#0;', '&#x110000;', 'xmlns:a="', '<a b="1" b="2">', '</', '\u0000', '<?xml version="1.1"?>'],
    read: (bytes) => readXml(bytes),
    seeds: () => [utf8('<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"><ofd:A b="一">文&amp;字<![CDATA[x]]></ofd:A></ofd:OFD>'), utf8('<a>'.repeat(300) + '</a>'.repeat(300))],
  },
  {
    name: 'canonical values', read: canonical, dictionary: ['{', '[', '"\\u0041"', '1e9', '-0', '1.0', '\u00ef\u00bb\u00bf', '"a":1,"a":1', 'null', '9007199254740993'],
    seeds: () => [encodeCanonical({ a: [1, -2, null, true, '文'], b: { c: 'x', d: [] }, 字: 'é' }), utf8('['.repeat(500))],
  },
  {
    name: 'PDF', dictionary: ['/Prev 0', '/ByteRange [0 1 2 3]', 'endobj', 'stream', '<<', '>>', '/Kids [1 0 R]', '/Length 99999999', '/Filter/FlateDecode', '/Type/ObjStm', '/XRefStm 1', 'startxref\n0\n%%EOF\n', '(((((((('],
    read: (bytes) => [verifyPdf(bytes, { anchors: [], crls: [], trust: 'report' }), checkPdfA(bytes)],
    seeds: () => [onePage(), ...damaged, ...found('esig-dss', /\.pdf$/).filter((bytes) => bytes.length < 120_000), ...found('verapdf-corpus', /\.pdf$/).slice(0, 30)],
  },
  {
    name: 'PDF that must be repaired', read: repaired, seeds: () => damaged,
    dictionary: ['1 0 obj', '4 0 obj<</Length 0>>\nstream\n\nendstream\nendobj\n', 'trailer<</Root 1 0 R>>', 'trailer<</Root 4 0 R/Encrypt 5 0 R>>', 'endstream', 'xref\n0 1\n', '/Type/Catalog', '/V 6 0 R', '/FT/Sig', '%PDF-1.7\n', '<', '>', '(', ')', '/Length 5 0 R', '%%EOF\n'],
  },
]

/** A seed damaged a few times, spliced with another, or sprinkled with words that mean something to the reader. */
const made = (seeds: readonly Uint8Array[], dictionary: readonly string[], random: Random): Uint8Array => {
  let bytes = random.pick(seeds)
  for (let times = random.below(4) + 1; times > 0; times -= 1) {
    if (bytes.length < 2) return random.bytes(64)
    switch (random.below(6)) {
      case 0: case 1: bytes = oneByte(bytes, random).bytes; break
      case 2: bytes = structural(bytes, random).bytes; break
      case 3: {
        const other = random.pick(seeds)
        bytes = concatBytes(bytes.subarray(0, random.below(bytes.length)), other.subarray(random.below(other.length)))
        break
      }
      case 4: {
        const place = random.below(bytes.length)
        const word = Uint8Array.from(random.pick(dictionary), (sign) => sign.charCodeAt(0))
        bytes = concatBytes(bytes.subarray(0, place), ...Array.from({ length: random.chance(0.1) ? 200 : 1 }, () => word), bytes.subarray(place + random.below(2) * word.length))
        break
      }
      default: bytes = random.chance(0.2) ? random.bytes(1 + random.below(300)) : bytes
    }
  }
  return bytes
}

const fuzz = ({ name, seeds: gather, read, dictionary }: Reader): { readonly problems: readonly string[]; readonly cases: number } => {
  const seeds = gather()
  const problems: string[] = []
  const dog = watch(`${name}, seed ${seed}`, 120_000)
  const before = process.resourceUsage().maxRSS * 1024
  const started = process.threadCpuUsage()
  const since = (mark: NodeJS.CpuUsage): number => {
    const spent = process.threadCpuUsage(mark)
    return (spent.user + spent.system) / 1000
  }
  let cases = 0
  for (; since(started) < seconds * 1000 && problems.length < 10; cases += 1) {
    dog.begin(cases)
    const bytes = made(seeds, dictionary, randomFrom(seed + cases))
    const mark = process.threadCpuUsage()
    try {
      read(bytes)
    } catch (error) {
      problems.push(`seed ${seed} case ${cases}: threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    }
    const ms = since(mark)
    if (ms > maxCaseMs) problems.push(`seed ${seed} case ${cases}: ${ms.toFixed(0)} ms`)
    if (process.resourceUsage().maxRSS * 1024 - before > maxGrowth) problems.push(`seed ${seed} case ${cases}: memory above the bound`)
  }
  void dog.stop()
  console.log(`fuzz ${name}: seed ${seed}, ${seeds.length} seeds, ${cases} cases in ${seconds} s of processor time`)
  return { problems, cases }
}

describe('hostile bytes to the readers', () => {
  it.each(readers)('$name', { timeout: 600_000 }, (reader) => {
    const { problems, cases } = fuzz(reader)
    expect(problems).toEqual([])
    expect(cases).toBeGreaterThan(10)
  })
})
