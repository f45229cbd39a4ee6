/** The files that a signature protects, held against their digests (保护文件摘要). GB/T 33190 §18.2.2, GB/T 38540-2020 §7.3 */
import { digest, digestOfOid, type CheckStep, type DigestAlgorithm } from '#core/crypto'
import { equalBytes, fromBase64 } from '#core/formats'
import type { OfdFiles } from '#core/output'
import type { SignatureFile } from './signature-file.ts'

export type CheckedReferences = {
  readonly steps: readonly CheckStep[]
  /** paths whose digest holds */
  readonly covered: ReadonlySet<string>
  /** a protected file is another one now, or is gone */
  readonly changed: boolean
}

const NAMES: Readonly<Record<string, DigestAlgorithm>> = { SM3: 'sm3', SHA256: 'sha256', SHA384: 'sha384', SHA512: 'sha512', SHA1: 'sha1' }
/** MD5 and SHA-1 are what the schema of 2016 names; both are broken, anyone may make two files of one digest. */
const WEAK: ReadonlySet<string> = new Set(['MD5', 'SHA1'])
/** Named in a step before the rest is only counted. */
const SHOWN = 8

const algorithmOf = (written: string): { readonly name: string; readonly algorithm: DigestAlgorithm | undefined } => {
  const method = written.replace(/^(?:urn:)?oid[:.]/i, '')
  const name = method.toUpperCase().replaceAll(/[-_ ]/g, '')
  const algorithm = NAMES[name] ?? digestOfOid(method)
  return { name: algorithm === 'sha1' ? 'SHA1' : method === '1.2.840.113549.2.5' ? 'MD5' : name, algorithm }
}

/** Digest of a file of the package, computed once however many signatures protect it. `path` is in the package. */
export type FileDigests = (algorithm: DigestAlgorithm, path: string) => Uint8Array

export const fileDigests = (files: OfdFiles): FileDigests => {
  const known = new Map<string, Uint8Array>()
  return (algorithm, path) => {
    const key = `${algorithm} ${path}`
    const found = known.get(key) ?? digest(algorithm, files.get(path)!)
    known.set(key, found)
    return found
  }
}

/** Checks every reference, also after a failure. */
export const checkReferences = (digestOf: FileDigests, signature: SignatureFile): CheckedReferences => {
  const steps: CheckStep[] = []
  const covered = new Set<string>()
  const { name, algorithm } = algorithmOf(signature.checkMethod ?? 'MD5')
  const told = signature.checkMethod ?? '未注明，按标准为 MD5'
  if (WEAK.has(name)) steps.push({ name: '保护文件杂凑算法', result: 'fail', detail: `弱算法（${told}），不能据以认定文件未改` })
  else if (algorithm === undefined) steps.push({ name: '保护文件杂凑算法', result: 'unknown', detail: `不支持的算法 ${told}` })
  else steps.push({ name: '保护文件杂凑算法', result: 'pass', detail: told })

  const missing: string[] = []
  const different: string[] = []
  for (const { named, path, checkValue } of signature.references) {
    if (path === null) missing.push(named)
    else if (algorithm !== undefined) {
      const claimed = fromBase64(checkValue)
      const same = claimed.ok && equalBytes(claimed.value, digestOf(algorithm, path))
      if (same) covered.add(path)
      else different.push(named)
    }
  }
  const count = signature.references.length
  if (count === 0) steps.push({ name: '保护文件', result: 'fail', detail: '签章没有保护任何文件' })
  if (missing.length > 0) steps.push({ name: '保护文件', result: 'fail', detail: `${missing.length} 个被保护的文件已不在包内：${listed(missing)}` })
  if (different.length > 0) steps.push({ name: '保护文件', result: 'fail', detail: `${different.length} 个被保护的文件与签章时不一致：${listed(different)}` })
  if (count > 0 && covered.size > 0 && missing.length + different.length === 0) {
    steps.push({ name: '保护文件', result: 'pass', detail: `${count} 个文件的摘要逐一核对一致` })
  }
  return { steps, covered: WEAK.has(name) ? new Set() : covered, changed: missing.length + different.length > 0 }
}

export const listed = (names: readonly string[]): string =>
  names.slice(0, SHOWN).map((name) => name.slice(0, 120)).join('、') + (names.length > SHOWN ? ` 等 ${names.length} 个` : '')
