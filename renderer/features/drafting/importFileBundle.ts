/** Files that come together (一并导入): a document with the pictures beside it, selected or dropped at once, or packed into a ZIP. */
import { sm3Hex } from '#core/crypto'
import { limits, pictureSize, type PictureLookUp } from '#core/document'
import { formatErr, ok, readZip, type FormatError, type Result } from '#core/formats'

export type GivenFile = { readonly name: string; readonly bytes: Uint8Array }
export type Bundle = { readonly document: GivenFile; readonly beside: readonly GivenFile[] }

const isDocument = (name: string): boolean => /\.(?:docx|gw|txt|text|md|doc|wps)$/iu.test(name)
const isPicture = (name: string): boolean => /\.(?:png|jpe?g|gif|bmp|webp|tiff?|svg)$/iu.test(name)
/** What systems add to archives of their own accord. */
const isLitter = (path: string): boolean => /(?:^|\/)(?:__MACOSX\/|\.DS_Store$|Thumbs\.db$|\._)/u.test(path)

/** Room of an archive of one document and its pictures, unpacked. bytes */
const zipLimits = { maxEntries: 2 * limits.pictures, maxEntryBytes: limits.pictureBytes, maxTotalBytes: 200 * 1024 * 1024, maxRatio: 200 }

/** Which of the given files is the document, and what lies beside it. Errors import.*, zip.*. */
export const bundleOf = (given: readonly GivenFile[]): Result<Bundle, FormatError> => {
  const [only] = given
  if (given.length === 1 && only !== undefined && /\.zip$/iu.test(only.name)) {
    const read = readZip(only.bytes, zipLimits)
    if (!read.ok) return read
    return bundleOf(read.value.filter(({ path }) => !isLitter(path) && !/\.zip$/iu.test(path)).map(({ path, bytes }) => ({ name: path, bytes })))
  }
  const documents = given.filter(({ name }) => isDocument(name))
  const [document] = documents
  if (documents.length > 1) return formatErr('import.several', `一次只导入一份公文，这里有 ${documents.length} 份：${documents.slice(0, 5).map(({ name }) => name).join('、')}`)
  if (document !== undefined) return ok({ document, beside: given.filter((file) => file !== document) })
  if (only === undefined) return formatErr('import.empty', '没有可导入的文件')
  if (given.every(({ name }) => isPicture(name)) && given.length > 1) return formatErr('import.no-document', '只有图片，没有公文；请将 .gw 文件和它的图片一起选中')
  return ok({ document: only, beside: given.slice(1) })
}

/** Paths as different systems write one and the same. */
const alike = (path: string): string => path.normalize('NFC').replaceAll('\\', '/').replace(/^\.\//u, '').toLowerCase()
const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

const besideNamed = (path: string, beside: readonly GivenFile[]): GivenFile | undefined => {
  const wanted = alike(path)
  // Files that were selected come without their folders, those of an archive with one more.
  return beside.find(({ name }) => alike(name) === wanted) ?? beside.find(({ name }) => alike(name).endsWith(`/${wanted}`)) ?? beside.find(({ name }) => lastOf(alike(name)) === lastOf(wanted))
}

/** Paths of the pictures that a source names and nobody gave, each once. */
export const missingPictures = (source: string, beside: readonly GivenFile[]): readonly string[] => {
  const named = source.split(/\r\n|[\n\r]/u).flatMap((line) => /^\s*!\[[^\]]*\]\(([^)\s]+)/u.exec(line)?.[1] ?? [])
  return [...new Set(named)].filter((path) => besideNamed(path, beside) === undefined)
}

/** Looks pictures up among the files beside the source; `used` holds those that were asked for. */
export const picturesBeside = (beside: readonly GivenFile[]): { readonly lookUp: PictureLookUp; readonly used: ReadonlyMap<string, Uint8Array> } => {
  const used = new Map<string, Uint8Array>()
  const lookUp: PictureLookUp = (path) => {
    const file = besideNamed(path, beside)
    if (file === undefined) return formatErr('gw.image', `缺少图片“${path.slice(0, 60)}”`)
    const size = pictureSize(file.bytes)
    if (!size.ok) return formatErr(size.error.code, `图片“${path.slice(0, 60)}”：${size.error.message}`)
    const hash = sm3Hex(file.bytes)
    used.set(hash, file.bytes)
    const { mediaType, width, height } = size.value
    return ok({ file: { fileName: lastOf(file.name), mediaType, size: file.bytes.length, hash }, pixels: { width, height } })
  }
  return { lookUp, used }
}
