/** Shapes → SVG markup. */
import { escapeXml } from '../svg.ts'
import type { Group, Pen, SceneGlyph, Shape } from './scene.ts'
import type { Sink } from './svg-sink.ts'
import { matrix, num } from './svg-values.ts'

/** Writes the shapes in order. */
export function drawShapes(shapes: readonly Shape[], sink: Sink): void {
  for (const shape of shapes) {
    switch (shape.kind) {
      case 'group':
        drawGroup(shape, sink)
        break
      case 'path':
        if (shape.data !== '') sink.write(`<path d="${shape.data}"${sink.paint('fill', shape.fill)}${shape.fill !== null && shape.rule === 'evenodd' ? ' fill-rule="evenodd"' : ''}${pen(shape.pen, 1, sink)}/>`)
        break
      case 'image': {
        const id = sink.image(shape.media)
        if (id !== null) sink.write(`<use href="#${id}"/>`)
        break
      }
      case 'notice':
        sink.write(
          '<rect width="1" height="1" fill="#f3f3f3" stroke="#8c8c8c" stroke-width="0.01"/>' +
            `<text x="0.5" y="0.55" font-size="0.12" text-anchor="middle" fill="#595959">${escapeXml(shape.text)}</text>`,
        )
        break
      case 'text':
        drawText(shape, sink)
    }
  }
}

function drawGroup(group: Group, sink: Sink): void {
  if (group.shapes.length === 0) return
  const [a, b, c, d, e, f] = group.transform
  const isMove = a === 1 && b === 0 && c === 0 && d === 1
  const transform = !isMove ? ` transform="${matrix(group.transform)}"` : e === 0 && f === 0 ? '' : ` transform="translate(${num(e)} ${num(f)})"`
  const [first, ...more] = group.clips.map((clip) => ` clip-path="url(#${sink.clip(clip)})"`)
  const opacity = group.opacity < 1 ? ` opacity="${num(group.opacity)}"` : ''
  const blend = group.blend === 'multiply' ? ' style="mix-blend-mode:multiply"' : ''
  const attributes = `${transform}${first ?? ''}${opacity}${blend}`
  if (attributes === '') return drawShapes(group.shapes, sink)
  sink.write(`<g${attributes}>${more.map((clip) => `<g${clip}>`).join('')}`)
  drawShapes(group.shapes, sink)
  sink.write(`${'</g>'.repeat(more.length)}</g>`)
}

/** Stroke attributes; `unit`: how many mm one unit of the space is. */
function pen({ paint, width, cap, join, miterLimit, dash, dashOffset }: Pen, unit: number, sink: Sink): string {
  if (paint === null) return ''
  return (
    `${sink.paint('stroke', paint)} stroke-width="${num(width / unit)}"${cap === 'butt' ? '' : ` stroke-linecap="${cap}"`}` +
    `${join === 'miter' ? ` stroke-miterlimit="${num(miterLimit)}"` : ` stroke-linejoin="${join}"`}` +
    `${dash.length === 0 ? '' : ` stroke-dasharray="${dash.map((length) => num(length / unit)).join(' ')}" stroke-dashoffset="${num(dashOffset / unit)}"`}`
  )
}

type TextShape = Extract<Shape, { kind: 'text' }>

/** Outlines where the font brings them, letters for the rest, and a clear text over the outlines: to select, search and hear. */
function drawText(text: TextShape, sink: Sink): void {
  const { font, size, horizontalScale, charDirection } = text
  const unitsPerEm = font.outlines()?.unitsPerEm ?? 0
  const uses: string[] = []
  const outlined: SceneGlyph[] = []
  const lettered: SceneGlyph[] = []
  if (unitsPerEm > 0) {
    const unit = size / unitsPerEm
    const turn = charDirection === 0 ? '' : ` rotate(${num(-charDirection)})`
    for (const glyph of text.glyphs) {
      const id = glyph.glyphId === null ? null : sink.glyph(font, glyph.glyphId)
      if (id === null) {
        lettered.push(glyph)
        continue
      }
      outlined.push(glyph)
      if (id === '') continue
      const [x, y] = [num(glyph.x / unit / horizontalScale), num(-glyph.y / unit)]
      uses.push(turn === '' ? `<use href="#${id}" x="${x}" y="${y}"/>` : `<use href="#${id}" transform="translate(${x} ${y})${turn}"/>`)
    }
    if (uses.length > 0) {
      sink.write(`<g transform="${matrix([unit * horizontalScale, 0, 0, -unit, 0, 0])}"${sink.paint('fill', text.fill)}${pen(text.pen, unit, sink)}>${uses.join('')}</g>`)
    }
  } else lettered.push(...text.glyphs)
  drawLetters(lettered, text, `${sink.paint('fill', text.fill)}${pen(text.pen, 1, sink)}`, sink)
  drawLetters(outlined, text, ' fill-opacity="0"', sink)
}

function drawLetters(glyphs: readonly SceneGlyph[], text: TextShape, look: string, sink: Sink): void {
  let run: SceneGlyph[] = []
  const flush = (): void => {
    if (run.some((glyph) => glyph.text.trim() !== '')) sink.write(letters(run, text, look, sink))
    run = []
  }
  for (const glyph of glyphs) {
    // Letters of one glyph (a ligature) follow each other by the font's own widths, so they are a text of their own.
    const isSeveral = glyph.text.length > (glyph.text.codePointAt(0)! > 0xffff ? 2 : 1)
    if (isSeveral) flush()
    run.push(glyph)
    if (isSeveral) flush()
  }
  flush()
}

function letters(run: readonly SceneGlyph[], text: TextShape, look: string, sink: Sink): string {
  const scale = text.horizontalScale
  // Positions count UTF-16 units, so a character outside the BMP needs its place twice.
  const each = (value: (glyph: SceneGlyph) => string): string[] =>
    run.flatMap((glyph) => (glyph.text.length === 2 && run.length > 1 ? [value(glyph), value(glyph)] : glyph.text === '' ? [] : [value(glyph)]))
  const ys = each((glyph) => num(glyph.y))
  const isLevel = ys.every((y) => y === ys[0])
  return (
    `<text${scale === 1 ? '' : ` transform="scale(${num(scale)} 1)"`} x="${each((glyph) => num(glyph.x / scale)).join(' ')}" y="${isLevel ? ys[0] : ys.join(' ')}" ` +
    `font-family="${sink.family(text.font)}" font-size="${num(text.size)}"${text.bold ? ' font-weight="bold"' : ''}${text.italic ? ' font-style="italic"' : ''}` +
    `${text.charDirection === 0 ? '' : ` rotate="${num(text.charDirection)}"`}${look} xml:space="preserve">${escapeXml(run.map((glyph) => glyph.text).join(''))}</text>`
  )
}
