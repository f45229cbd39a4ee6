/** UUIDv7 (RFC 9562 §5.7): time-ordered ids for commands. */
import { toHex } from '#core/formats'

/** @param now ISO 8601 UTC of the device's clock @param entropy source of random bytes */
export const uuidV7 = (now: string, entropy: (length: number) => Uint8Array): string => {
  const milliseconds = Math.max(0, new Date(now).getTime())
  const bytes = Uint8Array.from(entropy(16))
  for (let index = 0; index < 6; index += 1) bytes[index] = Math.floor(milliseconds / 2 ** (8 * (5 - index))) & 0xff
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = toHex(bytes)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
