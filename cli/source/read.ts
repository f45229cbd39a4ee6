/** Reading a document from a file (.gw, .txt, .docx) with the pictures beside it (读入公文源文件). */
import { readFileSync, statSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, join, relative, resolve } from 'node:path'
import { sm3Hex } from '#core/crypto'
import { decodeText, documentOfText, limits, parsePlainText, pictureSize, readSource, validateContent, type Block, type DocumentContent, type Issue, type PictureLookUp } from '#core/document'
import { readDocx, type DocxRepair } from '#core/output'
import { formatErr, ok, type FormatError, type Result } from '#core/formats'

/** What a file holds: a document, or a text that needs a carrier document (无载体的方案、办法等). */
export type FileSource = {
  /** file name without folder and extension */
  readonly name: string
  readonly pictures: ReadonlyMap<string, Uint8Array>
  /** what a reader mended on the way, to be told to the person */
  readonly repairs: readonly DocxRepair[]
} & (
  | { readonly kind: 'document'; readonly content: DocumentContent; readonly issue: Issue | null }
  | { readonly kind: 'text'; readonly title: string; readonly blocks: readonly Block[] }
)

/** A whole source file, bytes: wide of any real one, far below what would fill the memory. */
const maxBytes = 64 * 1024 * 1024

/** Errors file.*: missing, not-file, unreadable, too-large, unknown-type; the codes of the readers (gw.*, text.*, docx.*, content.*, picture.*). Writes nothing. */
export const readDocumentFile = async (path: string): Promise<Result<FileSource, FormatError>> => {
  const bytes = await bytesOf(path)
  if (!bytes.ok) return bytes
  const extension = extname(path).toLowerCase()
  const name = basename(path, extname(path))
  switch (extension) {
    case '.gw':
      return readGw(path, name, bytes.value)
    case '.txt':
      return readTxt(name, bytes.value)
    case '.docx':
    case '.docm':
    case '.doc':
      // The reader looks at the bytes: an old .doc or an encrypted file is named as what it is.
      return readWord(name, bytes.value)
    default:
      return formatErr('file.unknown-type', `不认识的文件类型「${extension === '' ? '无扩展名' : extension}」，应为 .gw、.docx 或 .txt`)
  }
}

export const bytesOf = async (path: string): Promise<Result<Uint8Array, FormatError>> => {
  try {
    const found = await stat(path)
    if (!found.isFile()) return formatErr('file.not-file', `「${path}」不是文件`)
    if (found.size > maxBytes) return formatErr('file.too-large', `文件超过 ${maxBytes / 1024 / 1024} MB 的上限`)
    return ok(await readFile(path))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    return code === 'ENOENT' ? formatErr('file.missing', `找不到文件「${path}」`) : formatErr('file.unreadable', `读不出文件「${path}」：${code ?? String(error)}`)
  }
}

export const textOf = (bytes: Uint8Array): Result<string, FormatError> => {
  const text = decodeText(bytes)
  return text.ok ? text : formatErr('file.encoding', '文件不是文本，或编码无法识别；请在编辑软件里另存为 UTF-8')
}

const readGw = (path: string, name: string, bytes: Uint8Array): Result<FileSource, FormatError> => {
  const text = textOf(bytes)
  if (!text.ok) return text
  const pictures = new Map<string, Uint8Array>()
  const source = readSource(text.value, pictureFinder(dirname(resolve(path)), pictures))
  return source.ok ? ok({ kind: 'document', name, pictures, repairs: [], ...source.value }) : source
}

/** Pictures are read from the folder of the source and below, nowhere else. */
export const pictureFinder = (folder: string, found: Map<string, Uint8Array>): PictureLookUp => (path) => {
  const full = join(folder, path)
  const inside = relative(folder, full)
  if (isAbsolute(path) || inside.startsWith('..') || /^[a-z]+:/iu.test(path)) return formatErr('gw.image', `图片「${path.slice(0, 60)}」应放在公文文件所在的文件夹里`)
  let bytes: Uint8Array
  try {
    const { size } = statSync(full)
    if (size > limits.pictureBytes) return formatErr('picture.too-large', `图片「${path.slice(0, 60)}」超过 ${limits.pictureBytes / 1024 / 1024} MB 的上限`)
    bytes = readFileSync(full)
  } catch {
    return formatErr('gw.image', `找不到图片「${path.slice(0, 60)}」`)
  }
  const size = pictureSize(bytes)
  if (!size.ok) return formatErr(size.error.code, `图片「${path.slice(0, 60)}」：${size.error.message}`)
  const hash = sm3Hex(bytes)
  found.set(hash, bytes)
  const { mediaType, width, height } = size.value
  return ok({ file: { fileName: basename(path), mediaType, size: bytes.length, hash }, pixels: { width, height } })
}

const readTxt = (name: string, bytes: Uint8Array): Result<FileSource, FormatError> => {
  const text = textOf(bytes)
  if (!text.ok) return text
  const plain = parsePlainText(text.value)
  if (!plain.ok) return plain
  const found = documentOfText(plain.value)
  if (found === null) return ok({ kind: 'text', name, pictures: new Map(), repairs: [], title: plain.value.title, blocks: plain.value.blocks })
  const { content, issue, elements } = found
  const valid = validateContent(content)
  if (!valid.ok) return formatErr(valid.error[0]!.code, `${valid.error[0]!.path}：${valid.error[0]!.message}`)
  const repairs = elements.length === 0 ? [] : [{ code: 'text.elements', message: `按写法认出了${elements.join('、')}，请核对` }]
  return ok({ kind: 'document', name, pictures: new Map(), repairs, content, issue })
}

const readWord = (name: string, bytes: Uint8Array): Result<FileSource, FormatError> => {
  const read = readDocx(bytes)
  if (!read.ok) return read
  const { content, issue, title, blocks, pictures, repairs } = read.value
  return content === null ? ok({ kind: 'text', name, pictures, repairs, title, blocks }) : ok({ kind: 'document', name, pictures, repairs, content, issue })
}
