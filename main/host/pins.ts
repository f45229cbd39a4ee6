/** Trust on first sign-in (首次登录时固定的信任): the installation's root and log certificate, which never change silently afterwards. */
import { readCertificate, readPem, validateChain, type Certificate } from '#core/crypto'
import { fromBase64 } from '#core/formats'

export type Pins = { readonly root: string; readonly logCertificate: string }

const certificate = (base64: string): Certificate | null => {
  const der = fromBase64(base64)
  const read = der.ok ? readCertificate(der.value) : der
  return read.ok ? read.value : null
}

export const derOf = (pem: string, label: string): readonly Uint8Array[] => {
  const blocks = readPem(pem)
  return blocks.ok ? blocks.value.filter((block) => block.label === label).map((block) => block.bytes) : []
}

/** True when the log's and this device's certificates both lead to the root. @param at server time, ISO 8601 UTC */
export const pinsHold = ({ root, logCertificate }: Pins, deviceCertificate: string, devicePublicKey: Uint8Array, at: string): boolean => {
  const anchors = derOf(root, 'CERTIFICATE').flatMap((der) => { const read = readCertificate(der); return read.ok ? [read.value] : [] })
  const log = certificate(logCertificate)
  const device = certificate(deviceCertificate)
  if (anchors.length === 0 || log === null || device === null) return false
  const key = device.publicKey
  if (key.algorithm !== 'sm2' || Buffer.compare(key.point, devicePublicKey) !== 0) return false
  return [log, device].every((leaf) => validateChain(leaf, [], anchors, { at, crls: [] }).verdict === 'trusted')
}
