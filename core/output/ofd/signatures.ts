/** Signatures of a package and where their stamps lie (签名、签章外观). Nothing is verified here. GB/T 33190 §18 */
import { BER_LIMITS, childElement, childElements, fromUtf8, innerText, isUniversal, readDer, TAG, type DerNode, type XmlNode } from '#core/formats'
import { findFile, readPart, type OfdFiles } from './locations.ts'
import { readBox, type Box } from './values.ts'
import type { Warn } from './warning.ts'

/** One place where the seal shows. `boundary`: of the whole seal, mm on the page; `clip`: the slice that shows, mm from the seal's top left. */
export type OfdStamp = { readonly id: string; readonly page: string; readonly boundary: Box; readonly clip: Box | null }

/** Picture of a seal as stored: `type` in lower case (png, jpg, ofd …), size in mm. */
export type SealPicture = { readonly type: string; readonly data: Uint8Array; readonly width: number; readonly height: number }

export type OfdSignature = {
  readonly id: string
  readonly type: string
  /** paths in the package; null when the file does not name one, or it is not there */
  readonly path: string
  readonly signedValue: string | null
  readonly seal: string | null
  readonly stamps: readonly OfdStamp[]
  /** null when there is none that can be read */
  readonly picture: SealPicture | null
}

const maxSignatures = 500
const maxStamps = 20_000

/** The signatures listed in Signatures.xml; what cannot be read is a warning, as the page itself can still be shown. */
export function readSignatures(files: OfdFiles, location: string, warn: Warn): OfdSignature[] {
  const list = readPart(files, '', location)
  if (!list.ok) {
    warn({ code: list.error.code, message: `签名未读取：${list.error.message}` })
    return []
  }
  const entries = childElements(list.value.root, 'Signature')
  if (entries.length > maxSignatures) warn({ code: 'ofd.too-many-signatures', message: `签名超过${maxSignatures}个，其余未读取` })
  const signatures: OfdSignature[] = []
  for (const entry of entries.slice(0, maxSignatures)) {
    const part = readPart(files, list.value.folder, entry.attributes['BaseLoc'] ?? '')
    if (!part.ok) {
      warn({ code: part.error.code, message: `签名未读取：${part.error.message}` })
      continue
    }
    const { root, folder, path } = part.value
    const info = childElement(root, 'SignedInfo')
    const fileOf = (element: XmlNode | undefined): string | null => (element === undefined ? null : findFile(files, folder, innerText(element)))
    const seal = info === undefined ? undefined : childElement(info, 'Seal')
    const sealPath = fileOf(seal === undefined ? undefined : childElement(seal, 'BaseLoc'))
    const signedValue = fileOf(childElement(root, 'SignedValue'))
    const stamps = (info === undefined ? [] : childElements(info, 'StampAnnot')).slice(0, maxStamps).flatMap((stamp) => readStamp(stamp, warn))
    // The seal inside the signed value is the one that was signed; the file beside it may have been exchanged.
    const picture = (signedValue === null ? null : pictureOfSignature(files.get(signedValue)!)) ?? (sealPath === null ? null : pictureOfSeal(files.get(sealPath)!))
    if (stamps.length > 0 && picture === null) warn({ code: 'ofd.seal-picture', message: '印章图像无法读取，只标出位置' })
    signatures.push({ id: entry.attributes['ID'] ?? '', type: entry.attributes['Type'] ?? 'Seal', path, signedValue, seal: sealPath, stamps, picture })
  }
  return signatures
}

function readStamp(stamp: XmlNode, warn: Warn): OfdStamp[] {
  const boundary = readBox(stamp.attributes['Boundary'])
  const clipText = stamp.attributes['Clip']
  const clip = clipText === undefined || clipText.trim() === '' ? null : readBox(clipText)
  if (boundary === null || (clip === null && clipText !== undefined && clipText.trim() !== '')) {
    warn({ code: 'ofd.bad-stamp', message: '签章外观的位置不合规范，未显示' })
    return []
  }
  return [{ id: stamp.attributes['ID'] ?? '', page: (stamp.attributes['PageRef'] ?? '').trim(), boundary, clip }]
}

/** Children of an element of a seal; vendors' encodings are not always DER. */
const childrenOf = (node: DerNode | undefined): readonly DerNode[] => {
  const children = node?.constructed === true ? node.children() : undefined
  return children?.ok === true ? children.value : []
}
const rootOf = (bytes: Uint8Array): DerNode | undefined => {
  const root = readDer(bytes, BER_LIMITS)
  return root.ok ? root.value : undefined
}

/** SES_Signature → toSign → eseal. GB/T 38540-2020 §7.2, GM/T 0031-2014 */
function pictureOfSignature(bytes: Uint8Array): SealPicture | null {
  const [toSign] = childrenOf(rootOf(bytes))
  const seal = childrenOf(toSign)[1]
  // Some makers put the seal inside an OCTET STRING.
  return pictureOf(isUniversal(seal, TAG.octetString) && !seal.constructed ? rootOf(seal.content) : seal)
}

const pictureOfSeal = (bytes: Uint8Array): SealPicture | null => pictureOf(rootOf(bytes))

/** SESeal → eSealInfo { header, esID, property, picture { type, data, width, height } } */
function pictureOf(seal: DerNode | undefined): SealPicture | null {
  const [info] = childrenOf(seal)
  const [type, data, width, height] = childrenOf(childrenOf(info)[3])
  if (type === undefined || data === undefined || data.constructed) return null
  const name = fromUtf8(type.content)
  const size = (node: DerNode | undefined): number => (node === undefined || node.content.length > 4 ? 0 : node.content.reduce((value, byte) => value * 256 + byte, 0))
  return name.ok ? { type: name.value.trim().toLowerCase().slice(0, 20), data: data.content, width: size(width), height: size(height) } : null
}
