/** Content streams run through for what they use. ISO 19005-2 §6.2.2 and what it leads to */
import type { ColourCheck } from './colour.ts'
import type { PdfFile } from './file.ts'
import type { FontUses } from './font-use.ts'
import { checkGraphicsState } from './graphics-state.ts'
import { checkImage, checkInlineImage, checkIntent } from './image.ts'
import { isSpace, readOrSkip, readValue, skipSpace, type Cursor } from './syntax.ts'
import { isArray, isStream, isText, isWord, nameOf, numberOf, Unreadable, type PdfDict, type PdfName, type PdfStream, type PdfValue } from './values.ts'

export type Scope = {
  readonly resources: PdfDict | null
  /** where a stream without its own entry would look, which it must not */
  readonly outer: Scope | null
  readonly origin: 'own' | 'inherited'
}
export type Painting = {
  readonly file: PdfFile
  readonly colours: ColourCheck
  readonly fonts: FontUses
  /** streams that were run, and whether they paint with transparency: shared by all pages */
  readonly done: Map<PdfStream, { isTransparent: boolean }>
  isTransparent: boolean
}
type Colour = { readonly space: PdfValue; readonly resources: PdfDict | null }
type State = {
  fill: Colour
  stroke: Colour
  font: PdfDict | null
  /** text rendering mode */
  mode: number
  overprintFill: boolean
  overprintStroke: boolean
  overprintMode: number
}

const name = (text: string): PdfName => ({ kind: 'name', name: text })
const maxDepth = 24
const maxNesting = 28
const operators = new Set(('b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M MP n q Q re RG rg ri s S SC sc SCN scn ' +
  'sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y \' "').split(' '))

/** The state that a page begins with. */
export function initialState(resources: PdfDict | null): State {
  const black = { space: name('DeviceGray'), resources }
  return { fill: black, stroke: black, font: null, mode: 0, overprintFill: false, overprintStroke: false, overprintMode: 0 }
}

export function runContent(painting: Painting, data: Uint8Array, scope: Scope, start: State, depth: number): void {
  const { file } = painting
  const cursor: Cursor = { bytes: data, at: 0, report: file.report, references: 'none', budget: file.budget }
  const stack: State[] = []
  let state: State = { ...start }
  let operands: PdfValue[] = []
  for (;;) {
    skipSpace(cursor)
    if (cursor.at >= data.length) return
    const value = readOrSkip(cursor)
    if (value === null) continue
    if (!isWord(value)) {
      if (operands.length < 20_000) operands.push(value)
      continue
    }
    const { word } = value
    if (!operators.has(word)) file.report.add('6.2.2', 'operator', `内容流含有未定义的操作符 ${word.slice(0, 40)}`)
    if (word === 'q') {
      stack.push({ ...state })
      if (stack.length > maxNesting) file.report.add('6.1.13', 'state-nesting', '图形状态嵌套（q/Q）超过 28 层')
      if (stack.length > 10_000) return
    } else if (word === 'Q') state = stack.pop() ?? state
    else if (word === 'BI') {
      if (!runInlineImage(painting, cursor, scope, state)) return
    } else perform(painting, word, operands, scope, state, depth)
    operands = []
  }
}

/** Runs a stream unless it was run before; either way what it paints with is noted. */
function runOnce(painting: Painting, stream: PdfStream, scope: Scope, state: State, depth: number): void {
  const known = painting.done.get(stream)
  if (known !== undefined) {
    painting.isTransparent ||= known.isTransparent
    return
  }
  if (depth > maxDepth) return
  const facts = { isTransparent: false }
  painting.done.set(stream, facts)
  const data = painting.file.decode(stream)
  if (data === null) return
  const inner: Painting = { ...painting, isTransparent: false }
  runContent(inner, data, scope, state, depth + 1)
  facts.isTransparent = inner.isTransparent
  painting.isTransparent ||= inner.isTransparent
}

/** Where default colour spaces are: the stream's own resources, or those that it would inherit. */
function defaultsOf(scope: Scope): PdfDict | null {
  for (let current: Scope | null = scope; current !== null; current = current.outer) if (current.resources !== null) return current.resources
  return null
}

/** A named resource of the stream's own; one that is found elsewhere only is a finding. */
function lookUp(painting: Painting, scope: Scope, category: string, key: string | undefined): PdfValue | undefined {
  if (key === undefined) return undefined
  for (let current: Scope | null = scope; current !== null; current = current.outer) {
    const found = painting.file.dict(current.resources?.entries.get(category))?.entries.get(key)
    if (found === undefined) continue
    if (current !== scope || current.origin === 'inherited') {
      painting.file.report.add('6.2.2', 'resources-inherited', `内容流使用的资源 ${category}/${key.slice(0, 40)} 不在其自身的资源字典中`)
    }
    return found
  }
  return undefined
}

function perform(painting: Painting, operator: string, operands: readonly PdfValue[], scope: Scope, state: State, depth: number): void {
  const { file } = painting
  const last = operands.at(-1)
  const resources = defaultsOf(scope)
  switch (operator) {
    case 'f': case 'F': case 'f*':
      return paint(painting, state, 'fill')
    case 'S': case 's':
      return paint(painting, state, 'stroke')
    case 'b': case 'B': case 'b*': case 'B*':
      paint(painting, state, 'fill')
      return paint(painting, state, 'stroke')
    case 'g': case 'rg': case 'k':
      state.fill = { space: name(deviceOf(operator)), resources }
      return
    case 'G': case 'RG': case 'K':
      state.stroke = { space: name(deviceOf(operator.toLowerCase())), resources }
      return
    case 'cs':
      state.fill = { space: spaceNamed(painting, scope, last ?? null), resources }
      return
    case 'CS':
      state.stroke = { space: spaceNamed(painting, scope, last ?? null), resources }
      return
    case 'scn': case 'SCN':
      return paintWithPattern(painting, lookUp(painting, scope, 'Pattern', nameOf(last)), scope, state, depth)
    case 'sh': {
      const shading = file.dict(lookUp(painting, scope, 'Shading', nameOf(last)))
      if (shading !== null) painting.colours.check(shading.entries.get('ColorSpace'), resources)
      return
    }
    case 'gs':
      return setState(painting, lookUp(painting, scope, 'ExtGState', nameOf(last)), scope, state, depth)
    case 'ri':
      return checkIntent(file, last)
    case 'Do':
      return runXObject(painting, lookUp(painting, scope, 'XObject', nameOf(last)), scope, state, depth)
    case 'Tf':
      state.font = file.dict(lookUp(painting, scope, 'Font', nameOf(operands[0])))
      return
    case 'Tr':
      state.mode = numberOf(last) ?? 0
      return
    case 'Tj': case "'": case '"':
      return showText(painting, last ?? null, scope, state, depth)
    case 'TJ':
      for (const item of isArray(last) ? last.items : []) showText(painting, item, scope, state, depth)
      return
    default:
  }
}

const deviceOf = (operator: string): string => (operator === 'g' ? 'DeviceGray' : operator === 'rg' ? 'DeviceRGB' : 'DeviceCMYK')

function spaceNamed(painting: Painting, scope: Scope, operand: PdfValue): PdfValue {
  const key = nameOf(operand)
  return key === undefined || /^(Device(Gray|RGB|CMYK)|Pattern)$/.test(key) ? operand : lookUp(painting, scope, 'ColorSpace', key) ?? operand
}

function paint(painting: Painting, state: State, part: 'fill' | 'stroke'): void {
  const { space, resources } = state[part]
  painting.colours.check(space, resources)
  const isOverprint = part === 'fill' ? state.overprintFill : state.overprintStroke
  if (isOverprint && state.overprintMode === 1 && painting.colours.isIccCmyk(space)) {
    painting.file.report.add('6.2.4.2', 'overprint', 'ICC CMYK 颜色叠印时叠印模式（OPM）不得为 1')
  }
}

function showText(painting: Painting, value: PdfValue, scope: Scope, state: State, depth: number): void {
  if (!isText(value) || state.font === null) return
  const { mode } = state
  if (mode === 0 || mode === 2 || mode === 4 || mode === 6) paint(painting, state, 'fill')
  if (mode === 1 || mode === 2 || mode === 5 || mode === 6) paint(painting, state, 'stroke')
  for (const { procedure, resources } of painting.fonts.show(state.font, value.bytes, mode)) {
    runOnce(painting, procedure, { resources: resources ?? scope.resources, outer: scope, origin: 'own' }, state, depth)
  }
}

function setState(painting: Painting, entry: PdfValue | undefined, scope: Scope, state: State, depth: number): void {
  const { file } = painting
  const dict = file.dict(entry)
  if (dict === null) return
  if (checkGraphicsState(file, dict)) painting.isTransparent = true
  const strokes = file.resolve(dict.entries.get('OP'))
  const fills = file.resolve(dict.entries.get('op') ?? dict.entries.get('OP'))
  if (typeof strokes === 'boolean') state.overprintStroke = strokes
  if (typeof fills === 'boolean') state.overprintFill = fills
  state.overprintMode = numberOf(file.resolve(dict.entries.get('OPM'))) ?? state.overprintMode
  const font = file.resolve(dict.entries.get('Font'))
  if (isArray(font)) state.font = file.dict(font.items[0])
  const group = file.dict(dict.entries.get('SMask'))?.entries.get('G')
  if (group !== undefined) runXObject(painting, group, scope, initialState(scope.resources), depth)
}

function paintWithPattern(painting: Painting, entry: PdfValue | undefined, scope: Scope, state: State, depth: number): void {
  const { file } = painting
  const pattern = file.resolve(entry)
  const dict = file.dict(pattern)
  if (dict === null) return
  if (isStream(pattern)) {
    const resources = file.dict(dict.entries.get('Resources'))
    // An uncoloured pattern takes the colour that it is painted with.
    const start = numberOf(file.resolve(dict.entries.get('PaintType'))) === 2 ? { ...state, fill: baseOf(file, state.fill), stroke: baseOf(file, state.stroke) } : initialState(resources)
    return runOnce(painting, pattern, { resources, outer: scope, origin: 'own' }, start, depth)
  }
  const shading = file.dict(dict.entries.get('Shading'))
  if (shading !== null) painting.colours.check(shading.entries.get('ColorSpace'), defaultsOf(scope))
  setState(painting, dict.entries.get('ExtGState'), scope, { ...state }, depth)
}

function baseOf(file: PdfFile, colour: Colour): Colour {
  const space = file.resolve(colour.space)
  return { space: isArray(space) && nameOf(file.resolve(space.items[0])) === 'Pattern' ? space.items[1] ?? null : colour.space, resources: colour.resources }
}

/** An image or a form. */
function runXObject(painting: Painting, entry: PdfValue | undefined, scope: Scope, state: State, depth: number): void {
  const { file } = painting
  const object = file.resolve(entry)
  if (!isStream(object)) return
  const type = nameOf(file.resolve(object.dict.entries.get('Subtype')))
  if (type === 'Image') {
    const use = checkImage(file, object, defaultsOf(scope), painting.colours)
    if (use.isMask) paint(painting, state, 'fill')
    if (use.isTransparent) painting.isTransparent = true
  } else if (type === 'Form') runForm(painting, object, scope, state, depth)
  else if (type === 'PS') file.report.add('6.2.9', 'postscript', '不得使用 PostScript XObject')
}

export function runForm(painting: Painting, form: PdfStream, scope: Scope | null, state: State, depth: number): void {
  const { file } = painting
  const { report } = file
  const { entries } = form.dict
  const group = file.dict(entries.get('Group'))
  if (group !== null && nameOf(file.resolve(group.entries.get('S'))) === 'Transparency') painting.isTransparent = true
  if (entries.has('OPI')) report.add('6.2.9', 'form-opi', '表单 XObject 不得含有 OPI')
  if (entries.has('PS') || nameOf(file.resolve(entries.get('Subtype2'))) === 'PS') report.add('6.2.9', 'form-postscript', '表单 XObject 不得含有 PostScript')
  if (entries.has('Ref')) report.add('6.2.9', 'form-reference', '不得使用引用 XObject')
  const own = file.dict(entries.get('Resources'))
  if (group !== null && group.entries.has('CS')) painting.colours.check(group.entries.get('CS'), own)
  runOnce(painting, form, { resources: own, outer: scope, origin: 'own' }, state, depth)
}

/** False when the data end inside. */
function runInlineImage(painting: Painting, cursor: Cursor, scope: Scope, state: State): boolean {
  const entries = new Map<string, PdfValue>()
  try {
    for (;;) {
      const key = readValue(cursor)
      if (isWord(key)) break
      const value = readValue(cursor)
      if (isWord(value)) break
      const text = nameOf(key)
      if (text !== undefined) entries.set(text, value)
    }
  } catch (problem) {
    if (!(problem instanceof Unreadable) || problem.code === 'too-large') throw problem
    return false
  }
  const { bytes } = cursor
  cursor.at++
  // Data have no stated length: the end is EI between blanks, followed by what looks like content.
  while (cursor.at < bytes.length) {
    const isEnd = bytes[cursor.at] === 0x45 && bytes[cursor.at + 1] === 0x49 && isSpace(bytes[cursor.at - 1]) && (cursor.at + 2 >= bytes.length || isSpace(bytes[cursor.at + 2]))
    if (isEnd && bytes.subarray(cursor.at + 2, cursor.at + 12).every((byte) => byte < 127 && (byte >= 32 || isSpace(byte)))) break
    cursor.at++
  }
  cursor.at += 2
  const dict: PdfDict = { kind: 'dict', entries }
  const space = entries.get('CS') ?? entries.get('ColorSpace') ?? null
  const key = nameOf(space)
  const named = key !== undefined && !/^(Device(Gray|RGB|CMYK)|G|RGB|CMYK|I|Indexed)$/.test(key) ? lookUp(painting, scope, 'ColorSpace', key) ?? space : space
  if (checkInlineImage(painting.file, dict, named, defaultsOf(scope), painting.colours).isMask) paint(painting, state, 'fill')
  return true
}

