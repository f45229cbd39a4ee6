/** The OFD of a fictional document, before and under its seal: for tests. */
import { layoutToOfd } from '#core/output'
import { buildSeal, makeSealPicture, stampOfd, type SealAppearance } from '#core/seal'
import type { Signer } from '#core/crypto'

/** Two blank pages. */
export const plainOfd = (id: string): Promise<Uint8Array> => layoutToOfd(
  { pages: [1, 2].map((number) => ({ number, width: 210, height: 297, glyphs: [], rules: [], images: [], regions: [], marks: [] })), structure: [] },
  { title: id, author: '', docId: id, date: '2026-11-24', subsets: { subset: () => Promise.reject(new Error('no characters')) } },
)

/** Under a seal of its own, with keys of the authority. */
export const sealedOfdOf = async (ofd: Uint8Array, authority: { readonly sm2: (subject: readonly { readonly type: 'O' | 'CN'; readonly value: string }[]) => Promise<Signer> }, appearance: SealAppearance, signedAt: string, at = { page: 2, x: 140, y: 120 }): Promise<Uint8Array> => {
  const signer = await authority.sm2([{ type: 'O', value: '自治区人民政府办公厅' }, { type: 'CN', value: '公章' }])
  const maker = await authority.sm2([{ type: 'CN', value: '制章' }])
  const picture = makeSealPicture({ from: 'round', appearance, width: 42 })
  if (!picture.ok) throw new Error(picture.error.message)
  const seal = await buildSeal({
    id: '15000000000001', vendor: 'TEST', type: 1, name: '自治区人民政府办公厅', certs: { kind: 'certificates', list: [signer.certificate] },
    createdAt: '2026-01-01T00:00:00Z', validFrom: '2026-01-01T00:00:00Z', validTo: '2036-01-01T00:00:00Z', picture: picture.value,
  }, maker)
  if (!seal.ok) throw new Error(seal.error.message)
  const sealed = await stampOfd({ ofd, seal: seal.value, signer, places: [{ kind: 'at', ...at }], signedAt, closing: 'open' })
  if (!sealed.ok) throw new Error(sealed.error.message)
  return sealed.value
}
