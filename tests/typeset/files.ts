/** From a fixture to its files, by the product's own way. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readSource, type DocumentSource } from '#core/document'
import { typeset, type Layout } from '#core/typeset'
import { createSubsetter, loadFontSet } from '#main/host'
import { readDocumentFile } from '../../cli/source/read.ts'
import { typesetSource, type TypesetResult } from '../../cli/typeset/index.ts'

export const fixtureFolder = fileURLToPath(new URL('../fixtures/gw', import.meta.url))

// The open fonts alone, so that every machine sets the same pages.
const loaded = await loadFontSet({ system: false })
export const { fonts } = loaded
export const subsets = createSubsetter(loaded.files)

/** Reads a .gw text without pictures; throws with the reader's own words. */
export function read(text: string): DocumentSource {
  const source = readSource(text)
  if (!source.ok) throw new Error(`${source.error.code} ${source.error.message}`)
  return source.value
}

/** Sets a source with the open fonts. */
export const set = (source: DocumentSource): Layout => typeset(source.content, source.issue, fonts)

export const fixtureNames: readonly string[] = readdirSync(fixtureFolder).filter((file) => file.endsWith('.gw')).sort().map((file) => file.slice(0, -3))

export const fixtureText = (name: string): string => readFileSync(join(fixtureFolder, `${name}.gw`), 'utf8')

/** The files of a fixture, as `wenshu typeset` writes them. */
export async function filesOf(name: string): Promise<{ readonly source: DocumentSource; readonly files: TypesetResult['files'] }> {
  const source = await readDocumentFile(join(fixtureFolder, `${name}.gw`))
  if (!source.ok) throw new Error(`${name}: ${source.error.code} ${source.error.message}`)
  if (source.value.kind !== 'document') throw new Error(`${name} is no document`)
  const { files } = await typesetSource(source.value, { fonts, subsets, wanted: ['pdf', 'ofd'], positions: true, profile: 'OFD' })
  return { source: source.value, files }
}
