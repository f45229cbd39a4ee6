/**
 * What a package is built from (归档包的来源). A plain value: the server gathers it, nothing here reads a store.
 * All bytes are taken as they are stored; every hash is checked again before anything is signed.
 */
import type { Directory } from '#core/access'
import type { CanonicalValue } from '#core/formats'
import type { Signer } from '#core/crypto'
import type { EventRecord, SignedHead } from '#core/ledger'
import type { DocumentState } from '#core/route'
import type { VerifyReport } from '#core/seal'

export type PackageInput = {
  /** The document as filed: status 'filed', the state that its records replay to. */
  readonly state: DocumentState
  /** Names of organs and people; only those that occur in the document are carried along. */
  readonly directory: Directory
  /** Frozen bytes of every revision in state.revisions, each once, in any order. */
  readonly revisions: readonly Uint8Array[]
  /** Bytes of every file attachment that any of these revisions names, each once, in any order. */
  readonly attachments: readonly Uint8Array[]
  /** The composed pages before sealing; SM3 = state.final.hash. */
  readonly finalPdf: Uint8Array
  /** The sealed file; SM3 = state.seal.sealedHash. */
  readonly sealedPdf: Uint8Array
  /** The same two as OFD, with what verifyOfd said of the sealed one; there when state.final.ofdHash is. */
  readonly ofd?: { readonly final: Uint8Array; readonly sealed: Uint8Array; readonly report: VerifyReport }
  /** 公文处理单 as PDF. */
  readonly processSheetPdf: Uint8Array
  /** All records of the document from index 0 up to and including the filing, in order. */
  readonly records: readonly EventRecord[]
  /** The signed commands (wenshu.command/1, with `signature`) that caused the records, each once, in any order. */
  readonly commands: readonly CanonicalValue[]
  /** Certificate (DER) of every device that sent one of them; the installation itself is the device 'system'. */
  readonly deviceCertificates: readonly { readonly deviceId: string; readonly certificate: Uint8Array }[]
  /** Certificates of issuers, DER (the root may be among them; it is evidence, not an anchor). */
  readonly issuers: readonly Uint8Array[]
  /** Revocation lists, DER, issued at or after the filing. */
  readonly crls: readonly Uint8Array[]
  /** Proof that the last record is in the log: its leaf is leafHash(encodeCanonical(record)), `index` its place, the tree that of `head`. */
  readonly ledger: { readonly index: number; readonly proof: readonly Uint8Array[]; readonly head: SignedHead }
  /** What verifyPdf said about the sealed file at filing. */
  readonly sealReport: VerifyReport
  /** The archive's SM2 key with its certificate. */
  readonly signer: Signer
  /** ISO 8601 UTC, seconds or milliseconds. */
  readonly builtAt: string
  /** Program and version, e.g. 文枢 0.1.0 */
  readonly agent: string
}

export type PackageFile = { readonly path: string; readonly bytes: Uint8Array }

/** `manifestHash`: SM3 of tagmanifest-sha256.txt, lower-case hexadecimal; it stands for every byte of the package but the signature. */
export type BuiltPackage = { readonly files: readonly PackageFile[]; readonly manifestHash: string }

/** Names that a reader needs to understand the record (名册). */
export type PackageNames = {
  readonly schema: 'wenshu.names/1'
  readonly organs: Readonly<Record<string, { readonly name: string; readonly fonds: string; readonly unitCode: string }>>
  readonly people: Readonly<Record<string, { readonly name: string; readonly title: string; readonly organId: string }>>
}

/** What package-signature.json holds under `signed`: the tag manifest stands for all files, and nothing else is left free. */
export type SignedPart = {
  readonly schema: 'wenshu.package/1'
  readonly documentId: string
  readonly archivalCode: string
  /** SM3 of tagmanifest-sha256.txt */
  readonly manifestHash: string
  /** SM3 of the archive's certificate, DER */
  readonly certificateHash: string
  readonly builtAt: string
}

export const packageContext = 'wenshu.package/1'
