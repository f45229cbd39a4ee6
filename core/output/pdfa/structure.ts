/** The file as a whole: header, trailer, end. ISO 19005-2 §6.1.2, §6.1.3 */
import type { PdfFile } from './file.ts'
import { isArray, isText, latin, type PdfDict } from './values.ts'
import { lastIndexOf } from './xref.ts'

export function checkFileStructure(file: PdfFile): void {
  const { bytes, report } = file
  const head = latin(bytes.subarray(0, 32))
  const header = /^%PDF-1\.[0-7](\r\n|\r|\n)/.exec(head)
  if (header === null) report.add('6.1.2', 'header', '文件头应为 %PDF-1.n 并独占一行，位于文件开头')
  else {
    const at = header[0].length
    const isBinary = bytes[at] === 0x25 && [1, 2, 3, 4].every((i) => (bytes[at + i] ?? 0) > 127)
    if (!isBinary) report.add('6.1.2', 'header-comment', '文件头之后应有一行含四个以上高位字节的注释')
  }
  const end = lastIndexOf(bytes, '%%EOF')
  if (end === -1) report.add('6.1.3', 'no-eof', '文件没有 %%EOF 结束标记')
  else if (!/^(\r\n|\r|\n)?$/.test(latin(bytes.subarray(end + 5, end + 9))) || bytes.length > end + 7) report.add('6.1.3', 'data-after-eof', '文件结束标记之后还有数据')
  checkTrailers(file)
  if (file.numbers.length > 8_388_607) report.add('6.1.13', 'objects', '间接对象过多')
  for (const number of file.numbers) file.resolve({ kind: 'ref', number })
}

function checkTrailers(file: PdfFile): void {
  const { report } = file
  const idOf = (trailer: PdfDict | undefined): string | null => {
    const id = file.resolve(trailer?.entries.get('ID'))
    if (!isArray(id) || id.items.length === 0) return null
    const parts = id.items.map(file.resolve)
    return parts.every(isText) && parts.some((part) => part.bytes.length > 0) ? parts.map((part) => part.bytes.join()).join('/') : null
  }
  const [newest] = file.trailers
  const first = idOf(newest)
  if (first === null) report.add('6.1.3', 'no-id', '文件尾缺少文件标识（ID）')
  const isLinearized = /\/Linearized\b/.test(latin(file.bytes.subarray(0, 1024)))
  const main = file.trailers.at(-1)
  if (isLinearized && main !== newest && first !== null && idOf(main) !== null && idOf(main) !== first) {
    report.add('6.1.3', 'id-differs', '线性化文件两处文件标识（ID）不一致')
  }
  if (file.trailers.some((trailer) => trailer.entries.has('Encrypt'))) report.add('6.1.3', 'encrypted', '文件不得加密')
}
