/** Frozen contents that this window holds (已取的公文内容): rules ask for them synchronously, screens load them by hash. */
import { sm3Hex } from '#core/crypto'
import type { Desktop, DesktopError } from '#core/desktop'
import { frozenBytes, readFrozen, type DocumentContent } from '#core/document'
import { err, ok, type Result } from '#core/formats'

export type Loaded = { readonly content: DocumentContent; readonly bytes: Uint8Array }
export type Contents = {
  readonly held: (hash: string) => DocumentContent | null
  readonly put: (content: DocumentContent) => Promise<Result<string, DesktopError>>
  readonly load: (hash: string) => Promise<Result<Loaded, DesktopError>>
}

/** Beyond this many the longest unused leave memory; the profile still has their bytes. */
const heldAtMost = 200

export const contentsOf = (desktop: Desktop): Contents => {
  const held = new Map<string, Loaded>()
  const loading = new Map<string, Promise<Result<Loaded, DesktopError>>>()
  const keep = (hash: string, loaded: Loaded): void => {
    held.delete(hash)
    held.set(hash, loaded)
    if (held.size > heldAtMost) for (const oldest of held.keys()) { held.delete(oldest); break }
  }
  const fetchOne = async (hash: string): Promise<Result<Loaded, DesktopError>> => {
    const bytes = await desktop.call('blobs.read', { hash })
    if (!bytes.ok) return err(bytes.error)
    const content = readFrozen(bytes.value)
    if (!content.ok) return err({ code: 'damaged', message: content.error.message })
    const loaded = { content: content.value, bytes: bytes.value }
    keep(hash, loaded)
    return ok(loaded)
  }
  return {
    held: (hash) => held.get(hash)?.content ?? null,
    put: async (content) => {
      const bytes = frozenBytes(content)
      const hash = sm3Hex(bytes)
      if (!held.has(hash)) {
        const stored = await desktop.call('blobs.put', { hash }, bytes)
        if (!stored.ok) return err(stored.error)
      }
      keep(hash, { content, bytes })
      return ok(hash)
    },
    load: (hash) => {
      const known = held.get(hash)
      if (known !== undefined) {
        keep(hash, known)
        return Promise.resolve(ok(known))
      }
      const running = loading.get(hash) ?? fetchOne(hash).finally(() => loading.delete(hash))
      loading.set(hash, running)
      return running
    },
  }
}
