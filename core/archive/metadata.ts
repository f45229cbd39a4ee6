/**
 * 元数据.xml: description of one 件 with the element names of DA/T 46-2009 (M1–M88), an own profile of the order. It is
 * computed from the rest of the package, so that a verifier computes it again and compares bytes.
 */
import { formatErr, ok, utf8, writeXml, xmlElement, xmlText, type FormatError, type Result, type XmlElement } from '#core/formats'
import type { DocumentContent } from '#core/document'
import type { EventRecord } from '#core/ledger'
import { sealsOf, type DocumentEvent, type DocumentState } from '#core/route'
import type { PackageNames } from './input.ts'
import { organName, personName } from './names.ts'
import { ofdPaths, paths } from './paths.ts'
import { retentionNames } from './archival-code.ts'

export type MetadataSource = {
  readonly state: DocumentState
  readonly content: DocumentContent
  readonly records: readonly EventRecord[]
  readonly names: PackageNames
  /** Files of the content group (正本 and its fellows) with their sizes in bytes. */
  readonly files: readonly { readonly path: string; readonly size: number; readonly mediaType: string }[]
  readonly agent: string
}

/** The files of the content group that are there, in their order. */
export const describedFiles = (files: ReadonlyMap<string, Uint8Array>): MetadataSource['files'] =>
  [paths.sealed, ofdPaths.sealedOfd, paths.final, ofdPaths.finalOfd, paths.sheet].flatMap((path) => {
    const bytes = files.get(path)
    return bytes === undefined ? [] : [{ path, size: bytes.length, mediaType: path.endsWith('.ofd') ? 'application/ofd' : 'application/pdf' }]
  })

/** XML bytes. Error archive.metadata: not filed, or a text that XML cannot hold. */
export const metadataXml = (source: MetadataSource): Result<Uint8Array, FormatError> => {
  const { state } = source
  if (state.archive === null || state.number === null || state.final === null || state.seal === null) {
    return formatErr('archive.metadata', '公文尚未归档，不能生成元数据')
  }
  try {
    return ok(utf8(writeXml(rootOf(source, state.archive, state.number, state.final))))
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return formatErr('archive.metadata', '元数据含有 XML 不允许的字符')
    throw error
  }
}

type Present<T> = Exclude<T, null>

const rootOf = (
  { state, content, records, names, files, agent }: MetadataSource, archive: Present<DocumentState['archive']>, number: Present<DocumentState['number']>,
  final: Present<DocumentState['final']>,
): XmlElement => {
  const organ = names.organs[state.organId]
  const fonds = organName(names, state.organId)
  return xmlElement('电子文件', { xmlns: 'urn:wenshu:metadata:1', 版本: '1' }, [
    xmlText('聚合层次', '文件'),
    xmlElement('来源', {}, [xmlText('全宗名称', fonds), xmlText('立档单位名称', fonds)]),
    xmlText('电子文件号', state.id),
    xmlElement('档号', { 编码: archive.code }, [
      xmlText('全宗号', organ?.fonds ?? ''), xmlText('年度', String(archive.year)), xmlText('保管期限', retentionNames[archive.retention]),
      xmlText('机构或问题', organ?.unitCode ?? ''), xmlText('类别号', archive.category), xmlText('室编件号', String(archive.serial)),
    ]),
    xmlElement('内容描述', {}, [
      xmlText('题名', state.title), xmlText('文件编号', number.text), xmlText('责任者', content.issuers.join('；')), xmlText('日期', number.date.replaceAll('-', '')),
      xmlText('文种', state.kind), xmlText('紧急程度', state.urgency === '' ? '平件' : state.urgency), xmlText('主送', content.recipients.join('；')),
      xmlText('抄送', content.copies.join('；')), xmlText('密级', content.secrecy?.level ?? '公开'), xmlText('保密期限', content.secrecy?.period ?? ''),
      xmlText('公开属性', state.disclosure),
    ]),
    xmlElement('形式特征', {}, [
      xmlText('文件组合类型', content.attachments.length === 0 ? '单件' : '组合文件'), xmlText('页数', String(final.pages)), xmlText('语种', '汉语'), xmlText('稿本', '正本'),
    ]),
    ...files.map(({ path, size, mediaType }) => xmlElement('电子属性', {}, [
      xmlText('格式信息', mediaType), xmlText('计算机文件名', path), xmlText('计算机文件大小', String(size)), xmlText('文档创建程序', agent),
    ])),
    ...sealsOf(state).map((seal) => xmlElement('电子签名', {}, [xmlText('签名人', seal.sealName), xmlText('签名时间', seal.receivedAt), xmlText('证书引证', 'data/正本.pdf')])),
    xmlElement('权限管理', {}, [xmlText('控制标识', state.disclosure)]),
    ...records.flatMap((record) => activity(record, names)),
  ])
}

const activity = (record: EventRecord, names: PackageNames): readonly XmlElement[] => {
  const told = describe(record.data as unknown as DocumentEvent & { readonly type: string }, record.type as DocumentEvent['type'])
  if (told === null) return []
  const person = names.people[record.actor]
  return [xmlElement('业务实体', {}, [
    xmlText('业务状态', '历史行为'), xmlText('业务行为', told.activity), xmlText('行为时间', record.receivedAt), xmlText('行为描述', told.detail),
    xmlText('机构人员名称', personName(names, record.actor)), xmlText('个人职位', person?.title ?? ''),
    xmlText('所属机构', person === undefined ? '' : organName(names, person.organId)),
  ])]
}

/** The activity that a record stands for, after the list of GB/T 18894-2016; null for steps that are not business of their own. */
const describe = (event: DocumentEvent, type: DocumentEvent['type']): { readonly activity: string; readonly detail: string } | null => {
  const is = <T extends DocumentEvent['type']>(wanted: T, given: DocumentEvent): given is Extract<DocumentEvent, { type: T }> => type === wanted && given !== null
  if (is('DocumentCreated', event)) return { activity: '起草', detail: '' }
  if (is('RevisionFrozen', event)) return { activity: event.revision.number === 1 ? '送核稿' : '修改', detail: event.revision.note }
  if (is('OpinionGiven', event)) {
    return { activity: event.opinion.stepName, detail: `${event.opinion.decision === 'agree' ? '同意' : '退回'}${event.opinion.text === '' ? '' : `：${event.opinion.text}`}` }
  }
  if (is('DocumentApproved', event)) return { activity: '签发', detail: `第${event.approval.revision}稿` }
  if (is('NumberAssigned', event)) return { activity: '登记', detail: event.number.text }
  if (is('SealRequested', event)) return { activity: '提出用印', detail: event.request.sealName }
  if (is('SealReturned', event)) return { activity: '退回用印', detail: event.reason }
  if (is('SealDeclined', event)) return { activity: '拒绝用印', detail: event.reason }
  if (is('SealApplied', event)) return { activity: event.seal.confirmation === undefined ? '用印' : '复核用印', detail: event.seal.sealName }
  if (is('DocumentDispatched', event)) return { activity: '核发', detail: '' }
  if (is('ReceiptSigned', event)) return { activity: '签收', detail: event.organId }
  if (is('DocumentFiled', event)) return { activity: '归档', detail: event.archive.reason }
  return null
}
