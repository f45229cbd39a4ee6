/** The fixtures as OFD, written once for the suites of this folder. */
import { layoutToOfd, readOfd, type OfdDocument, type OfdOptions } from '#core/output'
import { pictures, subsets, type Fixture } from '../typeset/fixtures.ts'

export const optionsOf = ({ name, source }: Fixture): OfdOptions => ({
  title: source.content.title, author: source.content.issuers[0] ?? '', date: source.issue?.date || '2026-01-01', docId: name, subsets, pictures,
})

const written = new Map<string, Promise<Uint8Array>>()

export function ofdOf(fixture: Fixture): Promise<Uint8Array> {
  let bytes = written.get(fixture.name)
  if (bytes === undefined) written.set(fixture.name, (bytes = layoutToOfd(fixture.layout, optionsOf(fixture))))
  return bytes
}

export function open(bytes: Uint8Array): OfdDocument {
  const document = readOfd(bytes)
  if (!document.ok) throw new Error(`${document.error.code} ${document.error.message}`)
  return document.value
}
