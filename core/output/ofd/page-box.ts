/** Paper sizes. GB/T 33190 §7.5 */
import { childElement, innerText, type XmlNode } from '#core/formats'
import { readBox, type Box } from './values.ts'

/** The paper of a PageArea; null when it has none of a sensible size. */
export function pageBox(area: XmlNode): Box | null {
  const physical = childElement(area, 'PhysicalBox')
  const box = readBox(physical === undefined ? undefined : innerText(physical))
  return box !== null && box.width > 0 && box.height > 0 && box.width <= 20_000 && box.height <= 20_000 ? box : null
}
