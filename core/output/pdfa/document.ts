/** What the catalog holds besides pages: output intents, optional content, attachments, permissions. ISO 19005-2 §6.1.12, §6.2.3, §6.8–§6.11 */
import type { PdfFile } from './file.ts'
import { componentsOf, iccHeader } from './icc.ts'
import { isArray, isDict, isRef, isStream, isText, nameOf, type PdfDict, type PdfStream, type PdfValue } from './values.ts'

/** Colour space of the PDF/A output intent's profile, or null when there is none. */
export function checkOutputIntents(file: PdfFile, catalog: PdfDict): string | null {
  const { report } = file
  const list = file.resolve(catalog.entries.get('OutputIntents'))
  let colourSpace: string | null = null
  const profiles = new Set<unknown>()
  for (const item of isArray(list) ? list.items : []) {
    const intent = file.dict(item)
    if (intent === null) continue
    const kind = nameOf(file.resolve(intent.entries.get('S')))
    if (kind === 'GTS_PDFX' && intent.entries.has('DestOutputProfileRef')) report.add('6.2.3', 'profile-reference', 'PDF/X 输出意图不得含有 DestOutputProfileRef')
    const entry = intent.entries.get('DestOutputProfile')
    if (entry === undefined) continue
    profiles.add(isRef(entry) ? entry.number : entry)
    const profile = file.resolve(entry)
    const header = isStream(profile) ? iccHeader(file.decode(profile) ?? new Uint8Array()) : null
    const isValid = header !== null && (header.deviceClass === 'prtr' || header.deviceClass === 'mntr') && ['RGB ', 'CMYK', 'GRAY'].includes(header.colourSpace) && header.version < 5
    if (!isValid) report.add('6.2.3', 'output-profile', '输出意图的 ICC 特性文件无效（应为输出或显示类，颜色空间为灰度、RGB 或 CMYK）')
    if (kind === 'GTS_PDFA1' && header !== null) colourSpace = header.colourSpace
  }
  if (profiles.size > 1) report.add('6.2.3', 'output-profiles-differ', '各输出意图应使用同一个 ICC 特性文件')
  return colourSpace
}

export function checkIccBased(file: PdfFile, profile: PdfStream): string | null {
  const header = iccHeader(file.decode(profile) ?? new Uint8Array())
  const isValid = header !== null && ['prtr', 'mntr', 'scnr', 'spac'].includes(header.deviceClass) && componentsOf[header.colourSpace] !== undefined && header.version < 5
  const count = file.resolve(profile.dict.entries.get('N'))
  if (!isValid) file.report.add('6.2.4.2', 'icc-profile', 'ICCBased 颜色空间的特性文件无效')
  else if (count !== componentsOf[header.colourSpace]) file.report.add('6.2.4.2', 'icc-components', 'ICCBased 颜色空间的分量数与特性文件不符')
  return header?.colourSpace ?? null
}

export function checkCatalog(file: PdfFile, catalog: PdfDict): void {
  const { report } = file
  if (catalog.entries.has('Requirements')) report.add('6.11', 'requirements', '文档目录不得含有 Requirements')
  if (file.dict(catalog.entries.get('Names'))?.entries.has('AlternatePresentations') === true) report.add('6.10', 'alternate-presentations', '不得使用替代演示（AlternatePresentations）')
  for (const key of file.dict(catalog.entries.get('Perms'))?.entries.keys() ?? []) {
    if (key !== 'UR3' && key !== 'DocMDP') report.add('6.1.12', 'permissions', `权限字典不得含有 ${key}`)
  }
  checkOptionalContent(file, file.dict(catalog.entries.get('OCProperties')))
}

function checkOptionalContent(file: PdfFile, properties: PdfDict | null): void {
  if (properties === null) return
  const { report } = file
  const configs = file.resolve(properties.entries.get('Configs'))
  const all = [file.dict(properties.entries.get('D')), ...(isArray(configs) ? configs.items.map((item) => file.dict(item)) : [])]
  const groups = file.resolve(properties.entries.get('OCGs'))
  const names = new Set<string>()
  for (const config of new Set(all)) {
    if (config === null) continue
    const name = file.resolve(config.entries.get('Name'))
    if (!isText(name) || name.bytes.length === 0) report.add('6.9', 'config-name', '可选内容配置缺少名称（Name）')
    else if (names.has(name.bytes.join())) report.add('6.9', 'config-name-repeated', '可选内容配置的名称重复')
    else names.add(name.bytes.join())
    if (config.entries.has('AS')) report.add('6.9', 'config-usage', '可选内容配置不得含有 AS')
    const order = file.resolve(config.entries.get('Order'))
    if (isArray(order) && isArray(groups)) {
      const listed = new Set<number>()
      collectRefs(file, order, listed)
      const isComplete = groups.items.every((group) => !isRef(group) || listed.has(group.number))
      if (!isComplete) report.add('6.9', 'config-order', '可选内容配置的 Order 没有列出全部图层')
    }
  }
}

function collectRefs(file: PdfFile, order: PdfValue, into: Set<number>): void {
  const queue: PdfValue[] = [order]
  for (let value = queue.pop(); value !== undefined; value = queue.pop()) {
    if (!isArray(value)) continue
    for (const item of value.items) {
      if (isRef(item)) {
        if (into.has(item.number)) continue
        into.add(item.number)
      }
      queue.push(file.resolve(item))
    }
  }
}

/** Calls `visit` for every dictionary of every object, nested ones too. */
export function eachDict(file: PdfFile, visit: (dict: PdfDict) => void): void {
  const walk = (value: PdfValue): void => {
    if (isArray(value)) value.items.forEach(walk)
    const dict = isStream(value) ? value.dict : isDict(value) ? value : null
    if (dict === null) return
    visit(dict)
    for (const entry of dict.entries.values()) walk(entry)
  }
  for (const number of file.numbers) walk(file.resolve({ kind: 'ref', number }))
}

/** Attachments. `conforms` judges a file found inside. §6.8 */
export function checkEmbeddedFiles(file: PdfFile, conforms: (bytes: Uint8Array) => boolean): void {
  const { report } = file
  eachDict(file, (spec) => {
    const embedded = file.dict(spec.entries.get('EF'))
    if (embedded === null) return
    if (!spec.entries.has('F') || !spec.entries.has('UF')) report.add('6.8', 'file-specification', '附件的文件说明应同时含有 F 和 UF')
    const seen = new Set<PdfStream>()
    for (const entry of embedded.entries.values()) {
      const stream = file.resolve(entry)
      if (!isStream(stream) || seen.has(stream)) continue
      seen.add(stream)
      const data = file.decode(stream)
      if (data === null || !conforms(data)) report.add('6.8', 'embedded-file', '附件不是 PDF/A-1 或 PDF/A-2 文件')
    }
  })
}
