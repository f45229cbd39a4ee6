/** The signed-in person's public key, learned from the certificate that the host puts beside each signature. */
import { readCertificate } from '#core/crypto'
import { fromBase64, toHex } from '#core/formats'
import type { PersonalKey } from '#core/route'
import type { CommandBody } from '#core/sync'

export type OwnKey = { readonly learn: (body: CommandBody) => void; readonly of: (personId: string) => readonly PersonalKey[] }

/** Local rules only: what the server accepts is decided by its own directory of certificates. */
export const ownKey = (personId: string): OwnKey => {
  /** a key may have been replaced while older work is still unsent */
  const known = new Map<string, PersonalKey>()
  return {
    learn: (body) => {
      if (!('signature' in body) || body.signature === null || body.signature.statement.person !== personId) return
      const der = fromBase64(body.signature.certificate)
      const certificate = der.ok ? readCertificate(der.value) : der
      if (certificate.ok && certificate.value.publicKey.algorithm === 'sm2') {
        const publicKey = toHex(certificate.value.publicKey.point)
        known.set(publicKey, { publicKey, certificate: null })
      }
    },
    of: (candidate) => (candidate === personId ? [...known.values()] : []),
  }
}
