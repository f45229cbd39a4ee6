/** Our own sealed files, and what of each must not change without notice (受保护的内容). */
import { buildPackage, packageZip, verifyPackageZip } from '#core/archive'
import { equalBytes, readZip, toHex } from '#core/formats'
import { readSeal, verifyOfd, verifyPdf, verifySeal, type VerifyReport } from '#core/seal'
import { sm3Hex } from '#core/crypto'
import { filedDocument, testAuthority } from '../../core/archive/package.fixture.ts'
import { office, order, plainOfd, sealed as sealedOfd } from '../../core/seal/ofd/ofd.fixture.ts'
import { onePage, sealed as sealedPdf, testPki } from '../../core/seal/pdf/seal.fixture.ts'
import type { Random } from '../fuzz/random.ts'
import { insideZip, laterRevision, oneByte, structural, type Damage } from './damage.ts'

export type Target = {
  readonly name: string
  readonly bytes: Uint8Array
  readonly verify: (bytes: Uint8Array) => VerifyReport
  readonly damage: (bytes: Uint8Array, random: Random) => Damage
  /** true when everything that a signature covers is as it was: only then may the verdict still be valid */
  readonly untouched: (bytes: Uint8Array, judged: VerifyReport) => boolean
}

const report = { anchors: [], crls: [], trust: 'report' } as const
const now = '2026-12-01T00:00:00Z'

const mixed = (...ways: readonly ((bytes: Uint8Array, random: Random) => Damage)[]) => (bytes: Uint8Array, random: Random): Damage => random.pick(ways)(bytes, random)

/** Files of a ZIP that the filter keeps, as one text to compare. An OFD is judged by its files, however odd the archive around them is. */
const entriesOf = (bytes: Uint8Array, keep: (path: string) => boolean, manner: 'strict' | 'lenient' = 'strict'): string | null => {
  const read = readZip(bytes, undefined, manner)
  return read.ok ? read.value.filter(({ path }) => keep(path)).map((entry) => `${entry.path}\u0000${sm3Hex(entry.bytes)}`).sort().join('\n') : null
}

const pdf = async (name: string, level: 'plain' | 'two'): Promise<Target> => {
  const pki = await testPki('sm2')
  const first = await sealedPdf(onePage(), await pki.signer('rsa', '甲机关'))
  const bytes = level === 'plain' ? first : await sealedPdf(first, await pki.signer('p256', '乙机关'))
  const ranges = [...new TextDecoder('latin1').decode(bytes).matchAll(/\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g)].map((found) => found.slice(1).map(Number) as [number, number, number, number])
  const last = ranges.at(-1)!
  const covered = (of: Uint8Array): readonly Uint8Array[] => ranges.flatMap(([, length, from, more]) => [of.subarray(0, length), of.subarray(from, from + more)])
  const original = covered(bytes)
  return {
    name, bytes,
    verify: (changed) => verifyPdf(changed, { ...report, now }),
    damage: mixed(oneByte, oneByte, structural, laterRevision),
    untouched: (changed) => {
      // What comes after the last signature is a later revision: only blanks change nothing.
      const tail = changed.subarray(last[2] + last[3])
      return changed.length >= bytes.length && covered(changed).every((part, i) => equalBytes(part, original[i]!)) && tail.every((byte) => [0, 9, 10, 12, 13, 32].includes(byte))
    },
  }
}

const ofd = async (): Promise<Target> => {
  const bytes = await sealedOfd(order(plainOfd(2), await office()))
  const covered = (path: string): boolean => !/\/Signs\/.*(SignedValue\.dat|Signatures\.xml|Seal\.esl)$/.test(path)
  const original = entriesOf(bytes, covered, 'lenient')
  const names = new Set(entriesOf(bytes, () => true, 'lenient')!.split('\n').map((line) => line.split('\u0000')[0]!))
  return {
    name: 'OFD', bytes, verify: (changed) => verifyOfd(changed, { ...report, now }), damage: mixed(oneByte, structural, insideZip, insideZip),
    untouched: (changed, { signatures }) => {
      // A file more changes nothing that was sealed, provided that the report names it as not covered.
      const told = new Set(signatures.flatMap(({ uncovered }) => uncovered))
      return entriesOf(changed, (path) => covered(path) && !(told.has(path) && !names.has(path)), 'lenient') === original
    },
  }
}

const esl = async (): Promise<Target> => {
  const { seal: bytes } = await office()
  const info = (of: Uint8Array): string => {
    const read = readSeal(of)
    return read.ok ? toHex(read.value.infoRaw) : ''
  }
  const original = info(bytes)
  return { name: 'seal', bytes, verify: (changed) => verifySeal(changed, { ...report, now }), damage: mixed(oneByte, oneByte, structural), untouched: (changed) => info(changed) === original }
}

const archived = async (): Promise<Target> => {
  const built = await buildPackage(await filedDocument(await testAuthority('mutation')))
  if (!built.ok) throw new Error(built.error.message)
  const bytes = packageZip(built.value.files, 'package')
  const original = entriesOf(bytes, () => true)
  return {
    name: 'package', bytes, verify: (changed) => verifyPackageZip(changed, { ...report, now: '2027-06-01T00:00:00Z' }, verifyPdf), damage: mixed(oneByte, structural, insideZip, insideZip),
    untouched: (changed) => entriesOf(changed, () => true) === original,
  }
}

export const targets: Readonly<Record<'pdf' | 'pdf2' | 'ofd' | 'seal' | 'package', () => Promise<Target>>> = {
  pdf: () => pdf('PDF', 'plain'), pdf2: () => pdf('PDF, two signers', 'two'), ofd, seal: esl, package: archived,
}
