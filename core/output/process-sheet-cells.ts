/** Cells of the 发文处理单: text wrapped into lines of one column. */
import { breakLines, pt, setSingle, widthOf, type FontRole, type Line, type Measurer, type TypeSize } from '#core/typeset'
import type { ProcessSheet, SheetBox, SheetOpinion } from './process-sheet-value.ts'

/** 小四 on its own width: the form has no 28-character grid. */
export const text12: TypeSize = { size: 12 * pt, cell: 12 * pt }
export const small: TypeSize = { size: 9 * pt, cell: 9 * pt }

/** One line of a cell. `shift`: mm from the cell's text edge. */
export type CellLine = { readonly line: Line; readonly type: TypeSize; readonly shift: number; readonly height: number; readonly ruleAbove: boolean }

/** Blank between text and the cell's rules, mm */
export const padding = 2
const leading = 1.45
/** Air below the rule between two agencies, mm */
const partGap = 2

/** A text wrapped to `width` mm. */
export function wrapped(text: string, width: number, measurer: Measurer, font: FontRole = '仿宋', type: TypeSize = text12): CellLine[] {
  if (text === '') return []
  const room = width / type.cell
  return breakLines(measurer.atoms(text, font), { first: room, rest: room }).map((line) => ({
    line, type, shift: 0, height: type.size * leading, ruleAbove: false,
  }))
}

/** All lines of an opinion box: 会签 has one part for each agency, the others take opinions in the given order. */
export function opinionLines(sheet: ProcessSheet, box: SheetBox, width: number, measurer: Measurer): CellLine[] {
  const opinions = sheet.opinions.filter((opinion) => opinion.box === box)
  if (box !== '会签') return opinions.flatMap((opinion) => oneOpinion(opinion, width, measurer))
  const agencies = [...new Set([...sheet.countersigners, ...opinions.map((opinion) => opinion.organ)])]
  return agencies.flatMap((agency, i) => {
    const name = wrapped(agency, width, measurer, '黑体')
    const own = opinions.filter((opinion) => opinion.organ === agency)
    const lines = [...name, ...own.flatMap((opinion) => oneOpinion(opinion, width, measurer))]
    // An unsigned cell keeps the room that a signature needs.
    if (own.length === 0) lines.push({ line: setSingle([]), type: text12, shift: 0, height: 10, ruleAbove: false })
    return i === 0 ? lines : lines.map((line, at) => (at === 0 ? { ...line, height: line.height + partGap, ruleAbove: true } : line))
  })
}

/** Opinion, then name and time on the right; an empty opinion still shows who and when. */
function oneOpinion(opinion: SheetOpinion, width: number, measurer: Measurer): CellLine[] {
  const isSaid = opinion.decision === '' || opinion.text.startsWith(opinion.decision)
  const said = isSaid ? opinion.text : opinion.text === '' ? `${opinion.decision}。` : `【${opinion.decision}】${opinion.text}`
  const name = rightAligned(opinion.person, width, measurer, '楷体', text12)
  const times = [
    `${localTime(opinion.claimedAt)}${opinion.signed ? '（已签名）' : '（未签名）'}`,
    ...(isLate(opinion) ? [opinion.receivedAt === null ? '尚未送达服务器' : `送达 ${localTime(opinion.receivedAt)}`] : []),
  ].flatMap((text) => rightAligned(text, width, measurer, '宋体', small))
  return [...wrapped(said, width, measurer), ...name, ...times]
}

function rightAligned(text: string, width: number, measurer: Measurer, font: FontRole, type: TypeSize): CellLine[] {
  const atoms = measurer.atoms(text, font)
  const length = widthOf(atoms) * type.cell
  if (length > width) return wrapped(text, width, measurer, font, type)
  return [{ line: setSingle(atoms), type, shift: width - length, height: type.size * leading, ruleAbove: false }]
}

/** Received more than ten minutes after it was decided: worked on offline, and the reader should see both times. */
function isLate(opinion: SheetOpinion): boolean {
  if (opinion.receivedAt === null) return true
  return Date.parse(opinion.receivedAt) - Date.parse(opinion.claimedAt) > 10 * 60_000
}

/** An instant in Beijing time, 2026-11-24 17:30; what is not an instant comes back as it is. */
export function localTime(iso: string): string {
  const instant = Date.parse(iso)
  if (Number.isNaN(instant)) return iso
  return new Date(instant + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')
}
