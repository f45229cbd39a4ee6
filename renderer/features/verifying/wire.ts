/** What goes to the checking thread and comes back (验证线程的往来). */
import type { VerifyReport } from '#core/seal'

export type TrustBytes = { readonly anchors: readonly Uint8Array[]; readonly crls: readonly Uint8Array[] }

/** `known`: ledger files that lie beside; for a ledger file only */
export type CheckRequest = { readonly type: 'check'; readonly bytes: Uint8Array; readonly known: readonly Uint8Array[]; readonly trust: TrustBytes; readonly now: string }
export type PageRequest = { readonly type: 'page'; readonly index: number }
export type Request = CheckRequest | PageRequest

/** A mark over a page where a seal is drawn; parts of the page, 0 to 1. `signature`: id in the report, or null when it is not told. */
export type SealMark = { readonly page: number; readonly left: number; readonly top: number; readonly width: number; readonly height: number; readonly signature: string | null }

export type Preview =
  | { readonly kind: 'pdf' }
  | { readonly kind: 'ofd'; readonly pages: readonly { readonly width: number; readonly height: number }[]; readonly marks: readonly SealMark[]; readonly warnings: readonly string[] }
  /** picture of a seal: an image, or SVG for one that is drawn as vectors; mm */
  | { readonly kind: 'seal'; readonly image: { readonly type: string; readonly bytes: Uint8Array } | null; readonly width: number; readonly height: number; readonly facts: readonly SealFact[] }
  | { readonly kind: 'package'; readonly files: readonly { readonly path: string; readonly size: number }[] }
  | { readonly kind: 'none' }

export type SealFact = { readonly key: 'name' | 'id' | 'version' | 'vendor' | 'valid' | 'signers'; readonly values: Readonly<Record<string, string | number>> }

export type Checked = { readonly report: VerifyReport; readonly sm3: string; readonly sha256: string; readonly preview: Preview }

export type Answer =
  | { readonly type: 'checked'; readonly value: Checked }
  | { readonly type: 'page'; readonly index: number; readonly svg: string }
  | { readonly type: 'failed'; readonly message: string }
