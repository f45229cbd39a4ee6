/** The .gw documents of tests/fixtures/gw, read, set and written as PDF once for all suites of this folder. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sm3Hex } from '#core/crypto'
import { pictureSize, readSource, type DocumentSource, type PictureLookUp } from '#core/document'
import { formatErr, ok } from '#core/formats'
import { pagesToPdf } from '#core/output'
import { typeset, type Layout } from '#core/typeset'
import { createSubsetter, loadFontSet } from '#main/host'

export const fixtureFolder = fileURLToPath(new URL('../fixtures/gw', import.meta.url))

/** One document on its way: source, layout, and the PDF on disk that third-party tools read. */
export type Fixture = {
  /** e.g. 01-通知-单发盖章 */
  readonly name: string
  readonly source: DocumentSource
  readonly layout: Layout
  readonly pdf: string
}

// The open fonts alone, so that every machine sets the same pages.
const loaded = await loadFontSet({ system: false })
export const { fonts } = loaded
export const subsets = createSubsetter(loaded.files)

const pictureBytes = new Map<string, Uint8Array>()
/** The bytes of a picture of a fixture by their SM3. */
export const pictures = (hash: string): Uint8Array | undefined => pictureBytes.get(hash)

const lookUp: PictureLookUp = (path) => {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(join(fixtureFolder, basename(path)))
  } catch {
    return formatErr('gw.image', `找不到图片「${path}」`)
  }
  const size = pictureSize(bytes)
  if (!size.ok) return size
  const hash = sm3Hex(bytes)
  pictureBytes.set(hash, bytes)
  const { mediaType, width, height } = size.value
  return ok({ file: { fileName: basename(path), mediaType, size: bytes.length, hash }, pixels: { width, height } })
}

/** Reads a .gw text whose pictures stand in the fixtures' folder; throws with the reader's own words. */
export function read(text: string): DocumentSource {
  const source = readSource(text, lookUp)
  if (!source.ok) throw new Error(`${source.error.code} ${source.error.message}`)
  return source.value
}

/** Sets a source with the open fonts. */
export const set = (source: DocumentSource): Layout => typeset(source.content, source.issue, fonts)

/** The PDF of a layout. */
export function pdfOf(name: string, source: DocumentSource, layout: Layout): Promise<Uint8Array> {
  return pagesToPdf(layout.pages, {
    title: source.content.title, author: source.content.issuers[0] ?? '', date: source.issue?.date || '2026-01-01', docId: name,
    subsets, pictures, structure: layout.structure,
  })
}

export const fixtureNames: readonly string[] = readdirSync(fixtureFolder).filter((file) => file.endsWith('.gw')).sort().map((file) => file.slice(0, -3))

export const fixtureText = (name: string): string => readFileSync(join(fixtureFolder, `${name}.gw`), 'utf8')

const folder = mkdtempSync(join(tmpdir(), 'wenshu-typeset-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

async function make(name: string): Promise<Fixture> {
  const source = read(fixtureText(name))
  const layout = set(source)
  const pdf = join(folder, `${name}.pdf`)
  writeFileSync(pdf, await pdfOf(name, source, layout))
  return { name, source, layout, pdf }
}

/** Every fixture, in order of its number. */
export const fixtures: readonly Fixture[] = await Promise.all(fixtureNames.map(make))

/** The fixture whose name starts with this number. */
export function fixture(number: number): Fixture {
  const found = fixtures.find(({ name }) => name.startsWith(`${String(number).padStart(2, '0')}-`))
  if (found === undefined) throw new RangeError(`no fixture ${number}`)
  return found
}
