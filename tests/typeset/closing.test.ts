/** 署名, 成文日期, 印章, 附注. Rules Y30–Y38 of docs/spec/layout.md. GB/T 9704 §7.3.5–7.3.6 */
import { describe, expect, it } from 'vitest'
import { claim } from './claim.ts'
import { read, set } from './files.ts'
import { fixture, fixtures, type Fixture } from './fixtures.ts'
import { anywhere, part, textLines, type Line } from './lines.ts'
import { measured, type MeasuredPage } from './measure.ts'
import { area, baselineOfLine, cell3, em, line, tolerance } from './standard.ts'
import { has } from './tools.ts'

const printed = (date: string): string => {
  const [year, month, day] = date.split('-')
  return `${year}年${Number(month)}月${Number(day)}日`
}
/** The edges of the cells of a line whose first or last character is whole. */
const cellLeft = (each: Line): number => each.left + em.three / 2 - cell3 / 2
const cellRight = (each: Line): number => each.right - em.three / 2 + cell3 / 2
const centre = (each: Line): number => (each.left + each.right) / 2

type Closing = { readonly page: MeasuredPage; readonly date: Line; readonly signatures: readonly Line[]; readonly above: Line | undefined }

/** The closing of a fixture as it stands in its PDF. */
function closingOf(found: Fixture): Closing {
  const { content, issue } = found.source
  // The same date may stand in the text: the closing is the last line that is nothing but the date.
  const dated = [...measured(found)].reverse()
  const { page, line: date } = anywhere(dated, printed(issue!.date))
  const names = content.issuers.length > 1 ? content.signature.split(/[ \u3000]+/u) : linesOfName(content.signature, page, date)
  const signatures = names.map((name) => {
    const whole = textLines(page).filter(({ text, y }) => text.includes(name) && y < date.y + 0.01).at(-1)
    if (whole === undefined) throw new Error(`${found.name}: no 署名 ${name} on page ${page.number}`)
    return part(whole, name)
  })
  const top = Math.min(...signatures.map(({ y }) => y))
  return { page, date, signatures, above: textLines(page).filter(({ y }) => y < top - 0.1).at(-1) }
}

/** A name as the lines above the date hold it. */
function linesOfName(name: string, page: MeasuredPage, date: Line): readonly string[] {
  const above = textLines(page).filter(({ y }) => y < date.y - 0.1)
  const lines: string[] = []
  for (let i = above.length - 1; i >= 0 && lines.join('') !== name; i--) lines.unshift(above[i]!.text)
  return lines.join('') === name ? lines : [name]
}

const hasClosing = ({ source: { content, issue } }: Fixture): boolean => content.signature !== '' && (issue?.date ?? '') !== ''
const sealed = () => fixtures.filter((found) => hasClosing(found) && found.source.content.authentication === '盖章')
const isAlone = (found: Fixture): boolean => found.source.content.issuers.length === 1
/** 署名 wider than the 版心 is set in lines of its own. */
const isLong = (found: Fixture): boolean => found.source.content.signature.length > 28
/** A body that ends with a landscape table has no text that could go along with the closing. */
function endsTurned(found: Fixture): boolean {
  const last = found.source.content.body.at(-1)
  return last?.kind === 'table' && last.orientation === 'landscape'
}

/** Where text, a table or a picture above the closing ends. */
function contentBottom(found: Fixture, closing: Closing): number {
  const page = found.layout.pages[closing.page.number - 1]!
  const top = Math.min(...closing.signatures.map((each) => each.top))
  const bottoms = page.regions.filter(({ name }) => name !== '署名' && name !== '附注' && name !== '页码' && name !== '版记').map(({ y, height }) => y + height).filter((bottom) => bottom < top + 0.01)
  return Math.max(...bottoms, closing.above?.bottom ?? 0)
}

describe.skipIf(!has('mutool'))('closing, measured by mutool', () => {
  it('Y30 dates: Arabic, full year, no leading zeros', () => {
    for (const found of fixtures.filter(hasClosing)) {
      const { date } = closingOf(found)
      expect(date.text.replaceAll('\u3000', '')).toMatch(/^\d{4}年[1-9]\d?月[1-9]\d?日$/u)
    }
  })

  it('Y31 sealed, one organ: the date keeps four characters on its right and the 署名 is centred over it', () => {
    let checked = 0
    for (const found of sealed().filter(isAlone)) {
      if (isLong(found)) continue
      const { date, signatures: [signature] } = closingOf(found)
      claim(Math.abs(cellRight(date) - (area.right - 4 * cell3)), found.name).toBeLessThan(tolerance)
      claim(Math.abs(date.y - signature!.y - line), found.name).toBeLessThan(tolerance)
      const width = signature!.right - signature!.left
      const room = 2 * (area.right - centre(date))
      if (width <= room) {
        checked++
        claim(Math.abs(centre(signature!) - centre(date)), found.name).toBeLessThan(tolerance)
      } else {
        // 署名 longer than fits over the date: it stops at the edge, the date keeps its place.
        claim(Math.abs(cellRight(signature!) - area.right), found.name).toBeLessThan(tolerance)
      }
    }
    expect(checked).toBeGreaterThan(30)
  })

  it('Y32 the seal is centred on the date and a little above the middle of 署名 and date, its top within one line of the text', () => {
    for (const found of sealed().filter(isAlone)) {
      if (isLong(found)) continue
      const closing = closingOf(found)
      const { date, signatures: [signature] } = closing
      const [seal] = found.layout.sealPlaces
      claim(found.layout.sealPlaces, found.name).toHaveLength(1)
      claim(seal!.page, found.name).toBe(closing.page.number)
      claim(Math.abs(seal!.x - centre(date)), found.name).toBeLessThan(tolerance)
      const middle = (signature!.top + date.bottom) / 2
      claim(seal!.y, found.name).toBeLessThan(middle)
      claim(middle - seal!.y, found.name).toBeLessThan(line)
      // It presses both.
      const radius = seal!.diameter / 2
      expect(seal!.y - radius).toBeLessThan(signature!.top)
      expect(seal!.y + radius).toBeGreaterThan(date.bottom)
      const gap = seal!.y - radius - contentBottom(found, closing)
      if (endsTurned(found)) continue
      expect(gap, `${found.name}: seal ${gap.toFixed(2)} mm below the text`).toBeGreaterThanOrEqual(0)
      expect(gap, `${found.name}: seal ${gap.toFixed(2)} mm below the text`).toBeLessThanOrEqual(line + tolerance)
    }
  })

  it('Y33 joint seals: one centred on each 署名, the last on the date as well; no two touch; rows inside the 版心, in order', () => {
    const joint = sealed().filter((found) => !isAlone(found))
    expect(joint.length).toBeGreaterThanOrEqual(9)
    for (const found of joint) {
      const closing = closingOf(found)
      const { date, signatures } = closing
      const seals = found.layout.sealPlaces
      claim(seals, found.name).toHaveLength(found.source.content.issuers.length)
      seals.forEach((seal, i) => {
        expect(Math.abs(seal.x - centre(signatures[i]!)), `${found.name} seal ${i + 1}`).toBeLessThan(tolerance)
        const radius = seal.diameter / 2
        expect(seal.y - radius).toBeLessThan(signatures[i]!.top)
        expect(seal.y + radius).toBeGreaterThan(signatures[i]!.bottom)
        claim(seal.x - radius, found.name).toBeGreaterThanOrEqual(area.left - tolerance)
        claim(seal.x + radius, found.name).toBeLessThanOrEqual(area.right + tolerance)
        for (const other of seals.slice(i + 1)) {
          expect(Math.hypot(seal.x - other.x, seal.y - other.y), `${found.name}: seals ${i + 1} touch`).toBeGreaterThan(radius + other.diameter / 2)
        }
        const before = seals[i - 1]
        // Left to right, then the next row.
        if (before !== undefined) claim(seal.y > before.y + 1 || (Math.abs(seal.y - before.y) < tolerance && seal.x > before.x), found.name).toBe(true)
      })
      claim(Math.abs(centre(date) - centre(signatures.at(-1)!)), found.name).toBeLessThan(tolerance)
      claim(Math.abs(date.y - signatures.at(-1)!.y - line), found.name).toBeLessThan(tolerance)
      const first = seals[0]!
      const gap = first.y - first.diameter / 2 - contentBottom(found, closing)
      expect(gap, `${found.name}: first row ${gap.toFixed(2)} mm below the text`).toBeGreaterThanOrEqual(0)
      expect(gap, `${found.name}: first row ${gap.toFixed(2)} mm below the text`).toBeLessThanOrEqual(line + tolerance)
    }
  })

  it('Y34 not sealed: one blank line, 署名 two from the right, the date two right of its first character', () => {
    const found = fixture(49)
    const closing = closingOf(found)
    const [signature] = closing.signatures
    expect(Math.abs(signature!.y - closing.above!.y - 2 * line)).toBeLessThan(tolerance)
    expect(Math.abs(cellRight(signature!) - (area.right - 2 * cell3))).toBeLessThan(tolerance)
    expect(Math.abs(closing.date.y - signature!.y - line)).toBeLessThan(tolerance)
    // Digits are narrow: their cell is their advance.
    expect(Math.abs(closing.date.left - cellLeft(signature!) - 2 * cell3)).toBeLessThan(0.2)
  })

  it('Y34 not sealed, the date longer than the 署名: the date two from the right, the 署名 two left of its first character', () => {
    const { date, signatures: [signature], above } = closingOf(fixture(48))
    expect(Math.abs(signature!.y - above!.y - 2 * line)).toBeLessThan(tolerance)
    expect(date.right - date.left).toBeGreaterThan(signature!.right - signature!.left)
    expect(Math.abs(cellRight(date) - (area.right - 2 * cell3))).toBeLessThan(tolerance)
    expect(Math.abs(date.left - cellLeft(signature!) - 2 * cell3)).toBeLessThan(0.2)
  })

  it('Y34 not sealed, joint: the host first, the others below in order', () => {
    const found = fixture(32)
    const { signatures, date } = closingOf(found)
    for (let i = 1; i < signatures.length; i++) expect(Math.abs(signatures[i]!.y - signatures[i - 1]!.y - line)).toBeLessThan(tolerance)
    expect(Math.abs(date.y - signatures.at(-1)!.y - line)).toBeLessThan(tolerance)
    expect(found.layout.sealPlaces).toHaveLength(0)
  })

  it('Y35 signature stamp: the post left of the stamp, the date four from the right', () => {
    for (const number of [5, 6, 17, 33, 34, 78]) {
      const found = fixture(number)
      const { date, signatures } = closingOf(found)
      claim(Math.abs(cellRight(date) - (area.right - 4 * cell3)), found.name).toBeLessThan(tolerance)
      signatures.forEach((signature, i) => {
        claim(signature.right, found.name).toBeLessThan(area.right - 6 * cell3)
        if (i > 0) claim(Math.abs(signature.right - signatures[0]!.right), found.name).toBeLessThan(tolerance)
      })
      // One blank line at least between stamp and date; the stamp is higher than the post beside it.
      claim(date.y - signatures.at(-1)!.y, found.name).toBeGreaterThan(2 * line)
    }
  })

  it('Y36 附注 in round brackets, indented by two, on the line after the date', () => {
    const noted = fixtures.filter((found) => found.source.content.note !== '' && hasClosing(found))
    expect(noted.length).toBeGreaterThanOrEqual(6)
    for (const found of noted) {
      const { page, date } = closingOf(found)
      const below = textLines(page).filter(({ y }) => y > date.y + 0.1)
      claim(below[0]!.text.startsWith('（'), found.name).toBe(true)
      claim(Math.abs(below[0]!.y - date.y - line), found.name).toBeLessThan(tolerance)
      // The bracket is drawn in the right half of its cell.
      claim(below[0]!.left - area.left - 2 * cell3, found.name).toBeGreaterThan(-tolerance)
      claim(below[0]!.left - area.left - 2 * cell3, found.name).toBeLessThan(cell3 / 2 + tolerance)
    }
  })

  it('Y37 署名 and date never stand on a page without text', () => {
    for (const found of fixtures.filter(hasClosing)) {
      if (endsTurned(found)) continue
      const closing = closingOf(found)
      expect(closing.above, `${found.name} page ${closing.page.number}`).toBeDefined()
      expect(closing.above!.y, `${found.name} page ${closing.page.number}`).toBeGreaterThan(baselineOfLine(1) - 0.2)
    }
  })

  it('Y38 a long 署名 stays inside the 版心', () => {
    for (const number of [35, 45, 46]) {
      for (const page of measured(fixture(number))) {
        for (const each of textLines(page)) claim(each.right, each.text).toBeLessThanOrEqual(area.right + em.three / 2 + tolerance)
      }
    }
  })
})

describe('closing, for every length of text', () => {
  const organ = '白泉市人民政府办公室'
  const source = (count: number, seal: string, files: number) => read(`---
文种: 通知
发文机关: [${organ}]
发文字号: 白政办发〔2026〕1号
标题: ${organ}关于做好有关工作的通知
主送: [各区县人民政府]
成文日期: 2026-09-10
印章: ${seal}
附件: [${Array.from({ length: files }, (_, i) => `{名称: 第${i + 1}份材料, 文件: ${i}.doc, 类型: application/msword, 大小: "1", 摘要: ${'ab'.repeat(32)}}`).join(', ')}]
---
${'坚持预防为主，把隐患消除在萌芽状态。\n'.repeat(count)}`)

  for (const [seal, files] of [['盖章', 0], ['盖章', 2], ['不盖章', 0], ['签名章', 0]] as const) {
    it(`Y37 ${seal}, ${files} attachments: from 1 to 60 lines the closing has text above it, page 1 shows body, and no page is passed over`, () => {
      for (let count = 1; count <= 60; count++) {
        const layout = set(source(count, seal, files))
        const page = layout.pages.find(({ regions }) => regions.some(({ name }) => name === '署名'))!
        // One line cannot be parted, and the first page must show it.
        if (count === 1 && page.number > 1) continue
        const closingTop = page.regions.find(({ name }) => name === '署名')!.y
        const text = page.regions.filter(({ name }) => name === '正文' || name === '附件说明').filter(({ y }) => y < closingTop)
        expect(text.length, `${count} lines`).toBeGreaterThan(0)
        expect(layout.anchors[0]!.page, `${count} lines`).toBe(1)
        for (const each of layout.pages) expect(each.regions.filter(({ name }) => name !== '页码').length, `${count} lines, page ${each.number}`).toBeGreaterThan(0)
        for (const { y, diameter } of layout.sealPlaces) {
          const bottom = Math.max(...text.map((region) => region.y + region.height))
          expect(y - diameter / 2 - bottom, `${count} lines`).toBeGreaterThanOrEqual(0)
          expect(y - diameter / 2 - bottom, `${count} lines`).toBeLessThanOrEqual(line + tolerance)
        }
      }
    })
  }
})
