/** The red mark (发文机关标志): one name on a line, a long one on two, or the names of a joint issue with 文件 beside them. GB/T 9704 §7.2.4 */
import { markFitting, partName, partsOfMark } from '#core/typeset'
import { element, paragraph, run, value } from './markup.ts'
import { textTwips, twips, widthInCells } from './measures.ts'

const { size: markSize, narrowest, longestName, stackHeight, stackGap } = markFitting
/** mm that a mark may take */
const markWidth = 156 - markFitting.sideBlank
/** Pitch of the lines of a stack as a share of their size. */
const stackPitch = 1 + markFitting.stackLead
/** Exact height of a single mark's line, twips */
const markLine = 960
const pt = (mm: number): number => (mm / 25.4) * 72

/** The host's name alone, as letters carry it. §10.1 */
export function hostMark(mark: string): string {
  return partsOfMark(mark).names[0] ?? ''
}

/** Markup of a mark whose ink starts `above` mm below what stands before it, and the blank that then leads to the number, mm. */
export function markMarkup(mark: string, above: number): { readonly markup: string; readonly numberBelow: number } {
  const { names, beside } = partsOfMark(mark)
  const [first = ''] = names
  if (names.length > 1) return stack(names, beside, above)
  if ([...first].length > longestName) return halved(first, above)
  return { markup: paragraph('WsMark', markRuns(first, markWidth, markSize), spaced(above, markLine)), numberBelow: 22 }
}

const spaced = (above: number, line: number): string => element('w:spacing', { 'w:before': Math.max(0, twips(above)), 'w:after': 0, 'w:line': line, 'w:lineRule': 'exact' })

/** Spaced out when short, condensed down to 55 per cent and then set smaller when long. */
function markRuns(text: string, most: number, size: number, longest: number = widthInCells(text)): string {
  const cell = Math.min(size * (1 + markFitting.widestGap), most / Math.max(1, longest))
  const percent = Math.min(100, Math.floor((100 * cell) / size))
  const fitted = percent >= narrowest ? size : (100 * cell) / narrowest
  const gap = percent === 100 ? Math.round(pt(cell - size) * 20) : 0
  return run(text, '', value('spacing', gap) + value('w', Math.max(percent, narrowest)) + value('sz', Math.max(2, Math.round(pt(fitted) * 2))))
}

/** A very long name in two lines of one paragraph, parted where an organ's name ends if one does near the middle. */
function halved(name: string, above: number): { readonly markup: string; readonly numberBelow: number } {
  const lines = partName(name, 2)
  const longest = Math.max(...lines.map(widthInCells))
  const line = twips(markSize * stackPitch)
  return { markup: paragraph('WsMark', markRuns(lines.join('\n'), markWidth, markSize, longest), spaced(above, line)), numberBelow: 23.4 - 0.28 * markSize }
}

/** Names one below the other, spread to one width, in one cell; 文件 in the other, centred on their height. */
function stack(names: readonly string[], beside: string, above: number): { readonly markup: string; readonly numberBelow: number } {
  const size = Math.min(markSize, stackHeight / (names.length + (names.length - 1) * (stackPitch - 1)))
  const longest = Math.max(...names.map(widthInCells))
  const besideWidth = beside === '' ? 0 : widthInCells(beside) * size * 1.1 + stackGap
  const width = Math.min(size * (1 + markFitting.widestGap) * longest, markWidth - besideWidth)
  const line = twips(size * stackPitch)
  const cell = (wide: number, content: string): string => `<w:tc><w:tcPr>${element('w:tcW', { 'w:w': wide, 'w:type': 'dxa' })}${value('vAlign', 'center')}</w:tcPr>${content}</w:tc>`
  const namesMarkup = names.map((name) => paragraph('WsMark', markRuns(name, width, size, longest), spaced(0, line) + value('jc', 'distribute'))).join('')
  const columns = [twips(width) + 60, ...(beside === '' ? [] : [twips(besideWidth)])]
  const cells = cell(columns[0]!, namesMarkup) + (beside === '' ? '' : cell(columns[1]!, paragraph('WsMark', markRuns(beside, besideWidth, size), spaced(0, line) + value('jc', 'right'))))
  const table = `<w:tbl><w:tblPr>${element('w:tblW', { 'w:w': Math.min(textTwips, columns.reduce((sum, one) => sum + one, 0)), 'w:type': 'dxa' })}${value('jc', 'center')}<w:tblLayout w:type="fixed"/>` +
    '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>' +
    `<w:tblGrid>${columns.map((one) => element('w:gridCol', { 'w:w': one })).join('')}</w:tblGrid><w:tr>${cells}</w:tr></w:tbl>`
  // A table has no blank of its own above it: an empty line of that height stands there.
  const lead = above <= 0.2 ? '' : paragraph('WsBlank', '', element('w:spacing', { 'w:before': 0, 'w:after': 0, 'w:line': twips(above), 'w:lineRule': 'exact' }))
  return { markup: lead + table, numberBelow: 23.4 - 0.28 * size }
}
