/** Verifies the seals and signatures of an OFD (OFD 验章), GB/T 33190 §18, GB/T 38540-2020, GM/T 0099. */
import { childElement, childElements } from '#core/formats'
import { openOfdPackage, findOfdFile, readOfdPart, type OfdFiles } from '#core/output'
import { overall, type SignatureReport, type VerifyOptions, type VerifyReport, type VerifyWarning } from '../report.ts'
import { coded } from '../step-code.ts'
import { judgeEntries } from './entries.ts'
import { judgeListed, type Package } from './judge-one.ts'
import { reachedDocuments, type ReachedDocument } from './reach.ts'
import { fileDigests, listed } from './references.ts'
import { readSignatureLists } from './signature-file.ts'

/**
 * Judges every signature by every step, and the document by the worst. Never throws on what the bytes hold. `unusable`: not an
 * OFD, encrypted, or a package that readers would read differently (repeated, colliding, absolute names, `..`). `unsigned`:
 * no signature is named, and no file of one is left. Parts that no signature protects: see judgeCoverage.
 */
export const verifyOfd = (bytes: Uint8Array, options: VerifyOptions): VerifyReport => {
  const strict = openOfdPackage(bytes, 0)
  const opened = strict.ok ? strict : openOfdPackage(bytes, 0, 'lenient')
  if (!opened.ok) return unusable(opened.error.code, opened.error.message)
  const odd: readonly VerifyWarning[] = strict.ok ? [] : [{ code: 'ofd.zip.lenient', detail: `压缩包不合规范（${strict.error.message}），其中的文件仍可读出；有的阅读器可能打不开` }]
  const files = opened.value
  const encrypted = findOfdFile(files, '', 'Encryptions.xml') === null ? undefined : unusable('ofd.encrypted', '这份 OFD 已加密，不能验证')
  if (findOfdFile(files, '', 'OFD.xml') === null) return encrypted ?? unusable('ofd.not-ofd', '不是 OFD 文件（包内没有 OFD.xml）')
  const entry = readOfdPart(files, '', 'OFD.xml')
  if (!entry.ok) return unusable(entry.error.code, entry.error.message)
  const { root } = entry.value
  if (childElements(root, 'DocBody').length > MAX_DOCUMENTS) return unusable('ofd.too-many-documents', `文件包内的文档超过 ${MAX_DOCUMENTS} 份`)

  const lists = readSignatureLists(files, root)
  const documents = reachedDocuments(files, root)
  const own = lists.flatMap((list) => (list.ok ? list.value.signatures : [])).flatMap(({ file }) => (file.ok ? [file.value] : []))
  const pack: Package = {
    files, documents, digestOf: fileDigests(files), unlisted: unlistedSignatures(files, documents, new Set(own.map(({ path }) => path))),
    coveredByAny: new Set(own.flatMap(({ protects }) => [...protects])),
  }
  const signatures: SignatureReport[] = []
  const warnings: VerifyWarning[] = [...odd]
  let unreadable = false
  for (const list of lists) {
    if (!list.ok) {
      // The entry says that there are signatures: their absence must not read like "never signed".
      unreadable = true
      warnings.push({ code: 'ofd.signatures-missing', detail: `签名列表无法读取：${list.error.message}` })
      continue
    }
    const paths = list.value.signatures.flatMap(({ file }) => (file.ok ? [file.value.path] : []))
    if (new Set(paths).size < paths.length) warnings.push({ code: 'ofd.signature-repeated', detail: '签名列表把同一个签名列出多次' })
    if (list.value.signatures.length === 0) warnings.push({ code: 'ofd.signatures-empty', detail: `签名列表 ${list.value.path} 是空的` })
    list.value.signatures.forEach((_, index) => {
      const judged = judgeListed(pack, list.value, index, options)
      signatures.push(judged.report)
      warnings.push(...judged.warnings)
    })
  }
  // Who removes signatures in good order removes their files: these were made to disappear.
  unreadable ||= pack.unlisted.length > 0 && signatures.length === 0
  if (pack.unlisted.length > 0) warnings.push({ code: 'ofd.signature-unlisted', detail: `包内有未列入签名列表的签名，可能被去掉，没有验证：${listed(pack.unlisted)}` })
  signatures.push(...judgeEntries(pack, options))
  // What is encrypted may be the signatures: nobody can say that there are none.
  if (encrypted !== undefined && signatures.length === 0 && !unreadable) return encrypted
  return coded({ kind: 'ofd', verdict: unreadable ? 'invalid' : overall(signatures), signatures, warnings: distinct(warnings) })
}

const MAX_DOCUMENTS = 32
/** A signature file is small; what is larger is not looked into. */
const MAX_SIGNATURE_FILE = 4 * 1024 * 1024

/** Signature files that no list names where readers look: left over, or taken from the open list. Attachments may be signatures of other kinds. */
const unlistedSignatures = (files: OfdFiles, documents: readonly ReachedDocument[], known: ReadonlySet<string>): readonly string[] =>
  [...files].filter(([path, bytes]) => !known.has(path) && bytes.length <= MAX_SIGNATURE_FILE && documents.every((document) => (document.files.get(path) ?? 'signing') === 'signing'))
    .filter(([path]) => isSignatureFile(files, path)).map(([path]) => path)

/** Where a root element is looked for before a part is read as a whole. */
const HEAD = 4096

const isSignatureFile = (files: OfdFiles, path: string): boolean => {
  if (!/<(?:[\w.-]+:)?Signature[\s>]/.test(String.fromCharCode(...files.get(path)!.subarray(0, HEAD)))) return false
  const part = readOfdPart(files, '', `/${path}`)
  const info = part.ok && part.value.root.name === 'Signature' ? childElement(part.value.root, 'SignedInfo') : undefined
  return info !== undefined && childElement(info, 'References') !== undefined
}

const unusable = (code: string, detail: string): VerifyReport => ({ kind: 'ofd', verdict: 'unusable', signatures: [], warnings: [{ code, detail }] })

const distinct = (warnings: readonly VerifyWarning[]): readonly VerifyWarning[] =>
  [...new Map(warnings.map((warning) => [`${warning.code} ${warning.detail}`, warning])).values()]
