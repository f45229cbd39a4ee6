/** The `d` of an SVG path (SVG 1.1 §8.3) as steps of a drawing. */
import type { PathStep } from './drawing.ts'

const TOKEN = /([MmZzLlHhVvCcSsQqTtAa])|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?)|([\s,]+)/y
const COUNTS: Readonly<Record<string, number>> = { M: 2, L: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, T: 2, A: 7, Z: 0 }
const MAX_STEPS = 100_000

type Command = { readonly letter: string; readonly numbers: readonly number[] }

/** Undefined when the text is not a path or is unreasonably long. */
export const readSvgPath = (d: string): readonly PathStep[] | undefined => {
  const commands = commandsOf(d)
  return commands === undefined ? undefined : stepsOf(commands)
}

/** Commands with exactly their numbers; repeated sets are split, and what repeats a move is a line (§8.3.2). */
const commandsOf = (d: string): readonly Command[] | undefined => {
  const commands: Command[] = []
  let letter = ''
  let numbers: number[] = []
  TOKEN.lastIndex = 0
  const flush = (): boolean => letter === '' || numbers.length === 0
  while (TOKEN.lastIndex < d.length) {
    // The two flags of an arc may be written without anything between them.
    const flag = (letter === 'A' || letter === 'a') && (numbers.length === 3 || numbers.length === 4) ? /[01]/y : undefined
    const at = TOKEN.lastIndex
    const first = d[at]!
    if (flag !== undefined && (first === '0' || first === '1')) {
      numbers.push(Number(first))
      TOKEN.lastIndex = at + 1
    } else {
      const match = TOKEN.exec(d)
      if (match === null) return undefined
      if (match[1] !== undefined) {
        if (!flush()) return undefined
        letter = match[1]
        if (commands.length === 0 && letter.toUpperCase() !== 'M') return undefined
        if (letter.toUpperCase() === 'Z') commands.push({ letter, numbers: [] })
        else if (nextIsLetter(d, TOKEN.lastIndex)) return undefined
      } else if (match[2] !== undefined) numbers.push(Number(match[2]))
    }
    const needed = COUNTS[letter.toUpperCase()]
    if (numbers.length > 0 && (needed === undefined || needed === 0 || numbers.some((value) => !Number.isFinite(value) || Math.abs(value) > 1e7))) return undefined
    if (needed !== undefined && needed > 0 && numbers.length === needed) {
      commands.push({ letter, numbers })
      numbers = []
      if (letter === 'M') letter = 'L'
      else if (letter === 'm') letter = 'l'
    }
    if (commands.length > MAX_STEPS) return undefined
  }
  return flush() ? commands : undefined
}

const nextIsLetter = (d: string, at: number): boolean => /^[\s,]*([A-Za-z]|$)/.test(d.slice(at, at + 64))

const stepsOf = (commands: readonly Command[]): readonly PathStep[] => {
  const steps: PathStep[] = []
  let [x, y, startX, startY] = [0, 0, 0, 0]
  /** Control point that a smooth curve mirrors, and of which kind. */
  let mirror: { readonly x: number; readonly y: number; readonly kind: 'cubic' | 'quadratic' } | undefined
  const line = (nx: number, ny: number): void => { steps.push({ to: 'line', x: nx, y: ny }) }
  const quadratic = (cx: number, cy: number, nx: number, ny: number): void => {
    steps.push({ to: 'curve', x1: x + (2 / 3) * (cx - x), y1: y + (2 / 3) * (cy - y), x2: nx + (2 / 3) * (cx - nx), y2: ny + (2 / 3) * (cy - ny), x: nx, y: ny })
    mirror = { x: cx, y: cy, kind: 'quadratic' }
  }
  for (const { letter, numbers } of commands) {
    const upper = letter.toUpperCase()
    const relative = letter !== upper
    const [dx, dy] = relative ? [x, y] : [0, 0]
    const n = (i: number): number => numbers[i] ?? 0
    const px = (i: number): number => n(i) + dx
    const py = (i: number): number => n(i) + dy
    const before = mirror
    mirror = undefined
    const reflected = (kind: 'cubic' | 'quadratic'): readonly [number, number] => (before?.kind === kind ? [2 * x - before.x, 2 * y - before.y] : [x, y])
    let [ex, ey] = [x, y]
    switch (upper) {
      case 'M':
        ;[ex, ey] = [px(0), py(1)]
        ;[startX, startY] = [ex, ey]
        steps.push({ to: 'move', x: ex, y: ey })
        break
      case 'L':
        ;[ex, ey] = [px(0), py(1)]
        line(ex, ey)
        break
      case 'H':
        ex = px(0)
        line(ex, ey)
        break
      case 'V':
        ey = n(0) + dy
        line(ex, ey)
        break
      case 'C':
        ;[ex, ey] = [px(4), py(5)]
        steps.push({ to: 'curve', x1: px(0), y1: py(1), x2: px(2), y2: py(3), x: ex, y: ey })
        mirror = { x: px(2), y: py(3), kind: 'cubic' }
        break
      case 'S': {
        ;[ex, ey] = [px(2), py(3)]
        const [x1, y1] = reflected('cubic')
        steps.push({ to: 'curve', x1, y1, x2: px(0), y2: py(1), x: ex, y: ey })
        mirror = { x: px(0), y: py(1), kind: 'cubic' }
        break
      }
      case 'Q':
        ;[ex, ey] = [px(2), py(3)]
        quadratic(px(0), py(1), ex, ey)
        break
      case 'T': {
        ;[ex, ey] = [px(0), py(1)]
        const [cx, cy] = reflected('quadratic')
        quadratic(cx, cy, ex, ey)
        break
      }
      case 'A':
        ;[ex, ey] = [px(5), py(6)]
        steps.push(...arc({ x, y }, { x: ex, y: ey }, n(0), n(1), n(2), n(3) === 1 ? 'large' : 'small', n(4) === 1 ? 'positive' : 'negative'))
        break
      default:
        ;[ex, ey] = [startX, startY]
        steps.push({ to: 'close' })
    }
    ;[x, y] = [ex, ey]
  }
  return steps
}

type Point = { readonly x: number; readonly y: number }

/** An elliptical arc as cubic curves of at most a quarter turn (SVG 1.1 appendix F.6). */
export const arc = (from: Point, to: Point, rxGiven: number, ryGiven: number, degrees: number, size: 'large' | 'small', sweep: 'positive' | 'negative'): readonly PathStep[] => {
  let [rx, ry] = [Math.abs(rxGiven), Math.abs(ryGiven)]
  if (from.x === to.x && from.y === to.y) return []
  if (rx === 0 || ry === 0) return [{ to: 'line', ...to }]
  const phi = (degrees * Math.PI) / 180
  const [cos, sin] = [Math.cos(phi), Math.sin(phi)]
  const [hx, hy] = [(from.x - to.x) / 2, (from.y - to.y) / 2]
  const [ux, uy] = [cos * hx + sin * hy, -sin * hx + cos * hy]
  const excess = (ux * ux) / (rx * rx) + (uy * uy) / (ry * ry)
  if (excess > 1) {
    rx *= Math.sqrt(excess)
    ry *= Math.sqrt(excess)
  }
  const under = Math.max(0, (rx * rx * ry * ry - rx * rx * uy * uy - ry * ry * ux * ux) / (rx * rx * uy * uy + ry * ry * ux * ux))
  const root = Math.sqrt(under) * ((size === 'large') === (sweep === 'positive') ? -1 : 1)
  const [cxp, cyp] = [(root * rx * uy) / ry, (-root * ry * ux) / rx]
  const [cx, cy] = [cos * cxp - sin * cyp + (from.x + to.x) / 2, sin * cxp + cos * cyp + (from.y + to.y) / 2]
  const start = Math.atan2((uy - cyp) / ry, (ux - cxp) / rx)
  let turn = Math.atan2((-uy - cyp) / ry, (-ux - cxp) / rx) - start
  if (sweep === 'positive' && turn < 0) turn += 2 * Math.PI
  if (sweep === 'negative' && turn > 0) turn -= 2 * Math.PI
  const pieces = Math.max(1, Math.ceil(Math.abs(turn) / (Math.PI / 2) - 1e-9))
  const k = (4 / 3) * Math.tan(turn / pieces / 4)
  const at = (u: number, v: number): readonly [number, number] => [cx + cos * rx * u - sin * ry * v, cy + sin * rx * u + cos * ry * v]
  return Array.from({ length: pieces }, (_, i): PathStep => {
    const [a, b] = [start + (turn * i) / pieces, start + (turn * (i + 1)) / pieces]
    const [x1, y1] = at(Math.cos(a) - k * Math.sin(a), Math.sin(a) + k * Math.cos(a))
    const [x2, y2] = at(Math.cos(b) + k * Math.sin(b), Math.sin(b) - k * Math.cos(b))
    const [x, y] = i === pieces - 1 ? [to.x, to.y] : at(Math.cos(b), Math.sin(b))
    return { to: 'curve', x1, y1, x2, y2, x, y }
  })
}
