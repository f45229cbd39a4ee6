/**
 * Verifies the package of one 件 by itself, without the server that made it (归档包验证). Rules A1–A20 of docs/spec/package.md.
 * PDF verification is passed in, so that this folder needs no reader of its own.
 */
import { equalBytes, fromUtf8, utf8, type CanonicalValue } from '#core/formats'
import { readCertificate, sm3Hex, verifyCanonicalSignature } from '#core/crypto'
import { coded, overall, type SignatureReport, type VerifyOptions, type VerifyReport, type VerifyWarning } from '#core/seal'
import { checkContents, checkPdf, type PdfVerifier } from './check-contents.ts'
import { checkDevices, checkLedger } from './check-evidence.ts'
import { checkOfd } from './check-ofd.ts'
import { replay } from './history.ts'
import { packageContext } from './input.ts'
import { isInstallation, notebook, trustJudge, verdictOf, type Notebook, type TrustJudge } from './judge.ts'
import { checkBag, declaration, manifestOf, type Files } from './manifest.ts'
import { namesProblem, paths } from './paths.ts'
import { readParts, readSignature, type PackageSignature } from './read-package.ts'
import { statementReport } from './statement-report.ts'

/** @param files paths inside the package (no enclosing folder) and their bytes */
export const verifyPackage = (files: Files, options: VerifyOptions, verifyPdf: PdfVerifier): VerifyReport => {
  const warnings: VerifyWarning[] = []
  const report = (verdict: VerifyReport['verdict'], signatures: readonly SignatureReport[]): VerifyReport => coded({ kind: 'package', verdict, signatures, warnings })
  if (!files.has(paths.bagit) && !files.has(paths.signature)) {
    warnings.push({ code: 'archive.not-a-package', detail: '不是归档包：缺少 bagit.txt' })
    return report('unusable', [])
  }
  const book = notebook()
  const unsafe = namesProblem(files.keys())
  book.check('文件名称', unsafe === null, '名称安全，没有重复', unsafe ?? '')
  checkManifests(files, book)
  if (isForeignBag(files)) {
    for (const step of book.steps) if (step.result === 'fail') warnings.push({ code: 'bag.invalid', detail: `${step.name}：${step.detail}` })
    return report(checkBag(files).length > 0 ? 'invalid' : 'unsigned', [])
  }
  const signature = files.has(paths.signature) ? readSignature(files.get(paths.signature)!) : null
  book.check('归档签名格式', signature !== null, '格式正确', files.has(paths.signature) ? 'package-signature.json 格式不正确' : '缺少 package-signature.json')
  const parts = unsafe === null ? readParts(files, book) : null
  const judge = trustJudge(options, parts?.issuers ?? [], parts?.crls ?? [])
  const signer = signature === null ? null : checkSignature(files, signature, book, judge)
  const others: SignatureReport[] = []
  if (parts !== null) {
    const history = replay(parts, book)
    checkDevices(files, parts, book, judge)
    checkLedger(parts, book, judge)
    if (history !== null) {
      try {
        checkContents(files, parts, history.state, signature, book)
        others.push(...checkPdf(files, parts, history.state, options, verifyPdf, book), ...checkOfd(files, parts, history.state, options, book))
        for (const statement of history.statements) others.push(statementReport(statement, options, judge))
      } catch (error) {
        // As in the replay: a member of a wrong kind that no rule of the route asked for. Nothing of ours records such a thing.
        book.add('过程复演', 'fail', `办理记录中有不合规定的内容：${error instanceof Error ? error.message : ''}`)
      }
    }
  }
  const own: SignatureReport = {
    id: paths.signature, type: packageContext, verdict: verdictOf(book.steps, options.trust), signer, signedAt: signature?.signed.builtAt ?? null,
    timeSource: 'claimed', coverage: 'whole', uncovered: [], modifiedAfter: book.steps.some((step) => step.name === '清单' && step.result === 'fail'), steps: book.steps,
  }
  return report(overall([own, ...others]), [own, ...others])
}

/** A sound bag of another maker has no signature to verify. */
const isForeignBag = (files: Files): boolean => {
  const info = files.get(paths.bagInfo)
  const text = info === undefined ? undefined : fromUtf8(info)
  const claims = text?.ok === true && text.value.includes('Wenshu-Package-Version')
  return !claims && !files.has(paths.signature) && !files.has(paths.events) && !files.has(paths.metadata)
}

/** Manifests are computed anew and compared whole: a missing, surplus, changed or re-spelled entry all show. */
const checkManifests = (files: Files, { add, check }: Notebook): void => {
  const isPayload = (path: string) => path.startsWith('data/')
  const stands = (path: string, text: string): boolean => files.has(path) && equalBytes(files.get(path)!, utf8(text))
  const inner = new Set<string>([paths.tags, paths.signature])
  const good = stands(paths.sha256, manifestOf(files, 'sha256', isPayload)) && stands(paths.sm3, manifestOf(files, 'sm3', isPayload)) &&
    stands(paths.tags, manifestOf(files, 'sha256', (path) => !isPayload(path) && !inner.has(path)))
  if (good) add('清单', 'pass', `${[...files.keys()].filter(isPayload).length} 个文件与清单逐一相符`)
  else {
    const problems = checkBag(files).map((problem) => `${problem.name}：${problem.detail}`)
    add('清单', 'fail', problems.length === 0 ? '清单的写法与规范不一致，或有多余文件' : problems.slice(0, 5).join('；'))
  }
  check('声明', files.has(paths.bagit) && stands(paths.bagit, declaration), 'bagit.txt 正确', 'bagit.txt 内容不正确')
}

const checkSignature = (files: Files, { signed, signature, certificate }: PackageSignature, { add, check }: Notebook, judge: TrustJudge): string | null => {
  const tags = files.get(paths.tags)
  check('归档签名范围', tags !== undefined && sm3Hex(tags) === signed.manifestHash, '签名对应本包清单', '签名对应的不是本包清单')
  const read = readCertificate(certificate)
  if (!read.ok || read.value.publicKey.algorithm !== 'sm2' || sm3Hex(certificate) !== signed.certificateHash) {
    add('归档签名证书', 'fail', '证书无法读取，或不是签名时的证书')
    return null
  }
  const { publicKey, subject } = read.value
  check('归档签名证书', isInstallation(read.value), subject.text, '归档签名用的是个人或设备证书')
  check('归档签名值', verifyCanonicalSignature(signed as unknown as CanonicalValue, packageContext, signature, publicKey.point), `由 ${subject.text} 签名`, '签名值无效')
  if (Number.isNaN(Date.parse(signed.builtAt))) add('归档签名时间', 'fail', '时间不合法')
  else judge(read.value, signed.builtAt, '归档签名', add)
  return subject.text
}
