/** What electronic seals and seal signatures hold (电子印章、电子签章), GB/T 38540-2020 and GM/T 0031-2014/2025. */

/**
 * Shape of the structure: 1 GM/T 0031-2014, 4 GB/T 38540-2020, 5 GM/T 0031-2025 as far as it is known. The number that the
 * file itself states is `statedVersion`.
 */
export type SealVersion = 1 | 4 | 5

/** A vendor's extension (扩展数据). */
export type SealExtension = { readonly oid: string; readonly critical: boolean; readonly value: Uint8Array }

/** Who may sign with the seal (签章者证书列表): whole certificates, DER, or their digests with the name of the algorithm. */
export type SealSigners =
  | { readonly kind: 'certificates'; readonly list: readonly Uint8Array[] }
  | { readonly kind: 'digests'; readonly list: readonly { readonly type: string; readonly value: Uint8Array }[] }

/** `type`: png, ofd, svg … as written; width and height in mm. */
export type SealPicture = { readonly type: string; readonly data: Uint8Array; readonly width: number; readonly height: number }

/** An electronic seal. Times ISO 8601 UTC. `raw` and all other bytes are slices of the input. */
export type Seal = {
  readonly version: SealVersion
  readonly statedVersion: number
  readonly raw: Uint8Array
  /** eSealInfo as it stands */
  readonly infoRaw: Uint8Array
  /** What the maker signed: eSealInfo alone; in version 1 SEQUENCE { eSealInfo, certificate, algorithm }. */
  readonly signedBytes: Uint8Array
  readonly id: string
  readonly vendor: string
  /** Kind of seal as the business numbers it; in version 1: 1 organisation, 2 person. */
  readonly type: number
  readonly name: string
  readonly createdAt: string
  readonly validFrom: string
  readonly validTo: string
  readonly certs: SealSigners
  readonly picture: SealPicture
  readonly extensions: readonly SealExtension[]
  /** Certificate of the seal's maker (制章者), DER. */
  readonly makerCertificate: Uint8Array
  /** Object identifier. */
  readonly algorithm: string
  readonly signature: Uint8Array
  readonly timeStamp?: Uint8Array
}

/** What the signature says about when: `zone` is 'assumed' where the text names none and Beijing time was taken. */
export type SealTime = { readonly time: string; readonly zone: 'told' | 'assumed' }

/** A seal's signature over a document (电子签章数据). */
export type SealSignature = {
  readonly version: SealVersion
  readonly statedVersion: number
  readonly raw: Uint8Array
  readonly seal: Seal
  /** toSign as it stands: what the signer signed */
  readonly tbsRaw: Uint8Array
  /** ISO 8601 UTC. */
  readonly time: string
  readonly timeZone: SealTime['zone']
  /** RFC 3161 token (or response) over the signature value; in version 1 it may stand in place of the time. */
  readonly timeStamp?: Uint8Array
  /** SM3 of the protected original, 32 bytes. */
  readonly dataHash: Uint8Array
  /** Where the original is: in an OFD the path of Signature.xml. */
  readonly propertyInfo: string
  readonly extensions: readonly SealExtension[]
  readonly signerCertificate: Uint8Array
  readonly algorithm: string
  readonly signature: Uint8Array
}
