/** Pictures in the text (插图): centred, at most as large as the 版心, caption below. */
import type { Picture } from '#core/document'
import { area, lead, type4 } from './grid.ts'
import { breakLines, setSingle } from './lines.ts'
import type { Measurer } from './measure.ts'
import { toMicrometre } from './pages.ts'
import { plainRow, type Row } from './rows.ts'
import { markRegion, placeLine } from './sheets.ts'

/** Pixels of a picture without a stated width, per mm (96 dpi). */
const pixelsPerMm = 96 / 25.4
/** Between picture and caption, mm */
const captionGap = 2

/** Size on paper in mm, shrunk in proportion to fit `most` mm of height. */
export function pictureBox(picture: Picture, most: number): { readonly width: number; readonly height: number } {
  const natural = picture.width > 0 ? picture.width : picture.pixels.width / pixelsPerMm
  const ratio = picture.pixels.height / picture.pixels.width
  const width = Math.min(natural, area.width, most / ratio)
  return { width, height: width * ratio }
}

/** One row: the picture with its caption. */
export function pictureRows(picture: Picture, measurer: Measurer): Row[] {
  const room = area.width / type4.cell
  const lines = picture.caption === '' ? [] : breakLines(measurer.atoms(picture.caption, '黑体'), { first: room, rest: room }).map((line) => (line.width < room ? setSingle(line.atoms) : line))
  const captionHeight = lines.length === 0 ? 0 : captionGap + lines.length * type4.size + (lines.length - 1) * (lead / 2)
  const box = pictureBox(picture, area.height - captionHeight)
  return [{
    ...plainRow,
    height: box.height + captionHeight,
    after: lead,
    region: '插图',
    snaps: true,
    tags: lines.length === 0 ? [] : [{ role: 'Caption', parent: 'block' }],
    draw: ({ target, top, ids }) => {
      const { fileName, hash, mediaType } = picture.file
      target.images.push({
        x: toMicrometre(area.left + (area.width - box.width) / 2), y: toMicrometre(top), width: toMicrometre(box.width), height: toMicrometre(box.height),
        name: fileName, hash, mediaType,
      })
      if (ids !== null) target.marks.push({ element: ids[0]!, image: target.images.length - 1 })
      lines.forEach((line, i) => {
        const left = area.left + (area.width - line.width * type4.cell) / 2
        placeLine(target, line, left, top + box.height + captionGap + i * (type4.size + lead / 2), type4, ids?.[1] ?? null)
      })
      markRegion(target, '插图', top, top + box.height + captionHeight)
    },
  }]
}
