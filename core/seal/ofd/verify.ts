/** Verifies the seals and signatures of an OFD (OFD 验章), GB/T 33190 §18, GB/T 38540-2020, GM/T 0099. */
import { openOfdPackage, findOfdFile, readOfdPart } from '#core/output'
import { overall, type SignatureReport, type VerifyOptions, type VerifyReport, type VerifyWarning } from '../report.ts'
import { coded } from '../step-code.ts'
import { judgeEntries } from './entries.ts'
import { judgeListed, type Package } from './judge-one.ts'
import { reachableFiles } from './reach.ts'
import { fileDigests } from './references.ts'
import { readSignatureLists } from './signature-file.ts'

/**
 * Judges every signature by every step, and the document by the worst. Never throws on what the bytes hold. `unusable`: not an
 * OFD, encrypted, or a package that readers would read differently (repeated, colliding, absolute names, `..`). `unsigned`:
 * no signature is named. `undecided` also when files that are shown are not protected.
 */
export const verifyOfd = (bytes: Uint8Array, options: VerifyOptions): VerifyReport => {
  const opened = openOfdPackage(bytes, 0)
  if (!opened.ok) return unusable(opened.error.code, opened.error.message)
  const files = opened.value
  if (findOfdFile(files, '', 'OFD.xml') === null) {
    const encrypted = findOfdFile(files, '', 'Encryptions.xml') !== null
    return encrypted ? unusable('ofd.encrypted', '这份 OFD 已加密，不能验证') : unusable('ofd.not-ofd', '不是 OFD 文件（包内没有 OFD.xml）')
  }
  const entry = readOfdPart(files, '', 'OFD.xml')
  if (!entry.ok) return unusable(entry.error.code, entry.error.message)

  const pack: Package = { files, reached: reachableFiles(files), digestOf: fileDigests(files) }
  const signatures: SignatureReport[] = []
  const warnings: VerifyWarning[] = []
  let unreadable = false
  for (const list of readSignatureLists(files, entry.value.root)) {
    if (!list.ok) {
      // The entry says that there are signatures: their absence must not read like "never signed".
      unreadable = true
      warnings.push({ code: 'ofd.signatures-missing', detail: `签名列表无法读取：${list.error.message}` })
      continue
    }
    if (list.value.signatures.length === 0) warnings.push({ code: 'ofd.signatures-empty', detail: `签名列表 ${list.value.path} 是空的` })
    list.value.signatures.forEach((_, index) => {
      const judged = judgeListed(pack, list.value, index, options)
      signatures.push(judged.report)
      warnings.push(...judged.warnings)
    })
  }
  signatures.push(...judgeEntries(pack, options))
  return coded({ kind: 'ofd', verdict: unreadable ? 'invalid' : overall(signatures), signatures, warnings: distinct(warnings) })
}

const unusable = (code: string, detail: string): VerifyReport => ({ kind: 'ofd', verdict: 'unusable', signatures: [], warnings: [{ code, detail }] })

const distinct = (warnings: readonly VerifyWarning[]): readonly VerifyWarning[] =>
  [...new Map(warnings.map((warning) => [`${warning.code} ${warning.detail}`, warning])).values()]
