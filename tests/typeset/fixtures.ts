/** The .gw documents of tests/fixtures/gw, set and written once for all suites of this folder. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sm3Hex } from '#core/crypto'
import type { DocumentSource } from '#core/document'
import type { Layout } from '#core/typeset'
import { filesOf, fixtureFolder, fixtureNames, set } from './files.ts'

export { subsets } from './files.ts'

/** One document on its way: source, layout, and its files on disk, which third-party tools read. */
export type Fixture = {
  /** e.g. 01-通知-单发盖章 */
  readonly name: string
  readonly source: DocumentSource
  readonly layout: Layout
  /** paths */
  readonly pdf: string
  readonly ofd: string
  readonly positions: string
}

const folder = mkdtempSync(join(tmpdir(), 'wenshu-typeset-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

async function make(name: string): Promise<Fixture> {
  const { source, files } = await filesOf(name)
  const paths = files.map((file) => {
    const path = join(folder, file.name.startsWith(name) ? file.name : `${name}-${file.name}`)
    writeFileSync(path, file.bytes)
    return path
  })
  const ending = (end: string): string => paths.find((path) => path.endsWith(end))!
  return { name, source, layout: set(source), pdf: ending('.pdf'), ofd: ending('.ofd'), positions: ending('positions.json') }
}

/** Every fixture, in order of its number. */
export const fixtures: readonly Fixture[] = await Promise.all(fixtureNames.map(make))

/** The fixture whose name starts with this number. */
export function fixture(number: number): Fixture {
  const found = fixtures.find(({ name }) => name.startsWith(`${String(number).padStart(2, '0')}-`))
  if (found === undefined) throw new RangeError(`no fixture ${number}`)
  return found
}

const pictureFiles = new Map(readdirSync(fixtureFolder).filter((file) => file.endsWith('.png')).map((file) => {
  const bytes = readFileSync(join(fixtureFolder, file))
  return [sm3Hex(bytes), bytes] as const
}))
/** The bytes of a picture of a fixture by their SM3. */
export const pictures = (hash: string): Uint8Array | undefined => pictureFiles.get(hash)
