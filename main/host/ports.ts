/** What the host is given from outside (主机端口). */
import type { DesktopEvent, DesktopResult } from '#core/desktop'
import type { DocumentContent, Issue } from '#core/document'
import type { Bytes } from './blobs.ts'
import type { WriteAll } from './disk.ts'
import type { Carriers } from './personalCarriers.ts'

export type FontRoleName = '小标宋' | '仿宋' | '黑体' | '楷体' | '宋体' | `后备${number}`

/** The faces (字体) that this machine sets documents in. */
export type HostFonts = {
  readonly list: () => Promise<{ readonly setId: string; readonly fonts: readonly { readonly role: FontRoleName; readonly family: string; readonly substituted: boolean; readonly size: number; readonly rare?: number }[] }>
  readonly read: (role: FontRoleName) => Promise<Uint8Array>
  /** Sets a document in these faces and writes it as a file; `pictures`: bytes by hash. */
  readonly make: (content: DocumentContent, issue: Issue | null, format: 'pdf' | 'ofd', pictures: ReadonlyMap<string, Uint8Array>) => Promise<Uint8Array>
}

/** Trusted roots and revocation lists, DER. */
export type SealTrust = { readonly anchors: readonly Uint8Array[]; readonly crls: readonly Uint8Array[] }

export type HostOptions = {
  /** the profile's folder, made with mode 0700; its last segment is the profile's name */
  readonly profileDir: string
  /** http(s)://host[:port] */
  readonly serverUrl: string
  readonly host: 'electron' | 'loopback'
  readonly version: string
  readonly fonts: HostFonts
  /** the report of core/seal about a sealed PDF or OFD; JSON */
  readonly verifySeal: (bytes: Uint8Array, trust: SealTrust) => unknown
  /** tokens and services for personal keys; those that are found on this machine when absent */
  readonly carriers?: Carriers
  /** device clock, ISO 8601 UTC: shown, decides nothing */
  readonly now?: () => string
  /** milliseconds that never go back in this process */
  readonly monotonicMs?: () => number
  /** how bytes reach the disk; a test fills it up here */
  readonly writeAll?: WriteAll
  /** pauses between tries of the poke line, milliseconds */
  readonly pokePause?: { readonly first: number; readonly longest: number }
}

export type ByteAnswer = { readonly size: number | null; readonly chunks: Bytes }

export type Host = {
  /** Every method of the table; `bytesOut` methods answer the whole bytes. Never rejects. */
  readonly call: (method: string, input: unknown, body?: Uint8Array | Bytes) => Promise<DesktopResult<unknown>>
  /** `bytesOut` methods as a stream. */
  readonly open: (method: string, input: unknown) => Promise<DesktopResult<ByteAnswer>>
  readonly on: (listener: (event: DesktopEvent) => void) => () => void
  readonly close: () => Promise<void>
}
