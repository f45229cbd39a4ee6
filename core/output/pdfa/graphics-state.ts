/** Extended graphics states. ISO 19005-2 §6.2.5, §6.2.6, §6.2.10 */
import type { PdfFile } from './file.ts'
import { checkIntent } from './image.ts'
import { isArray, isDict, isStream, nameOf, numberOf, type PdfDict, type PdfValue } from './values.ts'

const blendModes = new Set(('Normal Compatible Multiply Screen Overlay Darken Lighten ColorDodge ColorBurn HardLight SoftLight Difference Exclusion ' +
  'Hue Saturation Color Luminosity').split(' '))

/** Checks a state that is set; whether it makes what is painted transparent. */
export function checkGraphicsState(file: PdfFile, state: PdfDict): boolean {
  const { report } = file
  const entry = (key: string): PdfValue => file.resolve(state.entries.get(key))
  if (state.entries.has('TR')) report.add('6.2.5', 'transfer', '扩展图形状态不得含有 TR')
  if (state.entries.has('TR2') && nameOf(entry('TR2')) !== 'Default') report.add('6.2.5', 'transfer-2', '扩展图形状态的 TR2 只能为 Default')
  if (state.entries.has('HTP')) report.add('6.2.5', 'halftone-phase', '扩展图形状态不得含有 HTP')
  checkHalftone(file, entry('HT'), null, new Set())
  checkIntent(file, state.entries.get('RI'))
  const modes = entry('BM')
  const names = (isArray(modes) ? modes.items.map(file.resolve) : modes === null ? [] : [modes]).map(nameOf)
  for (const name of names) {
    if (name === undefined || !blendModes.has(name)) report.add('6.2.10', 'blend-mode', `不允许的混合模式 ${(name ?? '（非名称）').slice(0, 60)}`)
  }
  const opacity = [numberOf(entry('ca')), numberOf(entry('CA'))]
  const isBlended = names.length > 0 && names[0] !== 'Normal' && names[0] !== 'Compatible'
  return opacity.some((value) => value !== undefined && value < 1) || isBlended || isDict(entry('SMask'))
}

function checkHalftone(file: PdfFile, value: PdfValue, colourant: string | null, seen: Set<PdfDict>): void {
  const dict = isStream(value) ? value.dict : isDict(value) ? value : null
  if (dict === null || seen.has(dict)) return
  seen.add(dict)
  const { report } = file
  const type = numberOf(file.resolve(dict.entries.get('HalftoneType')))
  if (type !== 1 && type !== 5) report.add('6.2.5', 'halftone-type', '半色调类型应为 1 或 5')
  if (dict.entries.has('HalftoneName')) report.add('6.2.5', 'halftone-name', '半色调不得含有 HalftoneName')
  if (colourant !== 'Default') {
    const isProcess = colourant === null || ['Cyan', 'Magenta', 'Yellow', 'Black'].includes(colourant)
    if (dict.entries.has('TransferFunction') === isProcess) report.add('6.2.5', 'halftone-transfer', '半色调的 TransferFunction 使用不当')
  }
  if (type !== 5) return
  for (const [key, item] of dict.entries) {
    if (!['Type', 'HalftoneType', 'HalftoneName', 'TransferFunction'].includes(key)) checkHalftone(file, file.resolve(item), key, seen)
  }
}
