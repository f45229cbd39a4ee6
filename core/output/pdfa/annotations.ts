/** Annotations and form fields. ISO 19005-2 §6.3, §6.4 */
import { checkAction, checkTriggers } from './actions.ts'
import type { PdfFile } from './file.ts'
import { checkSignature } from './signature.ts'
import { isArray, isDict, isStream, nameOf, numberOf, type PdfDict, type PdfStream, type PdfValue } from './values.ts'

const types = new Set(('Text Link FreeText Line Square Circle Polygon PolyLine Highlight Underline Squiggly StrikeOut Stamp Caret Ink Popup ' +
  'FileAttachment Widget PrinterMark TrapNet Watermark Redact').split(' '))

/** One annotation; its appearance streams. */
export function checkAnnotation(file: PdfFile, annotation: PdfDict, seenActions: Set<PdfDict>): readonly PdfStream[] {
  const { report } = file
  const entry = (key: string): PdfValue => file.resolve(annotation.entries.get(key))
  const type = nameOf(entry('Subtype'))
  if (type === undefined || !types.has(type)) report.add('6.3.1', 'annotation-type', `不允许的批注类型 ${type ?? '（无）'}`)
  const flags = numberOf(entry('F'))
  if (flags === undefined && type !== 'Popup') report.add('6.3.2', 'annotation-no-flags', `${type ?? ''} 批注缺少 F 标志`)
  // Invisible 1, Hidden 2, Print 4, NoView 32, ToggleNoView 256
  if (flags !== undefined && ((flags & 4) === 0 || (flags & (1 | 2 | 32 | 256)) !== 0)) report.add('6.3.2', 'annotation-flags', `${type ?? ''} 批注的标志不合规定（应可打印、不得隐藏）`)
  if (type === 'Widget' && (annotation.entries.has('A') || annotation.entries.has('AA'))) report.add('6.4.1', 'widget-action', '表单控件批注不得含有 A 或 AA')
  checkAction(file, annotation.entries.get('A'), seenActions)
  checkTriggers(file, annotation.entries.get('AA'), seenActions)
  const appearance = file.dict(annotation.entries.get('AP'))
  if (appearance === null) {
    if (type !== 'Popup' && type !== 'Link' && !isEmptyRect(file, entry('Rect'))) report.add('6.3.3', 'no-appearance', `${type ?? ''} 批注缺少外观（AP）`)
    return []
  }
  return checkAppearance(file, annotation, appearance, type)
}

function isEmptyRect(file: PdfFile, rect: PdfValue): boolean {
  if (!isArray(rect) || rect.items.length < 4) return false
  const [a, b, c, d] = rect.items.map((item) => numberOf(file.resolve(item)))
  return a !== undefined && a === c && b !== undefined && b === d
}

function checkAppearance(file: PdfFile, annotation: PdfDict, appearance: PdfDict, type: string | undefined): readonly PdfStream[] {
  const { report } = file
  const normal = file.resolve(appearance.entries.get('N'))
  if (appearance.entries.size !== 1 || !appearance.entries.has('N')) report.add('6.3.3', 'appearance-entries', '批注外观字典只应含有 N')
  const isButton = type === 'Widget' && nameOf(inherited(file, annotation, 'FT')) === 'Btn'
  if (isButton ? !isDict(normal) || normal.entries.size === 0 : !isStream(normal)) {
    report.add('6.3.3', 'appearance-type', isButton ? '按钮控件的外观应为各状态的子字典' : '批注外观应为外观流')
  }
  if (isStream(normal)) return [normal]
  return isDict(normal) ? [...normal.entries.values()].map(file.resolve).filter(isStream) : []
}

/** A field's entry, its own or that of the nearest ancestor. */
function inherited(file: PdfFile, field: PdfDict, key: string): PdfValue {
  let current: PdfDict | null = field
  for (let i = 0; i < 32 && current !== null; i++) {
    if (current.entries.has(key)) return file.resolve(current.entries.get(key))
    current = file.dict(current.entries.get('Parent'))
  }
  return null
}

export function checkForms(file: PdfFile, catalog: PdfDict, seenActions: Set<PdfDict>): void {
  const { report } = file
  if (file.resolve(catalog.entries.get('NeedsRendering')) === true) report.add('6.4.2', 'needs-rendering', '文档目录不得含有 NeedsRendering')
  const form = file.dict(catalog.entries.get('AcroForm'))
  if (form === null) return
  if (file.resolve(form.entries.get('NeedAppearances')) === true) report.add('6.4.1', 'need-appearances', '交互表单的 NeedAppearances 应为 false')
  if (form.entries.has('XFA')) report.add('6.4.2', 'xfa', '交互表单不得含有 XFA')
  const seen = new Set<PdfDict>()
  const fields = file.resolve(form.entries.get('Fields'))
  const queue = isArray(fields) ? fields.items.map((item) => file.dict(item)) : []
  for (let field = queue.pop(); field !== undefined; field = queue.pop()) {
    if (field === null || seen.has(field)) continue
    seen.add(field)
    if (field.entries.has('AA')) report.add('6.4.1', 'field-triggers', '表单域不得含有附加动作（AA）')
    checkTriggers(file, field.entries.get('AA'), seenActions)
    if (nameOf(inherited(file, field, 'FT')) === 'Sig') {
      const value = file.dict(field.entries.get('V'))
      if (value !== null) checkSignature(file, value, catalog)
    }
    const kids = file.resolve(field.entries.get('Kids'))
    if (isArray(kids)) queue.push(...kids.items.map((item) => file.dict(item)))
  }
}
