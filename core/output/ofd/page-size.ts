/** Paper of one page, without drawing it (页面尺寸). GB/T 33190 §7.5 */
import { childElement, ok, type FormatError, type Result } from '#core/formats'
import { readPart } from './locations.ts'
import type { OfdDocument } from './model.ts'
import { pageBox } from './page-box.ts'
import type { Box } from './values.ts'

/** The box of a page in mm; `pageIndex` from 0. The document's own where the page says nothing. Errors ofd.missing, ofd.xml.*, ofd.location. */
export function ofdPageBox(document: OfdDocument, pageIndex: number): Result<Box, FormatError> {
  const part = readPart(document.files, document.folder, document.pages[pageIndex]?.location ?? '')
  if (!part.ok) return part
  const area = childElement(part.value.root, 'Area')
  return ok((area === undefined ? null : pageBox(area)) ?? document.pageBox)
}
