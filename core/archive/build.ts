/** Builds the package of one 件 (归档包). Rules A1–A12 of docs/spec/package.md. */
import {
  encodeCanonical, formatErr, ok, toBase64, toHex, utf8, writeZip, type CanonicalValue, type FormatError, type Result,
} from '#core/formats'
import { signCanonical, sm3Hex } from '#core/crypto'
import { filesOf, readFrozen, type DocumentContent } from '#core/document'
import { isJoint, standingRevision, type DocumentState } from '#core/route'
import { packageContext, type BuiltPackage, type PackageFile, type PackageInput, type SignedPart } from './input.ts'
import { bagInfoText, declaration, manifestOf } from './manifest.ts'
import { describedFiles, metadataXml } from './metadata.ts'
import { namesOf, organName } from './names.ts'
import { attachmentPath, crlPath, deviceCertificatePath, issuerPath, ofdPaths, paths, revisionPath } from './paths.ts'

/**
 * The files of the package. Errors archive.incomplete and archive.mismatch name what is missing or has another hash:
 * a package that would not verify is never signed.
 */
export const buildPackage = async (input: PackageInput): Promise<Result<BuiltPackage, FormatError>> => {
  const payload = payloadOf(input)
  if (!payload.ok) return payload
  const files = payload.value
  const { state } = input
  const code = state.archive?.code ?? ''
  const names = namesOf(state, input.records, input.directory)
  const octets = [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0)
  files.set(paths.bagit, utf8(declaration))
  files.set(paths.bagInfo, utf8(bagInfoText([
    ['Source-Organization', organName(names, state.organId)],
    ['External-Identifier', code],
    ['External-Description', state.title],
    ['Internal-Sender-Identifier', state.id],
    ['Bagging-Date', input.builtAt.slice(0, 10)],
    ['Payload-Oxum', `${octets}.${[...files.keys()].filter((path) => path.startsWith('data/')).length}`],
    ['Bag-Software-Agent', input.agent],
    ['Wenshu-Package-Version', packageVersion(state)],
  ])))
  const isPayload = (path: string) => path.startsWith('data/')
  const sha256 = manifestOf(files, 'sha256', isPayload)
  const sm3 = manifestOf(files, 'sm3', isPayload)
  files.set(paths.sha256, utf8(sha256))
  files.set(paths.sm3, utf8(sm3))
  files.set(paths.tags, utf8(manifestOf(files, 'sha256', (path) => !isPayload(path))))
  const manifestHash = sm3Hex(files.get(paths.tags)!)
  const signed: SignedPart = {
    schema: 'wenshu.package/1', documentId: state.id, archivalCode: code, manifestHash,
    certificateHash: sm3Hex(input.signer.certificate), builtAt: input.builtAt,
  }
  const signature = await signCanonical(signed, packageContext, input.signer)
  files.set(paths.signature, encodeCanonical({ signed, signature, certificate: toBase64(input.signer.certificate) }))
  return ok({ files: [...files].map(([path, bytes]) => ({ path, bytes })), manifestHash })
}

/** 3 of a joint issue, whose organs sealed each; 2 with the OFD beside the PDF, 1 as before. */
export const packageVersion = (state: DocumentState): string => (isJoint(state) ? '3' : state.final?.ofdHash === undefined ? '1' : '2')

const jsonLines = (values: readonly CanonicalValue[]): Uint8Array => {
  const lines = values.map((value) => new TextDecoder().decode(encodeCanonical(value)))
  return utf8(lines.map((line) => `${line}\n`).join(''))
}

const payloadOf = (input: PackageInput): Result<Map<string, Uint8Array>, FormatError> => {
  const { state } = input
  const incomplete = (what: string) => formatErr('archive.incomplete', `归档包不完整：${what}`)
  const mismatch = (what: string) => formatErr('archive.mismatch', `归档包内容与办理记录不符：${what}`)
  const standing = standingRevision(state)
  if (state.status !== 'filed' || state.archive === null || state.seal === null || state.final === null || standing === null) return incomplete('公文尚未归档')
  if (sm3Hex(input.finalPdf) !== state.final.hash) return mismatch('版式文件')
  if (sm3Hex(input.sealedPdf) !== state.seal.sealedHash) return mismatch('正本')
  const files = new Map<string, Uint8Array>([[paths.sealed, input.sealedPdf], [paths.final, input.finalPdf], [paths.sheet, input.processSheetPdf]])
  if (state.final.ofdHash !== undefined) {
    const { ofd } = input
    if (ofd === undefined) return incomplete('OFD 正本')
    if (sm3Hex(ofd.final) !== state.final.ofdHash) return mismatch('OFD 版式文件')
    if (sm3Hex(ofd.sealed) !== state.seal.sealedOfdHash) return mismatch('OFD 正本')
    files.set(ofdPaths.sealedOfd, ofd.sealed)
    files.set(ofdPaths.finalOfd, ofd.final)
    files.set(ofdPaths.ofdReport, encodeCanonical(ofd.report as unknown as CanonicalValue))
  }

  const byHash = new Map(input.revisions.map((bytes) => [sm3Hex(bytes), bytes]))
  const contents: DocumentContent[] = []
  for (const revision of state.revisions) {
    const bytes = byHash.get(revision.hash)
    if (bytes === undefined) return incomplete(`第${revision.number}稿`)
    const content = readFrozen(bytes)
    if (!content.ok) return content
    contents.push(content.value)
    files.set(revision.hash === standing.hash && revision.number === standing.number ? paths.approved : revisionPath(revision.number), bytes)
  }
  const attached = new Map(input.attachments.map((bytes) => [sm3Hex(bytes), bytes]))
  const wanted = attachmentsOf(contents)
  for (const [i, file] of wanted.entries()) {
    const bytes = attached.get(file.hash)
    if (bytes === undefined) return incomplete(`附件 ${file.fileName}`)
    files.set(attachmentPath(i + 1, file.fileName), bytes)
  }

  const last = input.records.at(-1)
  if (last === undefined || input.records.some((record, i) => record.index !== i || record.documentId !== state.id)) return incomplete('事件记录不是从头开始的完整序列')
  const ordered = orderCommands(input)
  if (!ordered.ok) return ordered
  const names = namesOf(state, input.records, input.directory)
  const content = contents.at(-1)!
  const metadata = metadataXml({
    state, content, records: input.records, names, agent: input.agent,
    files: describedFiles(files),
  })
  if (!metadata.ok) return metadata
  files.set(paths.metadata, metadata.value)
  files.set(paths.events, jsonLines(input.records as unknown as readonly CanonicalValue[]))
  files.set(paths.commands, jsonLines(ordered.value))
  files.set(paths.names, encodeCanonical(names as unknown as CanonicalValue))

  const devices = new Set(input.records.map((record) => record.deviceId))
  for (const deviceId of [...devices].sort()) {
    const found = input.deviceCertificates.find((device) => device.deviceId === deviceId)
    if (found === undefined) return incomplete(`设备 ${deviceId} 的证书`)
    files.set(deviceCertificatePath(deviceId), found.certificate)
  }
  input.issuers.forEach((der, i) => files.set(issuerPath(i + 1), der))
  input.crls.forEach((der, i) => files.set(crlPath(i + 1), der))
  const { index, proof, head } = input.ledger
  files.set(paths.ledger, encodeCanonical({ schema: 'wenshu.ledger-evidence/1', index, proof: proof.map(toHex), head: head as unknown as CanonicalValue }))
  files.set(paths.sealReport, encodeCanonical(input.sealReport as unknown as CanonicalValue))
  return ok(files)
}

/** File attachments and pictures of the approved text first, then those that only earlier revisions named; each file once. */
export const attachmentsOf = (contents: readonly DocumentContent[]): readonly { readonly hash: string; readonly fileName: string; readonly size: number }[] => {
  const found = new Map<string, { hash: string; fileName: string; size: number }>()
  for (const content of [...contents].reverse()) {
    for (const { hash, fileName, size } of filesOf(content)) if (!found.has(hash)) found.set(hash, { hash, fileName, size })
  }
  return [...found.values()]
}

/** Each command once, in the order in which the records name them. */
const orderCommands = (input: PackageInput): Result<readonly CanonicalValue[], FormatError> => {
  const byHash = new Map(input.commands.map((command) => [sm3Hex(encodeCanonical(command)), command]))
  const ordered: CanonicalValue[] = []
  const seen = new Set<string>()
  for (const record of input.records) {
    if (seen.has(record.commandHash)) continue
    seen.add(record.commandHash)
    const command = byHash.get(record.commandHash)
    if (command === undefined) return formatErr('archive.incomplete', `归档包不完整：第${record.index + 1}条记录所依据的操作`)
    ordered.push(command)
  }
  return ok(ordered)
}

/**
 * The package as one ZIP file with the same bytes every time; its files lie in one folder (RFC 8493 §4), uncompressed: what
 * is kept for decades should not need a decompressor. `folder`: usually the archival code.
 */
export const packageZip = (files: readonly PackageFile[], folder: string): Uint8Array =>
  writeZip(files.map(({ path, bytes }) => ({ path: `${folder}/${path}`, bytes, store: true })))
