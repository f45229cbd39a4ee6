/** The picture inside a seal of the register, for showing it (印模). Only what a picture's bytes really are is ever shown. */
import { fromBase64, utf8 } from '#core/formats'
import { ofdPageToSvg, readOfd } from '#core/output'
import { checkPicture, readSeal } from '#core/seal'
import type { SealEntry } from '#core/sync'

export type Picture = { readonly type: 'image/png' | 'image/jpeg' | 'image/svg+xml'; readonly bytes: Uint8Array }

/** Null before the seal is made, and for pictures that a browser does not show. */
export const pictureOf = (seal: Pick<SealEntry, 'made'> | null): Picture | null => {
  if (seal === null || seal.made === null) return null
  const der = fromBase64(seal.made.seal)
  const read = der.ok ? readSeal(der.value) : der
  if (!read.ok) return null
  const { picture } = read.value
  const kind = checkPicture(picture)
  if (!kind.ok) return null
  switch (kind.value) {
    case 'png': return { type: 'image/png', bytes: picture.data }
    case 'jpeg': return { type: 'image/jpeg', bytes: picture.data }
    case 'svg': return { type: 'image/svg+xml', bytes: picture.data }
    case 'ofd': {
      const document = readOfd(picture.data)
      return document.ok ? { type: 'image/svg+xml', bytes: utf8(ofdPageToSvg(document.value, 0)) } : null
    }
    case 'bmp': case 'gif': return null
  }
}
