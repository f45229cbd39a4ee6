/** wenshu seal inspect: shows the seals in a file (查看印章). */
import { extname } from 'node:path'
import { readCertificate, sm3 } from '#core/crypto'
import { toHex } from '#core/formats'
import { ofdPageToSvg, readOfd } from '#core/output'
import { checkPicture, findSeals, judgeSealSignature, verifySeal, type FoundSeal, type Seal, type VerifyVerdict } from '#core/seal'
import { SealFailure } from './failure.ts'
import { readInput, writeNew } from './files.ts'

/** One seal for machines. `steps` are those of its own verification with trust only reported. */
export type SealView = {
  readonly where: string
  readonly kind: 'seal' | 'signature'
  readonly version: number; readonly id: string; readonly name: string; readonly vendor: string; readonly type: number
  readonly createdAt: string; readonly validFrom: string; readonly validTo: string
  readonly state: 'in-force' | 'not-yet' | 'expired'
  readonly maker: string
  readonly signers: readonly string[]
  readonly picture: { readonly type: string; readonly width: number; readonly height: number; readonly bytes: number; readonly problem?: string }
  readonly extensions: readonly { readonly oid: string; readonly critical: boolean }[]
  readonly signedAt?: string; readonly signer?: string; readonly original?: string
  readonly verdict: VerifyVerdict
  readonly steps: readonly { readonly name: string; readonly result: string; readonly detail: string }[]
}

export type Inspection = { readonly exitCode: 0 | 1; readonly seals: readonly SealView[] }

/** All seals of the file; exit 1 when one of them does not hold. SealFailure (2) when the file cannot be read or has none. */
export const inspectFile = (path: string, now: Date, picture?: string): Inspection => {
  const found = findSeals(readInput(path, '文件'))
  if (!found.ok) throw new SealFailure(found.error.code, found.error.message, 2)
  const [first] = found.value
  if (first === undefined) throw new SealFailure('seal.none', `文件中没有电子印章：${path}`, 2)
  if (picture !== undefined) writePicture(first.seal, picture)
  const seals = found.value.map((one) => viewOf(one, now))
  return { exitCode: seals.some(({ verdict }) => verdict === 'invalid' || verdict === 'unusable') ? 1 : 0, seals }
}

const viewOf = ({ where, seal, signature, original }: FoundSeal, now: Date): SealView => {
  const options = { anchors: [], crls: [], trust: 'report', now: now.toISOString() } as const
  const alone = verifySeal(seal.raw, options)
  const judged = signature === undefined ? { verdict: alone.verdict, steps: alone.signatures[0]?.steps ?? [] } : judgeSealSignature(signature, options, original === undefined ? undefined : sm3(original))
  const checked = checkPicture(seal.picture)
  return {
    where, kind: signature === undefined ? 'seal' : 'signature',
    version: seal.version, id: seal.id, name: seal.name, vendor: seal.vendor, type: seal.type,
    createdAt: seal.createdAt, validFrom: seal.validFrom, validTo: seal.validTo, state: stateOf(seal, now),
    maker: subjectOf(seal.makerCertificate),
    signers: seal.certs.kind === 'certificates' ? seal.certs.list.map(subjectOf) : seal.certs.list.map(({ type, value }) => `${type}:${toHex(value)}`),
    picture: {
      type: seal.picture.type, width: seal.picture.width, height: seal.picture.height, bytes: seal.picture.data.length, ...(checked.ok ? {} : { problem: checked.error.message }),
    },
    extensions: seal.extensions.map(({ oid, critical }) => ({ oid, critical })),
    ...(signature === undefined ? {} : { signedAt: signature.time, signer: subjectOf(signature.signerCertificate), original: signature.propertyInfo }),
    verdict: judged.verdict, steps: judged.steps,
  }
}

const stateOf = ({ validFrom, validTo }: Seal, now: Date): SealView['state'] => {
  if (now.getTime() < Date.parse(validFrom)) return 'not-yet'
  return now.getTime() > Date.parse(validTo) ? 'expired' : 'in-force'
}

const subjectOf = (der: Uint8Array): string => {
  const certificate = readCertificate(der)
  return certificate.ok ? certificate.value.subject.text : '（证书无法读取）'
}

/** The picture as it is inside, or a vector picture drawn as SVG; never one that is not what it claims to be. */
const writePicture = ({ picture }: Seal, path: string): void => {
  const kind = checkPicture(picture)
  if (!kind.ok) throw new SealFailure(kind.error.code, kind.error.message)
  const wanted = extname(path).slice(1).toLowerCase().replace('jpg', 'jpeg')
  if (kind.value === 'ofd' && wanted === 'svg') {
    const document = readOfd(picture.data)
    if (!document.ok) throw new SealFailure(document.error.code, document.error.message)
    return writeNew(path, ofdPageToSvg(document.value, 0))
  }
  if (wanted !== kind.value) throw new SealFailure('seal.picture-format', `印章图像是 ${kind.value} 格式，请用 .${kind.value}${kind.value === 'ofd' ? ' 或 .svg' : ''} 作文件名`)
  writeNew(path, picture.data)
}
