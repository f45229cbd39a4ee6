/** Integrity protection of a whole package (OFD 完整性保护): OFDEntries.xml lists every file name and is signed. GM/T 0099-2020 */
import type { CheckStep } from '#core/crypto'
import { childElement, childElements, innerText, type XmlNode } from '#core/formats'
import { findOfdFile, ofdFolder, readOfdPart } from '#core/output'
import { verdictOf } from '../trust.ts'
import type { SignatureReport, VerifyOptions } from '../report.ts'
import { judgeDigital } from './judge-digital.ts'
import type { Package } from './judge-one.ts'
import { listed } from './references.ts'
import { isoOf } from './signature-file.ts'

const NAME = 'OFDEntries.xml'

/** None where the package has no such list. The list names files and no digests: it shows what was added or taken away, not what was changed. */
export const judgeEntries = ({ files }: Package, options: VerifyOptions): readonly SignatureReport[] => {
  const path = findOfdFile(files, '', NAME)
  if (path === null) return []
  const steps: CheckStep[] = []
  const add = (name: string, result: CheckStep['result'], detail: string): void => { steps.push({ name, result, detail }) }
  const part = readOfdPart(files, '', NAME)
  const root = part.ok ? part.value.root : undefined
  const list = root === undefined ? undefined : childElement(root, 'FileList')
  const valueAt = root === undefined ? undefined : childElement(root, 'SignedValueLoc')
  const valuePath = valueAt === undefined ? null : findOfdFile(files, ofdFolder(path), innerText(valueAt))
  let judged: ReturnType<typeof judgeDigital> | undefined
  if (!part.ok) add('完整性清单', 'fail', part.error.message)
  else if (valuePath === null) add('签名值', 'fail', '完整性清单的签名值不在包内')
  else judged = judgeDigital(files.get(valuePath)!, files.get(path)!, isoOf(root?.attributes['CreationDate'] ?? ''), options)
  steps.push(...(judged?.steps ?? []))
  if (list !== undefined) {
    const named = namesOf(list)
    const missing = named.filter((name) => findOfdFile(files, '', name) === null)
    const known = new Set([path, valuePath, ...named.map((name) => findOfdFile(files, '', name))])
    const extra = [...files.keys()].filter((file) => !known.has(file))
    if (missing.length > 0) add('完整性清单', 'fail', `清单所列文件不在包内：${listed(missing)}`)
    if (extra.length > 0) add('夹带文件', 'fail', `清单之外的文件：${listed(extra)}`)
    if (missing.length + extra.length === 0) add('完整性清单', 'pass', `${named.length} 个文件与清单一致`)
  }
  add('保护内容', 'warn', '完整性清单只列文件名，不保护文件内容')
  const verdict = verdictOf(steps, options)
  return [{
    id: path, type: 'GM/T 0099 完整性保护', verdict, signer: judged?.signer ?? null, signedAt: judged?.signedAt ?? null, timeSource: judged?.timeSource ?? 'claimed',
    coverage: 'partial', uncovered: ['文件内容'], modifiedAfter: judged?.modified ?? false, steps, chain: judged?.chain ?? [], covered: ['文件清单'],
  }]
}

const namesOf = (list: XmlNode): readonly string[] => childElements(list, 'File').map((file) => file.attributes['FileLoc'] ?? innerText(file).trim())
