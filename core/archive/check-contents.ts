/** Whether the files of a package are the ones that its record speaks of, and no others (内容与过程相符). */
import { equalBytes, utf8 } from '#core/formats'
import { sm3Hex } from '#core/crypto'
import { standingRevision, type DocumentState } from '#core/route'
import type { SignatureReport, VerifyOptions, VerifyReport } from '#core/seal'
import { readArchivalCode } from './archival-code.ts'
import { attachmentsOf, packageVersion } from './build.ts'
import { checkOfdPages } from './check-ofd.ts'
import { checkCertificates, checkEarlierSeals, checkOrgans, checkPlaces } from './check-seals.ts'
import { distinct, type Notebook } from './judge.ts'
import { bagInfoText, readBagInfo, type Files } from './manifest.ts'
import { describedFiles, metadataXml } from './metadata.ts'
import { organName } from './names.ts'
import { attachmentPath, crlPath, deviceCertificatePath, issuerPath, ofdPaths, paths, revisionPath } from './paths.ts'
import type { PackageParts, PackageSignature } from './read-package.ts'

export type PdfVerifier = (bytes: Uint8Array, options: VerifyOptions) => VerifyReport

export const checkContents = (files: Files, parts: PackageParts, state: DocumentState, signature: PackageSignature | null, book: Notebook): void => {
  const { check } = book
  const standing = standingRevision(state)
  const { archive, final, seal } = state
  if (standing === null || archive === null || final === null || seal === null) return
  const hashOf = (path: string): string => {
    const bytes = files.get(path)
    return bytes === undefined ? '' : sm3Hex(bytes)
  }
  check('定稿', hashOf(paths.approved) === standing.hash && state.approval?.revision === standing.number, `定稿是签发的第${standing.number}稿`, '定稿不是签发的文本')
  const drafts = state.revisions.slice(0, -1)
  const wrong = drafts.find((revision) => hashOf(revisionPath(revision.number)) !== revision.hash)
  check('修改稿', wrong === undefined, `${drafts.length} 份修改稿齐全`, `第${wrong?.number ?? ''}稿缺失或不符`)
  check('版式文件', hashOf(paths.final) === final.hash && final.revisionHash === standing.hash, '与编号排版时一致', '不是编号排版时的文件')
  check('正本', hashOf(paths.sealed) === seal.sealedHash, '与用印时一致', '不是用印时的文件')
  const unsealed = files.get(paths.final)
  const sealed = files.get(paths.sealed)
  const extends_ = unsealed !== undefined && sealed !== undefined && equalBytes(sealed.subarray(0, unsealed.length), unsealed)
  check('正本与版式文件', extends_, '正本是在版式文件上用印形成的', '正本的内容不是版式文件')
  checkOfdPages(files, state, book)
  checkPlaces(files, state, parts, book)
  checkOrgans(state, parts, book)

  const contents = state.revisions.flatMap((revision) => {
    const content = parts.contents.get(revision.hash)
    return content === undefined ? [] : [content]
  })
  const attachments = attachmentsOf(contents).map((file, i) => ({ ...file, path: attachmentPath(i + 1, file.fileName) }))
  const lost = attachments.find((file) => hashOf(file.path) !== file.hash)
  check('附件', lost === undefined, `${attachments.length} 个文件附件齐全`, `附件缺失或不符：${lost?.fileName ?? ''}`)
  checkNames(files, parts, state, attachments.map((file) => file.path), book)
  checkDescription(files, parts, state, signature, book)
}

/** Exactly the files that the record calls for. */
const checkNames = (files: Files, parts: PackageParts, state: DocumentState, attachments: readonly string[], { check }: Notebook): void => {
  const expected = new Set<string>([
    ...Object.values(paths), ...(state.final?.ofdHash === undefined ? [] : Object.values(ofdPaths)), ...attachments,
    ...state.revisions.slice(0, -1).map((revision) => revisionPath(revision.number)),
    ...parts.records.map((record) => deviceCertificatePath(record.deviceId)),
    ...parts.issuers.map((_, i) => issuerPath(i + 1)),
    ...parts.crls.map((_, i) => crlPath(i + 1)),
  ])
  const surplus = [...files.keys()].filter((path) => !expected.has(path))
  const missing = [...expected].filter((path) => !files.has(path))
  check('文件齐全', surplus.length === 0 && missing.length === 0, '没有缺少或多余的文件', [...missing.map((path) => `缺少 ${path}`), ...surplus.map((path) => `多余 ${path}`)].slice(0, 5).join('；'))
}

/** bag-info.txt, 元数据.xml and the signed part say what the record says. */
const checkDescription = (files: Files, parts: PackageParts, state: DocumentState, signature: PackageSignature | null, { add, check }: Notebook): void => {
  const standing = standingRevision(state)
  const content = standing === null ? undefined : parts.contents.get(standing.hash)
  const info = readBagInfo(files.get(paths.bagInfo) ?? new Uint8Array(0))
  const { archive } = state
  if (content === undefined || info === null || archive === null || signature === null) {
    add('说明文件', 'fail', 'bag-info.txt 格式不正确，或定稿缺失')
    return
  }
  const agent = info.get('Bag-Software-Agent') ?? ''
  const payload = [...files].filter(([path]) => path.startsWith('data/'))
  const expected = bagInfoText([
    ['Source-Organization', organName(parts.names, state.organId)], ['External-Identifier', archive.code], ['External-Description', state.title],
    ['Internal-Sender-Identifier', state.id], ['Bagging-Date', signature.signed.builtAt.slice(0, 10)],
    ['Payload-Oxum', `${payload.reduce((sum, [, bytes]) => sum + bytes.length, 0)}.${payload.length}`], ['Bag-Software-Agent', agent], ['Wenshu-Package-Version', packageVersion(state)],
  ])
  check('说明文件', equalBytes(files.get(paths.bagInfo)!, utf8(expected)), '与办理记录相符', '与办理记录不符')
  check('档号', signature.signed.archivalCode === archive.code && signature.signed.documentId === state.id, archive.code, '归档签名中的档号或公文标识不符')
  const code = readArchivalCode(archive.code)
  const agrees = code.ok && code.value.year === archive.year && code.value.retention === archive.retention && code.value.serial === archive.serial
  if (!agrees) add('档号格式', 'warn', code.ok ? '档号各段与归档记录不一致' : '档号不是 DA/T 22-2015 的写法')
  const metadata = metadataXml({
    state, content, records: parts.records, names: parts.names, agent,
    files: describedFiles(files),
  })
  check('元数据', metadata.ok && equalBytes(files.get(paths.metadata)!, metadata.value), '与内容和过程一致', '元数据与内容或过程不符')
}

/** The seal on the 正本 is judged anew; what was found at filing is only evidence. */
export const checkPdf = (
  files: Files, parts: PackageParts, state: DocumentState, options: VerifyOptions, verifyPdf: PdfVerifier, book: Notebook,
): readonly SignatureReport[] => {
  const { check } = book
  const crls = distinct([...options.crls, ...parts.crls])
  const report = verifyPdf(files.get(paths.sealed) ?? new Uint8Array(0), { ...options, crls })
  const [first] = report.signatures
  check('正本验章', first !== undefined && report.verdict !== 'invalid' && report.verdict !== 'unusable', `${report.signatures.length} 个印章签名完整`, `正本验章不通过：${report.warnings[0]?.detail ?? ''}`)
  // Time stamps may follow the seal; the last one covers all that is there.
  if (first !== undefined) check('正本印章范围', report.signatures.at(-1)?.coverage === 'whole', '印章签名覆盖整个文件', '印章签名没有覆盖整个文件')
  checkCertificates(files, state, report, book)
  checkEarlierSeals(files, state, report, book)
  const atFiling = parts.sealReport.verdict
  check('归档时验章', atFiling === 'valid' || atFiling === 'undecided', `归档时的结论：${atFiling === 'valid' ? '有效' : '完整，未判断信任'}`, `归档时的结论：${atFiling}`)
  return report.signatures.map((signature) => ({ ...signature, id: `${paths.sealed}：${signature.id}` }))
}
