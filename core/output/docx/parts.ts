/** Content types and relations of the package. ECMA-376 Part 2 §9, §10 */
import { declaration, element } from './markup.ts'
import { sectionRelations } from './sections.ts'

/** A picture of the package. */
export type MediaPart = { readonly id: string; readonly hash: string; readonly name: string; readonly bytes: Uint8Array }

const relationTypes = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const wordTypes = 'application/vnd.openxmlformats-officedocument.wordprocessingml'

export function contentTypesPart(isLetter: boolean): string {
  const part = (name: string, type: string): string => element('Override', { PartName: name, ContentType: type })
  const kinds: readonly (readonly [string, string])[] = [
    ['document', 'document.main'], ['styles', 'styles'], ['fontTable', 'fontTable'], ['settings', 'settings'], ['footer1', 'footer'], ['footer2', 'footer'],
    ...(isLetter ? ([['footer3', 'footer'], ['header1', 'header']] as const) : []),
  ]
  return `${declaration}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
    [['rels', 'application/vnd.openxmlformats-package.relationships+xml'], ['xml', 'application/xml'], ['png', 'image/png'], ['jpeg', 'image/jpeg']]
      .map(([extension, type]) => element('Default', { Extension: extension, ContentType: type })).join('') +
    kinds.map(([name, kind]) => part(`/word/${name}.xml`, `${wordTypes}.${kind}+xml`)).join('') +
    part('/docProps/core.xml', 'application/vnd.openxmlformats-package.core-properties+xml') +
    part('/docProps/custom.xml', 'application/vnd.openxmlformats-officedocument.custom-properties+xml') + '</Types>'
}

function relations(entries: readonly (readonly [id: string, type: string, target: string])[]): string {
  return `${declaration}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
    entries.map(([Id, Type, Target]) => element('Relationship', { Id, Type, Target })).join('') + '</Relationships>'
}

export function rootRelationsPart(): string {
  return relations([
    ['rId1', `${relationTypes}/officeDocument`, 'word/document.xml'],
    ['rId2', 'http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties', 'docProps/core.xml'],
    ['rId3', `${relationTypes}/custom-properties`, 'docProps/custom.xml'],
  ])
}

export function relationsPart(isLetter: boolean, media: readonly MediaPart[]): string {
  return relations([
    ['rIdStyles', `${relationTypes}/styles`, 'styles.xml'],
    ['rIdFonts', `${relationTypes}/fontTable`, 'fontTable.xml'],
    ['rIdSettings', `${relationTypes}/settings`, 'settings.xml'],
    [sectionRelations.oddFooter, `${relationTypes}/footer`, 'footer1.xml'],
    [sectionRelations.evenFooter, `${relationTypes}/footer`, 'footer2.xml'],
    ...(isLetter
      ? ([[sectionRelations.firstFooter, `${relationTypes}/footer`, 'footer3.xml'], [sectionRelations.firstHeader, `${relationTypes}/header`, 'header1.xml']] as const)
      : []),
    ...media.map((part) => [part.id, `${relationTypes}/image`, `media/${part.name}`] as const),
  ])
}
