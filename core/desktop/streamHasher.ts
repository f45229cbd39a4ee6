/** Hashing of long content while it passes (流式杂凑, port): implementations are in keys/. */

/** One SM3 under way. `digest` ends it: 64 lower-case hexadecimal digits; neither method may be called after. */
export type StreamHash = {
  readonly update: (bytes: Uint8Array) => void
  readonly digest: () => string
}

/** Begins an SM3 (GB/T 32905). Each one is on its own: as many as wanted may run at a time. */
export type StreamHasher = () => Promise<StreamHash>
