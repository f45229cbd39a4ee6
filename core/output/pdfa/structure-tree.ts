/** Names of structure types. ISO 19005-2 §6.1.8 */
import { isUtf8Name } from './colour.ts'
import type { PdfFile } from './file.ts'
import { isArray, nameOf, type PdfDict, type PdfValue } from './values.ts'

export function checkStructureTree(file: PdfFile, catalog: PdfDict): void {
  const root = file.dict(catalog.entries.get('StructTreeRoot'))
  if (root === null) return
  const check = (type: string | undefined): void => {
    if (type !== undefined && !isUtf8Name({ kind: 'name', name: type })) file.report.add('6.1.8', 'name-encoding', '结构类型名称不是 UTF-8 编码')
  }
  for (const [own, standard] of file.dict(root.entries.get('RoleMap'))?.entries ?? []) {
    check(own)
    check(nameOf(file.resolve(standard)))
  }
  const seen = new Set<PdfDict>()
  const queue: (PdfValue | undefined)[] = [root.entries.get('K')]
  while (queue.length > 0) {
    const value = file.resolve(queue.pop())
    if (isArray(value)) {
      queue.push(...value.items)
      continue
    }
    const element = file.dict(value)
    if (element === null || seen.has(element)) continue
    seen.add(element)
    check(nameOf(file.resolve(element.entries.get('S'))))
    queue.push(element.entries.get('K'))
  }
}
