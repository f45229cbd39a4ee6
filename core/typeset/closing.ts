/** What follows the body: 附件说明, 署名, 成文日期, place of the seal, 附注. GB/T 9704 §7.3.4–7.3.6 */
import type { DocumentContent, Issue } from '#core/document'
import type { Row } from './body.ts'
import { blankDate, printedDate } from './dates.ts'
import { area, charsPerLine, lead, linePitch, type3 } from './grid.ts'
import { breakLines, setSingle, type Line } from './lines.ts'
import { widthOf, type Measurer } from './measure.ts'
import { placeholderGrey, toMicrometre, type SealPlace } from './pages.ts'
import { markRegion, placeLine, type Sheets } from './sheets.ts'

/** 附件说明: one blank line below the body; a wrapped name aligns with the first character of the name above. §7.3.4 */
export function attachmentNoteRows(content: DocumentContent, measurer: Measurer): Row[] {
  const several = content.attachments.length > 1
  return content.attachments.flatMap((attachment, i) => {
    const label = i === 0 ? '附件：' : ''
    const number = several ? `${i + 1}.` : ''
    const labelAtoms = measurer.atoms(label, '仿宋')
    const numberAtoms = measurer.atoms(number, '仿宋')
    // Names start in one column, also below 10.
    const numberWidth = several ? widthOf(measurer.atoms(content.attachments.length > 9 ? '10.' : '1.', '仿宋')) + 0.25 : 0
    const indent = 2 + 3 + numberWidth
    const lines = breakLines(measurer.atoms(attachment.name, '仿宋'), { first: charsPerLine - indent, rest: charsPerLine - indent })
    return lines.map((line, at): Row => ({
      line: at === 0 ? withLabel(line, labelAtoms, numberAtoms, numberWidth) : line,
      indent: (at === 0 ? 2 : indent) * type3.cell,
      type: type3,
      region: '附件说明',
      blankAbove: i === 0 && at === 0 ? 1 : 0,
      starts: null,
    }))
  })
}

function withLabel(line: Line, label: ReturnType<Measurer['atoms']>, number: ReturnType<Measurer['atoms']>, numberWidth: number): Line {
  const head = setSingle(label)
  const figure = setSingle(number)
  const shift = 3 + numberWidth
  return {
    atoms: [...label, ...number, ...line.atoms],
    offsets: [...head.offsets, ...figure.offsets.map((x) => x + 3), ...line.offsets.map((x) => x + shift)],
    width: line.width + shift,
  }
}

/** A closing measured from the bottom of the text above it, mm. */
export type Closing = {
  /** room needed below the text, mm; 0 when there is nothing to place */
  readonly height: number
  /** Writes it below `textBottom` on the current page and moves the cursor; returns where the seal goes. */
  place(sheets: Sheets, textBottom: number): SealPlace | null
}

/** How far the seal's top stays from the text at least, mm; at most it is one line. §7.3.5.1 */
const sealClearance = 0.5
/** The seal may reach this far below the 版心, mm: it presses the date, it is not text. */
const sealOverhang = 5
/** Room kept for a signature stamp, mm. §7.3.5.3 */
const stampBox = { width: 40, height: 20 } as const

/** 署名, 成文日期 and 附注 for the content's way of authentication. `sealDiameter` in mm. */
export function closingOf(content: DocumentContent, issue: Issue | null, sealDiameter: number, measurer: Measurer): Closing {
  if (content.signature === '' && content.authentication === '不盖章') return noteOnly(content, measurer)
  const isDated = issue !== null && issue.date !== ''
  const date = setSingle(isDated ? measurer.atoms(printedDate(issue.date), '仿宋') : measurer.atoms(blankDate, '仿宋', placeholderGrey))
  const signature = setSingle(measurer.atoms(content.signature, '仿宋'))
  const note = content.note === '' ? [] : breakLines(measurer.atoms(`（${content.note}）`, '仿宋'), { first: charsPerLine - 2, rest: charsPerLine })
  const plan = signaturePlan(content, signature.width, date.width, sealDiameter)
  const noteTop = plan.dateTop + linePitch
  const textHeight = note.length === 0 ? plan.dateTop + type3.size : noteTop + (note.length - 1) * linePitch + type3.size
  const sealBottom = plan.seal === null ? 0 : plan.seal.y + plan.seal.diameter / 2 - sealOverhang
  return {
    height: Math.max(textHeight, sealBottom),
    place(sheets, textBottom) {
      const sheet = sheets.current
      const at = (cells: number): number => area.left + cells * type3.cell
      placeLine(sheet, signature, at(plan.signatureLeft), textBottom + plan.signatureTop, type3)
      placeLine(sheet, date, at(plan.dateLeft), textBottom + plan.dateTop, type3)
      markRegion(sheet, '署名', textBottom + plan.signatureTop, textBottom + plan.dateTop + type3.size)
      note.forEach((line, i) => {
        const top = textBottom + noteTop + i * linePitch
        placeLine(sheet, line, at(i === 0 ? 2 : 0), top, type3)
        markRegion(sheet, '附注', top, top + type3.size)
      })
      sheets.top = textBottom + textHeight + lead
      if (plan.seal === null) return null
      const { x, y, diameter } = plan.seal
      return { page: sheet.number, x: toMicrometre(x), y: toMicrometre(textBottom + y), diameter }
    },
  }
}

/** Unsigned texts such as minutes end with their body, and 附注 if there is one. */
function noteOnly(content: DocumentContent, measurer: Measurer): Closing {
  const note = content.note === '' ? [] : breakLines(measurer.atoms(`（${content.note}）`, '仿宋'), { first: charsPerLine - 2, rest: charsPerLine })
  const height = note.length === 0 ? 0 : lead + (note.length - 1) * linePitch + type3.size
  return {
    height,
    place(sheets, textBottom) {
      note.forEach((line, i) => {
        const top = textBottom + lead + i * linePitch
        placeLine(sheets.current, line, area.left + (i === 0 ? 2 : 0) * type3.cell, top, type3)
        markRegion(sheets.current, '附注', top, top + type3.size)
      })
      sheets.top = textBottom + height + lead
      return null
    },
  }
}

/** Lefts in cells, tops in mm below the text. */
type Plan = {
  readonly signatureLeft: number
  readonly dateLeft: number
  readonly signatureTop: number
  readonly dateTop: number
  /** x in mm on the page, y in mm below the text */
  readonly seal: { readonly x: number; readonly y: number; readonly diameter: number } | null
}

function signaturePlan(content: DocumentContent, signatureWidth: number, dateWidth: number, sealDiameter: number): Plan {
  switch (content.authentication) {
    case '盖章':
      return sealedPlan(signatureWidth, dateWidth, sealDiameter)
    case '不盖章':
      return unsealedPlan(signatureWidth, dateWidth)
    case '签名章':
      return stampPlan(signatureWidth, dateWidth)
  }
}

/** Sealed: the date keeps 4 characters on its right, the 署名 is centred over it, the seal is centred on both. §7.3.5.1 */
function sealedPlan(signatureWidth: number, dateWidth: number, diameter: number): Plan {
  const dateLeft = charsPerLine - 4 - dateWidth
  const centre = dateLeft + dateWidth / 2
  // A long 署名 stops at the edge of the 版心; the date keeps its place.
  const signatureLeft = Math.max(0, Math.min(centre - signatureWidth / 2, charsPerLine - signatureWidth))
  // As few blank lines as keep the seal off the text: its top is then within one line of it.
  let blank = 0
  while (lead + blank * linePitch - diameter / 2 < sealClearance) blank++
  const signatureTop = lead + blank * linePitch
  return {
    signatureLeft,
    dateLeft,
    signatureTop,
    dateTop: signatureTop + linePitch,
    // 署名 and date lie a little below the seal's centre.
    seal: { x: area.left + centre * type3.cell, y: signatureTop, diameter },
  }
}

/** Unsealed: one blank line; 署名 2 from the right; the date starts 2 characters after it, or keeps 2 itself when longer. §7.3.5.2 */
function unsealedPlan(signatureWidth: number, dateWidth: number): Plan {
  const signatureTop = lead + linePitch
  const isDateLonger = dateWidth > signatureWidth
  const signatureLeft = isDateLonger ? charsPerLine - 2 - dateWidth - 2 : charsPerLine - 2 - signatureWidth
  return { signatureLeft: Math.max(0, signatureLeft), dateLeft: Math.max(0, signatureLeft) + 2, signatureTop, dateTop: signatureTop + linePitch, seal: null }
}

/** Signature stamp: two blank lines, stamp 4 from the right, post 2 characters left of it; date one blank line below. §7.3.5.3 */
function stampPlan(signatureWidth: number, dateWidth: number): Plan {
  const stampTop = lead + 2 * linePitch
  const stampLeft = charsPerLine - 4 - stampBox.width / type3.cell
  return {
    signatureLeft: Math.max(0, stampLeft - 2 - signatureWidth),
    dateLeft: charsPerLine - 4 - dateWidth,
    signatureTop: stampTop + (stampBox.height - type3.size) / 2,
    dateTop: stampTop + stampBox.height + lead + linePitch,
    seal: null,
  }
}
