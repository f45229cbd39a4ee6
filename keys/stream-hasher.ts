/** SM3 of long content by WebAssembly (流式杂凑): core's own code where a machine has no WebAssembly. */
import { createSM3 } from 'hash-wasm'
import { createSm3 } from '#core/crypto'
import { toHex } from '#core/formats'
import type { StreamHash, StreamHasher } from '#core/desktop'

const inCore = (): StreamHash => {
  const sum = createSm3()
  return { update: (bytes) => { sum.update(bytes) }, digest: () => toHex(sum.digest()) }
}

export const openSm3: StreamHasher = async () => {
  let sum
  try {
    sum = await createSM3()
  } catch {
    // Some hardened builds switch WebAssembly off; the bytes must be hashed all the same.
    return inCore()
  }
  sum.init()
  return { update: (bytes) => { sum.update(bytes) }, digest: () => sum.digest('hex') }
}
