/** The parts of a package with one signature more (加入签名的各文件), in the order of work of GB/T 33190 §18. */
import { sm3 } from '#core/crypto'
import { formatErr, ok, writeZip, type FormatError, type Result } from '#core/formats'
import { CLOCK_TOLERANCE, obtainTimeStamp, PdfError } from '../pdf/index.ts'
import { nameSignatures } from './entry.ts'
import type { Stamp } from './places.ts'
import type { Target } from './target.ts'
import { maxSignId, signaturesXml, signatureXml, type Provider } from './write-signature.ts'

const PROVIDER: Provider = { name: 'wenshu', version: '1.0', company: '文枢' }

/** What a seal and a digital signature have in common. */
export type SigningRequest = {
  readonly ofd: Uint8Array
  /** ISO 8601 UTC; cut to the second */
  readonly signedAt: string
  /** 'locked': the list of signatures is protected too, so that none can follow (末位锁定) */
  readonly closing: 'open' | 'locked'
  readonly provider?: Provider
  /** fetches an RFC 3161 token over the signature value (port) */
  readonly timeStamp?: (signatureValue: Uint8Array) => Promise<Result<Uint8Array, FormatError>>
}

/** ISO 8601 UTC to the second; undefined for no time. */
export const toSecond = (time: string): string | undefined => {
  const millis = Date.parse(time)
  return Number.isNaN(millis) ? undefined : `${new Date(millis).toISOString().slice(0, 19)}Z`
}

/** A seal shows and lies beside its signature; a digital signature does neither. */
type Kind = { readonly type: 'Seal'; readonly seal: Uint8Array; readonly stamps: readonly Stamp[] } | { readonly type: 'Sign' }

/**
 * The package with the signature in `target`. Files that were there keep their bytes, but OFD.xml at the first signature (it
 * then names the list) and the list. `valueOf`: the signed value over the bytes of Signature.xml. Errors: seal.entry and its own.
 */
export const withSignature = async (
  request: SigningRequest, signedAt: string, target: Target, kind: Kind, valueOf: (signatureFile: Uint8Array) => Promise<Result<Uint8Array, FormatError>>,
): Promise<Result<Uint8Array, FormatError>> => {
  const { files, folder, signaturePath } = target
  const parts = new Map(files)
  if (target.list === undefined) {
    const entry = nameSignatures(files.get(target.entryPath)!, `/${target.listPath}`)
    if (!entry.ok) return entry
    parts.set(target.entryPath, entry.value)
  }
  const id = maxSignId(target.list?.root) + 1
  const stamps = kind.type === 'Seal' ? kind.stamps.map((stamp, i) => ({ ...stamp, id: id + 1 + i })) : []
  const valuePath = `${folder}/SignedValue.dat`
  const sealPath = kind.type === 'Seal' ? `${folder}/Seal.esl` : undefined
  if (kind.type === 'Seal') parts.set(`${folder}/Seal.esl`, kind.seal)
  parts.set(target.listPath, signaturesXml(target.list?.root, { id, type: kind.type, path: signaturePath }, id + stamps.length))
  const references = [...parts].filter(([path]) => request.closing === 'locked' || path !== target.listPath).map(([path, bytes]) => ({ path, digest: sm3(bytes) }))
  const signature = signatureXml({ provider: request.provider ?? PROVIDER, signedAt, references, stamps, sealPath, valuePath })
  parts.set(signaturePath, signature)
  const value = await valueOf(signature)
  if (!value.ok) return value
  parts.set(valuePath, value.value)
  return ok(writeZip([...parts].map(([path, bytes]) => ({ path, bytes }))))
}

/** The authority's answer, held against the signature value and the sealer's clock before it goes in. Errors seal.timestamp-*. */
export const checkedStamp = (port: NonNullable<SigningRequest['timeStamp']>, at: string) => async (value: Uint8Array): Promise<Result<Uint8Array, FormatError>> => {
  try {
    return ok(await obtainTimeStamp(port, value, { at, tolerance: CLOCK_TOLERANCE }))
  } catch (error) {
    if (error instanceof PdfError) return formatErr(error.code, error.message)
    throw error
  }
}
