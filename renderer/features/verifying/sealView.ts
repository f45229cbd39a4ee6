/** The picture and the facts of a seal file (印章预览). */
import { utf8, type FormatError, type Result } from '#core/formats'
import { ofdPageToSvg, readOfd } from '#core/output'
import { readSeal, readSealSignature, type Seal } from '#core/seal'
import type { Preview, SealFact } from './wire.ts'

/** Pictures that a browser shows as they are; a seal of another kind is told and not shown. */
const imageTypes: Readonly<Record<string, string>> = { png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', bmp: 'image/bmp', svg: 'image/svg+xml' }
const standards = { 1: 'GM/T 0031-2014', 4: 'GB/T 38540-2020', 5: 'GM/T 0031-2025' } as const

/** `null` for a picture of an unknown kind, or one that cannot be read. */
const imageOf = ({ picture }: Seal): { readonly type: string; readonly bytes: Uint8Array } | null => {
  const type = picture.type.trim().toLowerCase()
  if (type === 'ofd') {
    const document = readOfd(picture.data)
    return document.ok ? { type: 'image/svg+xml', bytes: utf8(ofdPageToSvg(document.value, 0)) } : null
  }
  const known = imageTypes[type]
  return known === undefined ? null : { type: known, bytes: picture.data }
}

/** A bare seal, or the one inside signature data that lies alone. */
const sealOf = (bytes: Uint8Array): Result<Seal, FormatError> => {
  const seal = readSeal(bytes)
  if (seal.ok) return seal
  const signature = readSealSignature(bytes)
  return signature.ok ? { ok: true, value: signature.value.seal } : seal
}

export const sealView = (bytes: Uint8Array): Preview => {
  const read = sealOf(bytes)
  if (!read.ok) return { kind: 'none' }
  const seal = read.value
  const facts: readonly SealFact[] = [
    { key: 'name', values: { name: seal.name } },
    { key: 'id', values: { id: seal.id } },
    { key: 'version', values: { standard: standards[seal.version] } },
    { key: 'vendor', values: { vendor: seal.vendor } },
    { key: 'valid', values: { from: seal.validFrom, to: seal.validTo } },
    { key: 'signers', values: { count: seal.certs.list.length } },
  ]
  return { kind: 'seal', image: imageOf(seal), width: seal.picture.width, height: seal.picture.height, facts }
}
