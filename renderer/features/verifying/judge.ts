/** Which verifier judges a file, by its first bytes and not by its name (验证分派). */
import { verifyPackageZip } from '#core/archive'
import { readZip } from '#core/formats'
import { verifyLedger, verifyOfd, verifyPdf, verifySeal, type LedgerVerifyOptions, type VerifyReport } from '#core/seal'

/** A PDF may have some bytes before its header; readers look this far. */
const headerWithin = 1024

const startsWith = (bytes: Uint8Array, text: string): boolean => [...text].every((character, at) => bytes[at] === character.charCodeAt(0))
const hasPdfHeader = (bytes: Uint8Array): boolean => {
  for (let at = 0; at < Math.min(bytes.length - 4, headerWithin); at++) if (startsWith(bytes.subarray(at, at + 5), '%PDF-')) return true
  return false
}

const refused = (kind: VerifyReport['kind'], code: string, detail: string): VerifyReport => ({ kind, verdict: 'unusable', signatures: [], warnings: [{ code, detail }] })

/** A ZIP that cannot be read is still called what its directory names. */
const names = (bytes: Uint8Array, text: string): boolean => {
  for (let at = bytes.indexOf(text.charCodeAt(0)); at >= 0 && at < bytes.length; at = bytes.indexOf(text.charCodeAt(0), at + 1)) if (startsWith(bytes.subarray(at, at + text.length), text)) return true
  return false
}

export const kindOf = (bytes: Uint8Array): 'pdf' | 'ofd' | 'seal' | 'package' | 'ledger' | null => {
  if (startsWith(bytes, 'PK')) {
    const entries = readZip(bytes)
    const isOfd = entries.ok ? entries.value.some((entry) => entry.path.replace(/^\//u, '').toUpperCase() === 'OFD.XML') : names(bytes, 'OFD.xml')
    return isOfd ? 'ofd' : 'package'
  }
  if (hasPdfHeader(bytes)) return 'pdf'
  if (startsWith(bytes, '{')) return 'ledger'
  return bytes[0] === 0x30 && bytes.length > 16 ? 'seal' : null
}

/** Errors are reports too: `unusable` with a code, in words. `known`: other ledger files of the same visit, evidence of the log's past. */
export const judge = (bytes: Uint8Array, options: LedgerVerifyOptions): VerifyReport => {
  if (bytes.length === 0) return refused('pdf', 'verify.empty', '文件是空的')
  const kind = kindOf(bytes)
  switch (kind) {
    case 'pdf': return verifyPdf(bytes, options)
    case 'package': {
      const report = verifyPackageZip(bytes, options, verifyPdf)
      return report.verdict === 'unusable' && report.warnings.some((warning) => warning.code === 'archive.not-a-package') ? { ...report, verdict: 'unsigned' } : report
    }
    case 'ledger': return verifyLedger(bytes, options)
    case 'seal': return verifySeal(bytes, options)
    case 'ofd': return verifyOfd(bytes, options)
    case null: return refused('pdf', 'verify.unknown-format', '无法识别的格式：应为 PDF、OFD、电子印章文件（.esl）或归档包（.zip）')
  }
}
