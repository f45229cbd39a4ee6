/** The OFD beside the PDF (OFD 正本): the file that was composed, sealed, and nothing else. Rule A21 of docs/spec/package.md. */
import { decodeCanonical, equalBytes, fromUtf8, readZip, utf8 } from '#core/formats'
import { sm3Hex } from '#core/crypto'
import type { DocumentState } from '#core/route'
import { verifyOfd, type SignatureReport, type VerifyOptions } from '#core/seal'
import { isMembers } from './command.ts'
import { distinct, type Notebook } from './judge.ts'
import type { Files } from './manifest.ts'
import { ofdPaths } from './paths.ts'
import type { PackageParts } from './read-package.ts'

/** The part of an OFD that a seal rewrites: it gains the way to the list of signatures. */
const rootPart = 'OFD.xml'

export const checkOfdPages = (files: Files, { final, seal }: DocumentState, { check }: Notebook): void => {
  if (final?.ofdHash === undefined) return
  const [pages, sealed] = [files.get(ofdPaths.finalOfd), files.get(ofdPaths.sealedOfd)]
  check('OFD 版式文件', pages !== undefined && sm3Hex(pages) === final.ofdHash, '与编号排版时一致', '不是编号排版时的文件')
  check('OFD 正本', sealed !== undefined && sm3Hex(sealed) === seal?.sealedOfdHash, '与用印时一致', '不是用印时的文件')
  const same = pages !== undefined && sealed !== undefined && keepsPages(pages, sealed)
  check('OFD 正本与版式文件', same, '正本是在版式文件上用印形成的', 'OFD 正本的内容不是版式文件')
}

/** Every part of the unsealed file is in the sealed one with the same bytes; the root but for the way to the signatures. */
const keepsPages = (unsealed: Uint8Array, sealed: Uint8Array): boolean => {
  const [before, after] = [readZip(unsealed), readZip(sealed)]
  if (!before.ok || !after.ok) return false
  const parts = new Map(after.value.map(({ path, bytes }) => [path, bytes]))
  return before.value.every(({ path, bytes }) => {
    const now = parts.get(path)
    return now !== undefined && (equalBytes(now, bytes) || (path === rootPart && equalBytes(withoutSignatures(now), bytes)))
  })
}

const withoutSignatures = (xml: Uint8Array): Uint8Array => {
  const text = fromUtf8(xml)
  return text.ok ? utf8(text.value.replace(/<ofd:Signatures>[^<]*<\/ofd:Signatures>/u, '')) : xml
}

/** The seal on the OFD is judged anew, as that on the PDF is. */
export const checkOfd = (files: Files, parts: PackageParts, state: DocumentState, options: VerifyOptions, { check }: Notebook): readonly SignatureReport[] => {
  if (state.final?.ofdHash === undefined) return []
  const report = verifyOfd(files.get(ofdPaths.sealedOfd) ?? new Uint8Array(0), { ...options, crls: distinct([...options.crls, ...parts.crls]) })
  const good = report.signatures.length > 0 && report.verdict !== 'invalid' && report.verdict !== 'unusable'
  const why = report.signatures.flatMap((signature) => signature.steps).find((step) => step.result === 'fail')?.detail ?? report.warnings[0]?.detail ?? ''
  check('OFD 正本验章', good, `${report.signatures.length} 个电子印章完整`, `OFD 正本验章不通过：${why}`)
  check('OFD 印章范围', report.signatures.some((signature) => signature.coverage === 'whole'), '电子印章保护整个文件', '电子印章没有保护整个文件')
  const kept = decodeCanonical(files.get(ofdPaths.ofdReport) ?? new Uint8Array(0))
  const verdict = kept.ok && isMembers(kept.value) && kept.value['kind'] === 'ofd' ? kept.value['verdict'] : undefined
  check('OFD 归档时验章', verdict === 'valid' || verdict === 'undecided', `归档时的结论：${verdict === 'valid' ? '有效' : '完整，未判断信任'}`, '归档时的 OFD 验证报告不正确')
  return report.signatures.map((signature) => ({ ...signature, id: `${ofdPaths.sealedOfd}：${signature.id}` }))
}
