/** A clipboard → blocks (粘贴): levels from literal numbers, tables, pictures; every style, link and script stays behind. */
import { limits, numberBlocks, parsePlainText, type Block, type Level, type Paragraph } from '#core/document'
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import { cleanHtml, lighten, type Dropped, type Piece } from './clean-html.ts'
import { validBlocks } from './object-node.tsx'

/** Our own clipboard format: blocks as JSON. Checked like anything else from outside. */
export const ownType = 'application/x-wenshu-blocks'

export type PastedPicture = Extract<Piece, { kind: 'picture' }>
export type Pasted = { readonly pieces: readonly (Block | PastedPicture)[]; readonly dropped: Dropped; readonly isPlainOnly: boolean }

export const isPicturePiece = (piece: Block | PastedPicture): piece is PastedPicture => 'bytes' in piece

const nothingDropped = (): Dropped => ({ pictures: 0, mergedCells: 0, wideTables: 0, embedded: 0 })

/** Plain text, one paragraph a line. Errors as those of `parsePlainText`. */
export const blocksOfText = (text: string): Result<readonly Block[], FormatError> => {
  const grid = gridOfText(text)
  if (grid !== null) return ok([tableOfGrid(grid)])
  return paragraphsOf(text.replaceAll(/[\u000b\u000c]/gu, '\n'))
}

/** The reader takes the first line as the title; a stand-in keeps the whole clipboard in the body. */
const paragraphsOf = (text: string): Result<readonly Paragraph[], FormatError> => {
  const read = parsePlainText(`正文\n${text}`)
  if (!read.ok) return read
  const longest = read.value.blocks.findIndex((block) => block.text.length > limits.paragraphChars)
  return longest === -1 ? ok(read.value.blocks) : formatErr('text.paragraph-too-long', `第 ${longest + 1} 段超过 ${limits.paragraphChars} 字的上限，请先分段再粘贴`)
}

/** Rows of a spreadsheet in plain text: at least two lines, all with the same number of tabs. */
const gridOfText = (text: string): readonly (readonly string[])[] | null => {
  if (!text.includes('\t') || text.length > limits.bytes) return null
  const lines = text.replace(/(?:\r\n|\n)+$/u, '').split(/\r\n|\n/u)
  const rows = lines.map((line) => line.split('\t').map((cell) => cell.trim()))
  const width = rows[0]?.length ?? 0
  if (rows.length < 2 || rows.length > limits.tableRows || width < 2 || width > limits.tableColumns) return null
  return rows.every((row) => row.length === width && row.every((cell) => cell.length <= limits.cellChars)) ? rows : null
}

const tableOfGrid = (rows: readonly (readonly string[])[]): Block => ({
  kind: 'table', caption: '', orientation: 'portrait', headRows: rows.length > 1 ? 1 : 0, columns: (rows[0] ?? []).map(() => ({ align: 'left', share: 0 })),
  rows: rows.map((row) => row.map((cell) => cell.toWellFormed())),
})

/** Which program wrote it: only a word processor's headings are levels, a web page's are not. */
const isFromWordProcessor = (html: string): boolean =>
  /urn:schemas-microsoft-com:office:word|class="?Mso|content="?Word\.Document|mso-(?:list|style|outline)|LibreOffice|OpenOffice|Kingsoft|WPS/iu.test(html.slice(0, 200_000))

/**
 * HTML of a word processor (Word, WPS, LibreOffice), a spreadsheet or a web page. Nothing is inserted into the page, nothing is
 * fetched. Errors: clipboard.too-large, and those of `parsePlainText`. @param parse gives a detached document (DOMParser)
 */
export const blocksOfHtml = (html: string, parse: (html: string) => Document): Result<Pasted, FormatError> => {
  const light = lighten(html)
  if (light === null) return formatErr('clipboard.too-large', '剪贴板的内容过大')
  const { pieces, dropped } = cleanHtml(parse(light), isFromWordProcessor(html))
  const lines = pieces.filter((piece) => piece.kind === 'line')
  const read = paragraphsOf(lines.map((line) => line.text).join('\n'))
  if (!read.ok) return read
  if (pieces.length > limits.blocks) return formatErr('text.too-many-blocks', `正文超过 ${limits.blocks} 段的上限`)
  // Every line is one paragraph: none is empty, and none holds a line end.
  let at = 0
  return ok({
    dropped, isPlainOnly: false,
    pieces: pieces.map((piece): Block | PastedPicture => {
      if (piece.kind === 'picture') return piece
      if (piece.kind === 'table') return piece.table
      const block = read.value[at++]!
      return block.level === 0 && piece.depth > 0 ? { ...block, level: Math.min(piece.depth, 4) as Level } : block
    }),
  })
}

const pictureTypes = new Set(['image/png', 'image/jpeg'])

const piecesOfFiles = async (files: readonly File[]): Promise<readonly PastedPicture[]> => Promise.all(files
  .filter((file) => pictureTypes.has(file.type) && file.size <= limits.pictureBytes)
  .map(async (file) => ({ kind: 'picture' as const, bytes: new Uint8Array(await file.arrayBuffer()), mediaType: file.type, caption: '' })))

/** What a clipboard holds, taken out at once: its data are gone after the event. */
export type Clipping = { readonly own: string; readonly html: string; readonly text: string; readonly files: readonly File[] }

export const clippingOf = (data: DataTransfer): Clipping => ({ own: data.getData(ownType), html: data.getData('text/html'), text: data.getData('text/plain'), files: [...data.files] })

/** Reads a clipboard: our own blocks first, then HTML, then plain text; pictures when there is nothing to read. */
export const readClipping = async ({ own, html, text, files }: Clipping): Promise<Result<Pasted, FormatError>> => {
  if (own !== '') {
    const blocks = ownBlocks(own)
    if (blocks !== null) return ok({ pieces: blocks, dropped: nothingDropped(), isPlainOnly: false })
  }
  const pictures = files.filter((file) => file.type.startsWith('image/'))
  const fromHtml = html === '' ? null : blocksOfHtml(html, (source) => new DOMParser().parseFromString(source, 'text/html'))
  if (fromHtml?.ok === true && fromHtml.value.pieces.length > 0) return fromHtml
  if (pictures.length > 0) {
    const pieces = await piecesOfFiles(pictures)
    return ok({ pieces, dropped: { ...nothingDropped(), pictures: pictures.length - pieces.length }, isPlainOnly: false })
  }
  if (text.trim() === '' && fromHtml !== null) return fromHtml
  const fromText = blocksOfText(text)
  return fromText.ok ? ok({ pieces: fromText.value, dropped: nothingDropped(), isPlainOnly: fromHtml !== null && !fromHtml.ok }) : fromText
}

const ownBlocks = (json: string): readonly Block[] | null => {
  if (json.length > limits.bytes * 2) return null
  try {
    return validBlocks(JSON.parse(json))
  } catch {
    return null
  }
}

/** Cells for a paste into a table: our own table, a foreign one, or tabbed text; null when it is no grid. */
export const gridOf = (data: DataTransfer): readonly (readonly string[])[] | null => {
  const { own, html, text } = clippingOf(data)
  const blocks = own === '' ? null : ownBlocks(own)
  const read = blocks ?? (() => {
    const cleaned = html === '' ? null : blocksOfHtml(html, (source) => new DOMParser().parseFromString(source, 'text/html'))
    return cleaned?.ok === true ? cleaned.value.pieces : []
  })()
  const [only] = read
  if (read.length === 1 && only !== undefined && !isPicturePiece(only) && only.kind === 'table') return only.rows
  return gridOfText(text)
}

/** Drops numbers that say what would be computed anyway, e.g. 二、 pasted behind 一、. */
export const withoutIdleNumbers = (blocks: readonly Block[]): readonly Block[] => {
  const kept: Block[] = []
  for (const block of blocks) {
    const bare = block.kind === 'paragraph' ? { ...block, number: null } : block
    kept.push(block.kind === 'paragraph' && block.number !== null && numberBlocks([...kept, bare]).at(-1) === block.number ? bare : block)
  }
  return kept
}
