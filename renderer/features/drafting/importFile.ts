/** A file becomes a draft (导入公文): what was repaired on the way is told before anything is taken. */
import { decodeText, documentOfText, emptyContent, kindOfTitle, parsePlainText, readSource, validateContent, type DocumentContent, type DocumentKind } from '#core/document'
import { readDocx } from '#core/output'
import { bundleOf, missingPictures, picturesBeside, type GivenFile } from './importFileBundle.ts'

export type Repair = { readonly message: string; readonly count: number }
export type Imported = {
  readonly content: DocumentContent
  readonly repairs: readonly Repair[]
  /** pictures found inside the file, to be stored with the draft */
  readonly files: readonly Uint8Array[]
}
export type ImportProblem = { readonly code: string; readonly message: string }
export type ImportResult = { readonly ok: true; readonly value: Imported } | { readonly ok: false; readonly error: ImportProblem }

/** One file on its way into a draft, bytes; larger ones are refused before they are read. */
export const largestImport = 50 * 1024 * 1024

const refused = (code: string, message: string): ImportResult => ({ ok: false, error: { code, message } })

const extensionOf = (name: string): string => /\.([^.]+)$/u.exec(name)?.[1]?.toLowerCase() ?? ''

const kindIn = (title: string): DocumentKind => kindOfTitle(title) ?? '通知'

const ofText = (bytes: Uint8Array, organName: string): ImportResult => {
  const text = decodeText(bytes)
  if (!text.ok) return refused('import.not-text', '不是文本文件（应为 UTF-8 或 GB18030 编码）')
  const plain = parsePlainText(text.value)
  if (!plain.ok) return refused(plain.error.code, plain.error.message)
  const kind = kindIn(plain.value.title)
  // A text without a kind may be an attachment to come: all of it is body.
  const found = kindOfTitle(plain.value.title) === null ? null : documentOfText(plain.value)
  const start = emptyContent({ kind, organName, title: plain.value.title })
  const content = found === null ? { ...start, body: plain.value.blocks } : { ...start, recipients: found.content.recipients, body: found.content.body, attachments: found.content.attachments, note: found.content.note, copies: found.content.copies }
  const numbered = content.body.filter((block) => block.kind === 'paragraph' && block.level > 0).length
  const told = (found?.elements ?? []).filter((name) => ['主送机关', '附件说明', '附注', '抄送机关'].includes(name))
  const left = (found?.elements ?? []).filter((name) => !told.includes(name))
  const repairs: Repair[] = [
    { message: '第一行作为标题，其余作为正文；版头、落款、版记按本机关信息填写', count: 1 },
    ...(told.length > 0 ? [{ message: `按写法认出了${told.join('、')}，请核对`, count: 1 }] : []),
    ...(left.length > 0 ? [{ message: `文本里的${left.join('、')}没有带入：由签发、编号和本机关信息产生`, count: 1 }] : []),
    ...(numbered > 0 ? [{ message: '按段首序数识别层次', count: numbered }] : []),
    ...(kindOfTitle(plain.value.title) === null ? [{ message: `标题没有写明文种，暂按“${kind}”起草，请核对`, count: 1 }] : []),
  ]
  return { ok: true, value: { content, repairs, files: [] } }
}

const ofSource = (bytes: Uint8Array, beside: readonly GivenFile[]): ImportResult => {
  const text = decodeText(bytes)
  if (!text.ok) return refused('import.not-text', '不是文本文件（应为 UTF-8 编码）')
  const missing = missingPictures(text.value, beside)
  if (missing.length > 0) {
    const names = `${missing.slice(0, 8).map((path) => `“${path.slice(0, 60)}”`).join('、')}${missing.length > 8 ? ` 等 ${missing.length} 张` : ''}`
    return refused('gw.image', `公文用到的图片没有一起给出：${names}。请将 .gw 文件和图片一起选中或拖入，也可以打成一个 .zip 导入`)
  }
  const { lookUp, used } = picturesBeside(beside)
  const read = readSource(text.value, lookUp)
  if (!read.ok) return refused(read.error.code, read.error.message)
  const { content, issue } = read.value
  const repairs: Repair[] = [
    ...(issue === null ? [] : [{ message: '文件里的发文字号、成文日期、签发人没有带入：它们由签发和编号产生', count: 1 }]),
    ...(beside.length > used.size ? [{ message: `一起给出的文件中有 ${beside.length - used.size} 个正文没有用到，没有带入`, count: 1 }] : []),
  ]
  return { ok: true, value: { content, repairs, files: [...used.values()] } }
}

const counted = (messages: readonly string[]): readonly Repair[] => {
  const times = new Map<string, number>()
  for (const message of messages) times.set(message, (times.get(message) ?? 0) + 1)
  return [...times].map(([message, count]) => ({ message, count }))
}

const ofDocx = (bytes: Uint8Array, organName: string): ImportResult => {
  const read = readDocx(bytes)
  if (!read.ok) return refused(read.error.code, read.error.message)
  const { content, issue, title, blocks, pictures, repairs } = read.value
  const kind = kindIn(title)
  const told: readonly Repair[] = [
    ...counted(repairs.map(({ message }) => message)),
    ...(content === null ? [{ message: `没有认出完整的公文要素：标题和正文已取出，暂按“${kind}”起草，版头、落款按本机关信息填写`, count: 1 }] : []),
    ...(issue === null ? [] : [{ message: '文件里的发文字号、成文日期、签发人没有带入：它们由签发和编号产生', count: 1 }]),
  ]
  return { ok: true, value: { content: content ?? { ...emptyContent({ kind, organName, title }), body: blocks }, repairs: told, files: [...pictures.values()] } }
}

/** What may come in at all: nothing classified, and nothing that a draft could not hold. */
export const admitted = (result: ImportResult): ImportResult => {
  if (!result.ok) return result
  const { content } = result.value
  if (content.secrecy !== undefined) {
    return refused('import.classified', `文件标有密级“${content.secrecy.level}”。本机未经批准处理涉密信息，没有读入，也没有留存。请在批准的涉密设备上办理`)
  }
  const valid = validateContent(content)
  return valid.ok ? result : refused(valid.error[0]!.code, valid.error[0]!.message)
}

/** Reads one document with what was given beside it: several files at once, or a .zip of them. Errors as `importFile`, and zip.*. */
export const importFiles = (given: readonly GivenFile[], organName: string): ImportResult => {
  const bundle = bundleOf(given)
  if (!bundle.ok) return refused(bundle.error.code, bundle.error.message)
  const { document: { name, bytes }, beside } = bundle.value
  return importFile(name, bytes, organName, beside)
}

/** Reads .docx, .gw and .txt. Errors: import.*, docx.*, gw.*, text.*, content.*, picture.*; nothing is kept of a file that is refused. */
export const importFile = (name: string, bytes: Uint8Array, organName: string, beside: readonly GivenFile[] = []): ImportResult => {
  switch (extensionOf(name)) {
    case 'docx': return admitted(ofDocx(bytes, organName))
    case 'gw': return admitted(ofSource(bytes, beside))
    case 'txt': case 'text': case 'md': return admitted(ofText(bytes, organName))
    case 'doc': case 'wps': return refused('import.old-format', '这是旧的 .doc/.wps 格式，请在 WPS 或 Word 里另存为 .docx 再导入')
    default: return refused('import.unknown', '只能导入 .docx、.gw、.txt 文件，或装有一份公文及其图片的 .zip')
  }
}

