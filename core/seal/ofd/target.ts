/** Where a new signature of an OFD goes, and whether one may be added (签名的落点). GB/T 33190 §18.1 */
import { childElement, childElements, formatErr, innerText, ok, type FormatError, type Result, type XmlNode } from '#core/formats'
import { findOfdFile, ofdFolder, openOfdPackage, readOfdPart, type OfdFiles } from '#core/output'
import type { VerifyOptions, VerifyReport } from '../report.ts'
import { readSignatureLists, type SignatureList } from './signature-file.ts'
import { verifyOfd } from './verify.ts'

export type Target = {
  readonly files: OfdFiles
  readonly entryPath: string
  /** absent at the first signature */
  readonly list: { readonly path: string; readonly root: XmlNode } | undefined
  readonly listPath: string
  /** folder of the signature's own files */
  readonly folder: string
  readonly signaturePath: string
}

/** Judging what was just made: by its own time, the certificate's standing apart. */
const SELF: VerifyOptions = { anchors: [], crls: [], trust: 'report' }

/** Errors: those of opening (ofd.*), seal.locked, seal.earlier-invalid (a signature that is there does not hold), seal.signature-list. */
export const targetOf = (ofd: Uint8Array, documentPath: string): Result<Target, FormatError> => {
  const opened = openOfdPackage(ofd, 0)
  if (!opened.ok) return opened
  const files = opened.value
  const entryPath = findOfdFile(files, '', 'OFD.xml')!
  const entry = readOfdPart(files, '', 'OFD.xml')
  if (!entry.ok) return entry
  const existing = existingList(files, entry.value.root)
  if (!existing.ok) return existing
  const list = existing.value
  if (list?.signatures.some(({ file }) => file.ok && file.value.protects.has(list.path)) === true) {
    return formatErr('seal.locked', '这份文件的签章已经锁定，不能再加盖')
  }
  if (files.has('OFDEntries.xml')) return formatErr('seal.locked', '这份文件有完整性保护，不能再加入签章')
  const before = verifyOfd(ofd, SELF)
  if (before.verdict === 'invalid') return formatErr('seal.earlier-invalid', `文件上已有的签章不成立，不能在其上加盖：${firstProblem(before)}`)
  const habit = list === undefined ? `${ofdFolder(documentPath)}/Signs`.replace(/^\//, '') : ofdFolder(list.path)
  // The signature data can name its file in ASCII only.
  const base = /^[\x21-\x7e]*$/.test(habit) ? habit : 'Signs'
  const within = base === '' ? '' : `${base}/`
  const taken = new Set([...files.keys()].map((path) => path.toLowerCase()))
  let n = 0
  while ([...taken].some((path) => path.startsWith(`${within}Sign_${n}/`.toLowerCase()))) n++
  const listPath = list?.path ?? `${within}Signatures.xml`
  if (list === undefined && taken.has(listPath.toLowerCase())) return formatErr('seal.signature-list', `包内已有未被引用的 ${listPath}，不能加盖`)
  const folder = `${within}Sign_${n}`
  return ok({ files, entryPath, list, listPath, folder, signaturePath: `${folder}/Signature.xml` })
}

/** The list of the first document, which is the one that is shown. */
const existingList = (files: OfdFiles, entry: XmlNode): Result<SignatureList | undefined, FormatError> => {
  const body = childElement(entry, 'DocBody')
  const named = body === undefined ? [] : childElements(body, 'Signatures')
  if (named.length === 0) return ok(undefined)
  const [list] = readSignatureLists(files, entry)
  if (named.length > 1 || list === undefined || innerText(named[0]!).trim() === '') return formatErr('seal.signature-list', 'OFD.xml 的签名列表位置不合规范')
  return list
}

/** The finished package once it was verified as any other; otherwise seal.self-check. */
export const checked = (made: Uint8Array, { signaturePath }: Target): Result<Uint8Array, FormatError> => {
  const report = verifyOfd(made, SELF)
  const own = report.signatures.find((signature) => signature.id === signaturePath)
  const good = own?.verdict === 'valid' && report.signatures.every((signature) => signature.verdict !== 'invalid')
  return good ? ok(made) : formatErr('seal.self-check', `签章后的自检没有通过：${firstProblem(report)}`)
}

export const firstProblem = (report: VerifyReport): string => {
  const steps = report.signatures.flatMap((signature) => signature.steps)
  const step = steps.find((one) => one.result === 'fail') ?? steps.find((one) => one.result === 'unknown')
  return step === undefined ? report.warnings[0]?.detail ?? '' : `${step.name}：${step.detail}`
}
