/** What follows the body: 署名, 成文日期, places of the seals, 附注. GB/T 9704 §7.3.5–7.3.6 */
import { signaturesOf, type DocumentContent, type Issue } from '#core/document'
import type { Plan, SignatureSize } from './closing-plan.ts'
import { blankDate, printedDate } from './dates.ts'
import { area, charsPerLine, lead, linePitch, type3 } from './grid.ts'
import { breakLines, setSingle, type Line } from './lines.ts'
import type { Measurer } from './measure.ts'
import { partNameWithin } from './names.ts'
import { placeholderGrey, toMicrometre, type SealPlace } from './pages.ts'
import { sealedPlan } from './sealed.ts'
import { addElement, markRegion, nextPage, placeLine, type Sheets } from './sheets.ts'
import { stampPlan, unsealedPlan } from './unsealed.ts'

export { signaturesOf }

/** A closing measured from the bottom of the text above it, mm. */
export type Closing = {
  /** room needed below the text, mm; 0 when there is nothing to place */
  readonly height: number
  /** what must stand below the text at least before the rest may go on over the page: the first row of many seals. mm */
  readonly least: number
  /** Writes it below `textBottom` on the current page and moves the cursor; returns where the seals go, the host's first. */
  place(sheets: Sheets, textBottom: number): readonly SealPlace[]
}

/** Cells of a 署名 on one line: beyond it the name would touch both edges. */
const longestSignature = 26

/** The seal may reach this far below the 版心, mm: it presses the date, it is not text. */
const sealOverhang = 5

/** 署名, 成文日期 and 附注 for the content's way of authentication. `sealDiameter` in mm. */
export function closingOf(content: DocumentContent, issue: Issue | null, sealDiameter: number, measurer: Measurer): Closing {
  const note = content.note === '' ? [] : breakLines(measurer.atoms(`（${content.note}）`, '仿宋'), { first: charsPerLine - 2, rest: charsPerLine })
  if (content.signature === '' && content.authentication === '不盖章') return noteOnly(note)
  const isDated = issue !== null && issue.date !== ''
  const date = setSingle(isDated ? measurer.atoms(printedDate(issue.date), '仿宋') : measurer.atoms(blankDate, '仿宋', placeholderGrey))
  const signatures = signaturesOf(content).map((text) => signatureLines(text, measurer))
  const plan = planOf(content, signatures.map((lines) => ({ width: Math.max(...lines.map((line) => line.width)), lines: lines.length })), date.width, sealDiameter)
  const noteTop = plan.date.top + linePitch
  const textHeight = note.length === 0 ? plan.date.top + type3.size : noteTop + (note.length - 1) * linePitch + type3.size
  const sealBottom = Math.max(0, ...plan.seals.map((seal) => seal.y + seal.diameter / 2 - sealOverhang))
  const height = Math.max(textHeight, sealBottom)
  const firstRow = plan.seals[0] === undefined ? 0 : plan.seals[0].y + plan.seals[0].diameter / 2 - sealOverhang
  return {
    height,
    least: height > area.height && signatures.length > 1 ? Math.max(firstRow, (plan.signatures[0]?.top ?? 0) + type3.size) : height,
    place(sheets, start) {
      const at = (cells: number): number => area.left + cells * type3.cell
      let textBottom = start
      const seals: SealPlace[] = []
      const radius = plan.seals[0] === undefined ? 0 : plan.seals[0].diameter / 2
      // Very many organs: a row that has no room goes on at the top of the next page.
      const goOn = (top: number, below: number): void => {
        if (textBottom + top + below <= area.bottom + sealOverhang + 0.001 || textBottom + top - radius <= area.top) return
        nextPage(sheets)
        textBottom = area.top - (top - radius)
      }
      signatures.forEach((lines, i) => {
        const { left, top } = plan.signatures[i]!
        if (signatures.length > 1) goOn(top, Math.max(radius, type3.size))
        const sheet = sheets.current
        const seal = plan.seals[i]
        if (seal !== undefined) seals.push({ page: sheet.number, x: toMicrometre(seal.x), y: toMicrometre(textBottom + seal.y), diameter: seal.diameter })
        const width = Math.max(...lines.map((line) => line.width))
        const element = addElement(sheets, 'P')
        lines.forEach((line, j) => placeLine(sheet, line, at(left + (width - line.width) / 2), textBottom + top + j * linePitch, type3, element))
        markRegion(sheet, '署名', textBottom + top, textBottom + top + (lines.length - 1) * linePitch + type3.size)
      })
      const sheet = sheets.current
      placeLine(sheet, date, at(plan.date.left), textBottom + plan.date.top, type3, isDated ? addElement(sheets, 'P') : null)
      markRegion(sheet, '署名', textBottom + plan.date.top, textBottom + plan.date.top + type3.size)
      placeNote(sheets, note, textBottom + noteTop)
      sheets.bottom = textBottom + textHeight
      sheets.top = sheets.bottom + lead
      // A seal without a 署名 still has its place over the date.
      return seals.length > 0 ? seals : plan.seals.map(({ x, y, diameter }) => ({ page: sheet.number, x: toMicrometre(x), y: toMicrometre(textBottom + y), diameter }))
    },
  }
}

/** Unsigned texts such as minutes end with their body, and 附注 if there is one. */
function noteOnly(note: readonly Line[]): Closing {
  const height = note.length === 0 ? 0 : lead + (note.length - 1) * linePitch + type3.size
  return {
    height,
    least: height,
    place(sheets, textBottom) {
      placeNote(sheets, note, textBottom + lead)
      sheets.bottom = textBottom + height
      sheets.top = sheets.bottom + lead
      return []
    },
  }
}

/** 附注: in round brackets, indented by two characters, on the line after the date. §7.3.6 */
function placeNote(sheets: Sheets, note: readonly Line[], top: number): void {
  if (note.length === 0) return
  const element = addElement(sheets, 'P')
  note.forEach((line, i) => {
    const y = top + i * linePitch
    placeLine(sheets.current, line, area.left + (i === 0 ? 2 : 0) * type3.cell, y, type3, element)
    markRegion(sheets.current, '附注', y, y + type3.size)
  })
}

function planOf(content: DocumentContent, signatures: readonly SignatureSize[], dateWidth: number, sealDiameter: number): Plan {
  switch (content.authentication) {
    case '盖章':
      return sealedPlan(signatures, dateWidth, sealDiameter)
    case '不盖章':
      return unsealedPlan(signatures, dateWidth)
    case '签名章':
      return stampPlan(signatures.map((signature) => signature.width), dateWidth)
  }
}

/** A name longer than the line is set in as many lines as it needs, of much the same length, one centred under the other. */
function signatureLines(text: string, measurer: Measurer): Line[] {
  const atoms = measurer.atoms(text, '仿宋')
  const whole = setSingle(atoms)
  if (whole.width <= longestSignature) return [whole]
  return partNameWithin(text, longestSignature).map((part) => setSingle(measurer.atoms(part, '仿宋')))
}
