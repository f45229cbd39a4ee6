/** A certificate authority, a seal maker and a signer for trying out (演示用证书). Every name says that it is for show. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { buildCertificate, buildRevocationList, sm2KeyPair, sm2MessageSigner, writeName, writePem, writeSm2Pkcs8, type Signer } from '#core/crypto'
import { toHex } from '#core/formats'
import { randomBytes } from '#keys'
import { SealFailure } from './failure.ts'
import { writeNew } from './files.ts'

export type DemoPki = { readonly maker: Signer; readonly signer: Signer; readonly files: readonly string[] }

const YEAR_MS = 365.25 * 86_400_000
const FILES = { root: 'trust/demo-root.pem', crl: 'trust/demo.crl', maker: 'demo-maker.pem', signer: 'demo-signer.pem' } as const

const serial = (): string => `01${toHex(randomBytes(15))}`

/** Makes all four files in `folder`, what others may see in `trust/` there (for `verify --trust`); refuses where one of them stands already. `now`: milliseconds since 1970. */
export const makeDemoPki = async (folder: string, organ: string, now: number): Promise<DemoPki> => {
  mkdirSync(join(folder, 'trust'), { recursive: true })
  const standing = Object.values(FILES).find((name) => existsSync(join(folder, name)))
  if (standing !== undefined) throw new SealFailure('seal.write', `文件夹里已有演示证书，不覆盖：${join(folder, standing)}`)
  const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
  const [notBefore, notAfter] = [iso(now - 3_600_000), iso(now + 10 * YEAR_MS)]
  const name = (text: string) => writeName([{ type: 'C', value: 'CN' }, { type: 'O', value: '演示专用' }, { type: 'CN', value: text }])
  const ca = sm2KeyPair(randomBytes)
  const caSigner = sm2MessageSigner(ca.privateKey, randomBytes)
  const issuer = name('演示根证书（不得用于公务）')
  const point = (publicKey: Uint8Array) => ({ algorithm: 'sm2', point: publicKey }) as const
  const root = await buildCertificate({ serial: serial(), issuer, subject: issuer, notBefore, notAfter, publicKey: point(ca.publicKey), authority: {}, keyUsage: ['keyCertSign', 'cRLSign'] }, caSigner)
  const crl = await buildRevocationList({ issuer, number: 1, thisUpdate: notBefore, nextUpdate: notAfter, revoked: [] }, caSigner)
  const issue = async (text: string, file: string): Promise<Signer> => {
    const pair = sm2KeyPair(randomBytes)
    const certificate = await buildCertificate({
      serial: serial(), issuer, subject: name(text), notBefore, notAfter, publicKey: point(pair.publicKey), keyUsage: ['digitalSignature', 'nonRepudiation'], issuerKey: point(ca.publicKey),
    }, caSigner)
    writeNew(join(folder, file), writePem('PRIVATE KEY', writeSm2Pkcs8(pair.privateKey, pair.publicKey)) + writePem('CERTIFICATE', certificate), 'secret')
    return { ...sm2MessageSigner(pair.privateKey, randomBytes), certificate }
  }
  writeNew(join(folder, FILES.root), writePem('CERTIFICATE', root))
  writeNew(join(folder, FILES.crl), crl)
  const maker = await issue('演示制章者', FILES.maker)
  const signer = await issue(`${organ}（样章）`, FILES.signer)
  ca.privateKey.fill(0)
  return { maker, signer, files: Object.values(FILES).map((file) => join(folder, file)) }
}
