/** A drawing as content of a PDF form (ISO 32000-1 §8.5), drawn with Multiply so that text under a seal stays readable. */
import { utf8 } from '#core/formats'
import type { Colour, Drawing, PathStep, Shape } from './drawing.ts'

const number = (value: number): string => (Number.isInteger(value) ? String(value) : String(Number(value.toFixed(5))))
const colour = ({ r, g, b }: Colour): string => `${number(r)} ${number(g)} ${number(b)}`

/** Operators in points, origin at the lower left. The form's resources must name the graphics state Multiply. */
export const pdfOperators = (drawing: Drawing): Uint8Array => {
  const lines = ['/Multiply gs']
  const state = { fill: '', stroke: '', width: '' }
  const set = (shape: Shape): void => {
    const change = (key: 'fill' | 'stroke' | 'width', value: string, operator: string): void => {
      if (state[key] !== value) lines.push(`${value} ${operator}`)
      state[key] = value
    }
    if (shape.fill !== undefined) change('fill', colour(shape.fill), 'rg')
    if (shape.stroke === undefined) return
    change('stroke', colour(shape.stroke.colour), 'RG')
    change('width', number(shape.stroke.width), 'w')
  }
  // The first colours go before the matrix: one place where all of a seal's ink is stated.
  const filled = drawing.shapes.find((shape) => shape.fill !== undefined)
  const stroked = drawing.shapes.find((shape) => shape.stroke !== undefined)
  set({ path: [], ...(filled?.fill === undefined ? {} : { fill: filled.fill }), ...(stroked?.stroke === undefined ? {} : { stroke: stroked.stroke }) })
  lines.push(`1 0 0 1 ${number(drawing.originX)} ${number(drawing.originY)} cm`)
  for (const shape of drawing.shapes) {
    set(shape)
    lines.push(shape.path.length === 0 ? '' : `${shape.path.map(step).join(' ')} ${paint(shape)}`)
  }
  return utf8(`q\n${lines.join('\n')}\nQ\n`)
}

const paint = ({ fill, stroke, rule }: Shape): string => {
  const even = rule === 'evenodd' ? '*' : ''
  if (fill === undefined) return stroke === undefined ? 'n' : 'S'
  return stroke === undefined ? `f${even}` : `B${even}`
}

const step = (part: PathStep): string => {
  switch (part.to) {
    case 'move':
      return `${number(part.x)} ${number(part.y)} m`
    case 'line':
      return `${number(part.x)} ${number(part.y)} l`
    case 'curve':
      return `${[part.x1, part.y1, part.x2, part.y2, part.x, part.y].map(number).join(' ')} c`
    case 'close':
      return 'h'
  }
}
