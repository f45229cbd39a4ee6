/** Verifies a package that travels as one ZIP file (归档包压缩件). */
import { equalBytes, readZip, writeZip, ZIP_LIMITS, type ZipEntry } from '#core/formats'
import type { VerifyOptions, VerifyReport } from '#core/seal'
import type { PdfVerifier } from './check-contents.ts'
import type { Files } from './manifest.ts'
import { paths } from './paths.ts'
import { verifyPackage } from './verify-package.ts'

const LIMITS = { ...ZIP_LIMITS, maxEntries: 5000 }

/**
 * As verifyPackage. Files may lie in one enclosing folder. An archive that another tool packed again is judged by its
 * files and told; one of ours in which the container itself was altered is invalid, since every byte counts.
 */
export const verifyPackageZip = (bytes: Uint8Array, options: VerifyOptions, verifyPdf: PdfVerifier): VerifyReport => {
  const entries = readZip(bytes, LIMITS)
  if (!entries.ok) {
    return { kind: 'package', verdict: 'unusable', signatures: [], warnings: [{ code: entries.error.code, detail: entries.error.message }] }
  }
  const report = verifyPackage(filesOf(entries.value), options, verifyPdf)
  switch (containerOf(bytes, entries.value)) {
    case 'ours':
      return report
    case 'repacked':
      return { ...report, warnings: [...report.warnings, { code: 'archive.repacked', detail: '压缩件由其他程序重新打包，仅按其中的文件判断' }] }
    case 'altered':
      return {
        ...report, verdict: report.verdict === 'unusable' ? 'unusable' : 'invalid',
        warnings: [...report.warnings, { code: 'archive.container', detail: '压缩件自身的字节被改动' }],
      }
  }
}

/** Paths without the folder that encloses them all, if there is one. */
const filesOf = (entries: readonly ZipEntry[]): Files => {
  const folder = entries[0]?.path.split('/')[0] ?? ''
  const enclosed = !entries.some((entry) => entry.path === paths.bagit) && entries.every((entry) => entry.path.startsWith(`${folder}/`))
  return new Map(entries.map((entry) => [enclosed ? entry.path.slice(folder.length + 1) : entry.path, entry.bytes]))
}

/**
 * Our writer leaves nothing to choice, so its output can be made again. Another writer's archive has another length
 * (it adds times and attributes); the same length with other bytes means that one of ours was touched.
 */
const containerOf = (bytes: Uint8Array, entries: readonly ZipEntry[]): 'ours' | 'repacked' | 'altered' => {
  try {
    const again = writeZip(entries.map(({ path, bytes: content }) => ({ path, bytes: content, store: true })))
    return equalBytes(again, bytes) ? 'ours' : again.length === bytes.length ? 'altered' : 'repacked'
  } catch (error) {
    if (error instanceof RangeError) return 'repacked'
    throw error
  }
}
