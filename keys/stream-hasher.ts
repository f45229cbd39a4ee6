/** SM3 of long content, piece by piece (流式杂凑). */
import { createSm3 } from '#core/crypto'
import { toHex } from '#core/formats'
import type { StreamHasher } from '#core/desktop'

export const openSm3: StreamHasher = async () => {
  const sum = createSm3()
  return { update: (bytes) => { sum.update(bytes) }, digest: () => toHex(sum.digest()) }
}
