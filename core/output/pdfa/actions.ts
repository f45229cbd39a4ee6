/** Actions. ISO 19005-2 §6.5 */
import type { PdfFile } from './file.ts'
import { isArray, isDict, nameOf, type PdfDict, type PdfValue } from './values.ts'

const allowed = new Set(['GoTo', 'GoToR', 'GoToE', 'Thread', 'URI', 'Named', 'SubmitForm'])
const pageTurns = new Set(['NextPage', 'PrevPage', 'FirstPage', 'LastPage'])

/** An action and those that follow it. */
export function checkAction(file: PdfFile, value: PdfValue | undefined, seen: Set<PdfDict>): void {
  const queue: (PdfValue | undefined)[] = [value]
  for (let next = queue.pop(); queue.length > 0 || next !== undefined; next = queue.pop()) {
    const action = file.resolve(next)
    if (isArray(action)) {
      // A destination is an array too; its parts are no dictionaries with S.
      queue.push(...action.items.filter((item) => isDict(file.resolve(item)) && (file.resolve(item) as PdfDict).entries.has('S')))
      continue
    }
    if (!isDict(action) || seen.has(action)) continue
    seen.add(action)
    const type = nameOf(file.resolve(action.entries.get('S')))
    // A destination in a dictionary (D) is no action.
    if (type === undefined && action.entries.has('D')) continue
    if (type === undefined || !allowed.has(type)) file.report.add('6.5.1', 'action', `不允许的动作类型 ${type ?? '（无）'}`)
    else if (type === 'Named') {
      const name = nameOf(file.resolve(action.entries.get('N')))
      if (name === undefined || !pageTurns.has(name)) file.report.add('6.5.1', 'named-action', `不允许的命名动作 ${name ?? '（无）'}`)
    }
    if (action.entries.has('Next')) queue.push(action.entries.get('Next'))
  }
}

/** Every action of an additional-actions dictionary. */
export function checkTriggers(file: PdfFile, value: PdfValue | undefined, seen: Set<PdfDict>): void {
  const triggers = file.dict(value)
  if (triggers !== null) for (const action of triggers.entries.values()) checkAction(file, action, seen)
}

/** Actions of the document: on opening, of bookmarks, of scripts by name. */
export function checkDocumentActions(file: PdfFile, catalog: PdfDict, seen: Set<PdfDict>): void {
  checkAction(file, catalog.entries.get('OpenAction'), seen)
  if (catalog.entries.has('AA')) file.report.add('6.5.2', 'catalog-triggers', '文档目录不得含有附加动作（AA）')
  const names = file.dict(catalog.entries.get('Names'))
  if (names?.entries.has('JavaScript') === true) file.report.add('6.5.1', 'action', '不允许的动作类型 JavaScript')
  const visited = new Set<PdfDict>()
  const queue = [file.dict(file.dict(catalog.entries.get('Outlines'))?.entries.get('First'))]
  for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
    if (item === null || visited.has(item)) continue
    visited.add(item)
    checkAction(file, item.entries.get('A'), seen)
    queue.push(file.dict(item.entries.get('Next')), file.dict(item.entries.get('First')))
  }
}
