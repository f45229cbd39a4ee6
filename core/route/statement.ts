/**
 * What a person signs with the personal key (个人签名): a statement that names exactly what was on screen.
 * The signature is SM2 over the canonical encoding under the context string below, so that it can be checked without the server.
 */
import { encodeCanonical, fromHex, type CanonicalValue } from '#core/formats'
import { sm3Hex, verifyCanonicalSignature } from '#core/crypto'
import type { SealPosition } from './placing.ts'

export const statementContext = 'wenshu.statement/1'

export type ApprovalStatement = {
  readonly schema: 'wenshu.approve/1'
  readonly documentId: string
  readonly stepId: string
  readonly branchId: string
  readonly decision: 'agree' | 'return'
  readonly opinion: string
  readonly revisionHash: string
  readonly attachmentsHash: string
  readonly routeId: string
  readonly routeVersion: number
  /** `sawHash` of the three above, recomputed by the client from the bytes that it rendered */
  readonly sawHash: string
  /** what the pages on screen were: evidence, not compared by the server, whose fonts may differ */
  readonly shown: { readonly pages: number; readonly layoutHash: string; readonly fontSet: string }
  readonly person: string
  readonly claimedAt: string
}

type SealNamed = {
  readonly documentId: string
  readonly purpose: string
  readonly sealId: string
  readonly revisionHash: string
  readonly finalHash: string
  readonly person: string
  readonly claimedAt: string
}
/**
 * Version 1 names the PDF alone and stands for documents composed without an OFD; version 2 names both files; version 3 names
 * the organ and the place of its seal too, as the clerk saw it, for documents whose record says where the rule puts it.
 */
export type SealStatement =
  | (SealNamed & { readonly schema: 'wenshu.seal/1' })
  | (SealNamed & { readonly schema: 'wenshu.seal/2'; readonly ofdHash: string })
  | (SealNamed & { readonly schema: 'wenshu.seal/3'; readonly ofdHash: string; readonly organId: string; readonly place: SealPosition })

/** The second clerk's word under dual control: `requestHash` is the hash of the first one's statement. */
export type SealConfirmStatement = {
  readonly schema: 'wenshu.confirm-seal/1'
  readonly documentId: string
  readonly requestHash: string
  readonly person: string
  readonly claimedAt: string
}

type ReceiptNamed = {
  readonly documentId: string
  readonly organId: string
  readonly sealedHash: string
  readonly verdict: 'valid' | 'invalid' | 'undecided'
  readonly person: string
  readonly claimedAt: string
}
/** Version 1 names the sealed PDF alone; version 2 names both sealed files, and its verdict is about both. */
export type ReceiptStatement =
  | (ReceiptNamed & { readonly schema: 'wenshu.receipt/1' })
  | (ReceiptNamed & { readonly schema: 'wenshu.receipt/2'; readonly sealedOfdHash: string })

export type Statement = ApprovalStatement | SealStatement | SealConfirmStatement | ReceiptStatement

export const isSealStatement = (statement: Statement): statement is SealStatement =>
  statement.schema === 'wenshu.seal/1' || statement.schema === 'wenshu.seal/2' || statement.schema === 'wenshu.seal/3'
export const isReceiptStatement = (statement: Statement): statement is ReceiptStatement =>
  statement.schema === 'wenshu.receipt/1' || statement.schema === 'wenshu.receipt/2'

/** `signature` is lower-case hex DER, `certificate` base64 DER of the signer's personal certificate. */
export type StatementSignature = { readonly statement: Statement; readonly signature: string; readonly certificate: string }

/** The hash of what a person had on screen: revision, attachments and route version (idea 2 of the design). */
export const sawHash = (seen: { revisionHash: string; attachmentsHash: string; routeId: string; routeVersion: number }): string =>
  sm3Hex(encodeCanonical({
    schema: 'wenshu.saw/1',
    revision: seen.revisionHash,
    attachments: seen.attachmentsHash,
    route: { id: seen.routeId, version: seen.routeVersion },
  }))

/** @param publicKey lower-case hex of the uncompressed point that the directory holds for `person` */
export const statementHolds = (signed: StatementSignature, publicKey: string): boolean => {
  const key = fromHex(publicKey)
  return key.ok && verifyCanonicalSignature(signed.statement as unknown as CanonicalValue, statementContext, signed.signature, key.value)
}

/** A personal key in force (在用的个人密钥): hex of its point, base64 DER of its certificate, null where the certificate is not at hand. */
export type PersonalKey = { readonly publicKey: string; readonly certificate: string | null }

/** Why the statement is not this person's, in words, or null. The certificate beside it is kept with it, so it must be the key's own. */
export const personalProblem = (signed: StatementSignature, keys: readonly PersonalKey[]): string | null => {
  if (keys.length === 0) return '没有登记个人签名证书'
  const named = keys.filter(({ certificate }) => certificate === null || certificate === signed.certificate)
  if (named.length === 0) return '签名所附的证书不是在用的个人签名证书'
  return named.some(({ publicKey }) => statementHolds(signed, publicKey)) ? null : '个人签名验证不通过'
}
