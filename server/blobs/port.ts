/** Hashes are SM3 of the bytes, 64 lower-case hexadecimal digits; callers have checked the form. */
export type PutOutcome =
  | { readonly ok: true; readonly hash: string; readonly size: number }
  | { readonly ok: false; readonly reason: 'hash_differs' | 'too_large' }

export type BlobStore = {
  /** Stores a stream that must have this hash; nothing is kept otherwise. Durable when it resolves. `limit` in bytes. */
  readonly put: (hash: string, bytes: AsyncIterable<Uint8Array>, limit: number) => Promise<PutOutcome>
  /** Stores bytes under their own hash. */
  readonly keep: (bytes: Uint8Array) => Promise<string>
  readonly has: (hash: string) => Promise<boolean>
  /** null when there are none */
  readonly read: (hash: string) => Promise<Uint8Array | null>
  readonly open: (hash: string) => Promise<{ readonly size: number; readonly stream: () => NodeJS.ReadableStream } | null>
}
