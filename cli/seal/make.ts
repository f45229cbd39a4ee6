/** wenshu seal make: makes a seal by GB/T 38540 (制章). */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { readCertificate, type Signer } from '#core/crypto'
import { refusalText } from '#core/desktop'
import { toHex } from '#core/formats'
import { buildSeal, makeSealPicture, sealFace, type MadePicture, type SealAppearance } from '#core/seal'
import { openKeyFile, randomBytes } from '#keys'
import { loadFaces } from '../fonts.ts'
import { SealFailure } from './failure.ts'
import { readCertificateFile, readInput, writeNew } from './files.ts'
import { makeDemoPki } from './demo-pki.ts'

export type MakeRequest = {
  readonly name: string
  readonly out: string
  /** where the maker's key is from: a key file, or keys made on the spot for show */
  readonly keys: { readonly from: 'file'; readonly path: string; readonly passwordEnv: string; readonly certificate?: string } | { readonly from: 'demo' }
  readonly signerCertificates: readonly string[]
  readonly id?: string
  readonly vendor?: string
  readonly type?: number
  readonly picture?: string
  readonly font?: string
  readonly diameter: number
  readonly bottom?: string
  /** vectors (a page of OFD) or pixels */
  readonly format: 'png' | 'ofd'
  readonly validFrom?: string
  readonly validTo?: string
}

export type MadeSealFile = {
  readonly out: string; readonly id: string; readonly name: string; readonly validFrom: string; readonly validTo: string
  readonly picture: { readonly type: string; readonly width: number; readonly height: number; readonly bytes: number }
  readonly maker: string; readonly signers: readonly string[]
  /** further files that were left beside the seal */
  readonly files: readonly string[]
}

/** Makes the seal and writes it. SealFailure: refused (1) or unreadable (2); nothing is written then but what demo keys need. */
export const makeSealFile = async (request: MakeRequest, now: Date): Promise<MadeSealFile> => {
  if (existsSync(request.out)) throw new SealFailure('seal.write', `文件已存在，不覆盖：${request.out}`)
  const createdAt = `${now.toISOString().slice(0, 19)}Z`
  const validFrom = dayOf(request.validFrom, 'start') ?? createdAt
  const validTo = dayOf(request.validTo, 'end') ?? `${Number(validFrom.slice(0, 4)) + 5}${validFrom.slice(4).replace('-02-29', '-02-28')}`
  const id = request.id ?? toHex(randomBytes(16))
  const picture = await pictureOf(request, id, createdAt)
  const { maker, signers, files } = await keysOf(request, now)
  const made = await buildSeal({
    id, vendor: request.vendor ?? 'WENSHU', type: request.type ?? 1, name: request.name, certs: { kind: 'certificates', list: signers },
    createdAt, validFrom, validTo, picture,
  }, maker)
  if (!made.ok) throw new SealFailure(made.error.code, made.error.message)
  writeNew(request.out, made.value)
  return {
    out: request.out, id, name: request.name, validFrom, validTo,
    picture: { type: picture.type, width: picture.width, height: picture.height, bytes: picture.data.length },
    maker: subjectOf(maker.certificate), signers: signers.map(subjectOf), files,
  }
}

const subjectOf = (der: Uint8Array): string => {
  const certificate = readCertificate(der)
  return certificate.ok ? certificate.value.subject.text : '（证书无法读取）'
}

/** A day of Beijing time, from its first to its last second, or a time with its zone; ISO 8601 UTC. */
const dayOf = (text: string | undefined, edge: 'start' | 'end'): string | undefined => {
  if (text === undefined) return undefined
  const day = /^\d{4}-\d\d-\d\d$/.test(text)
  const zoned = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text)
  const time = Date.parse(day ? `${text}T${edge === 'start' ? '00:00:00' : '23:59:59'}+08:00` : text)
  const real = !day || new Date(`${text}T00:00:00Z`).toString() !== 'Invalid Date' && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text)
  if ((!day && !zoned) || Number.isNaN(time) || !real) throw new SealFailure('seal.time', `时间不正确：${text}（应为 YYYY-MM-DD 或带时区的 ISO 8601 时间）`)
  return `${new Date(time).toISOString().slice(0, 19)}Z`
}

type Keys = { readonly maker: Signer; readonly signers: readonly Uint8Array[]; readonly files: readonly string[] }

const keysOf = async ({ keys, signerCertificates, name, out }: MakeRequest, now: Date): Promise<Keys> => {
  const given = signerCertificates.flatMap(readCertificateFile)
  if (keys.from === 'demo') {
    const demo = await makeDemoPki(dirname(out), name, now.getTime())
    return { maker: demo.maker, signers: given.length > 0 ? given : [demo.signer.certificate], files: demo.files }
  }
  if (given.length === 0) throw new SealFailure('seal.signer', '请用 --signer-cert 给出签章者证书')
  const password = process.env[keys.passwordEnv]
  const opened = await openKeyFile(keys.path, password ?? '', keys.certificate === undefined ? {} : { certificates: keys.certificate })
  if (!opened.ok && opened.error.reason === 'pinWrong' && password === undefined) throw new SealFailure('key.noPassword', `请用环境变量 ${keys.passwordEnv} 给出密钥口令；口令不写在命令行上`)
  if (!opened.ok) throw new SealFailure(`key.${opened.error.reason}`, `制章者密钥不能使用：${refusalText(opened.error)}`, opened.error.reason === 'absent' ? 2 : 1)
  return { maker: opened.value, signers: given, files: [] }
}

const SHOW = ['样章', '演示', '样本', '测试']

const pictureOf = async (request: MakeRequest, id: string, createdAt: string): Promise<MadePicture> => {
  const { picture: path, diameter: width } = request
  const format = request.format === 'png' ? { as: 'png' } as const
    : { as: 'ofd', id: /^[0-9a-f]{32}$/.test(id) ? id : toHex(randomBytes(16)), title: request.name, date: createdAt.slice(0, 10) } as const
  const made = path === undefined
    ? makeSealPicture({ from: 'round', appearance: await drawn(request), width }, format)
    : makeSealPicture({ from: /\.svg$/i.test(path) ? 'svg' : 'png', bytes: readInput(path, '印模图片'), width }, format)
  if (!made.ok) throw new SealFailure(made.error.code, made.error.message, path === undefined ? 1 : 2)
  return made.value
}

/** What this program draws is for show and says so; the picture of a real seal comes from the office that issues seals. */
const drawn = async ({ name, bottom = '样章', font }: MakeRequest): Promise<SealAppearance> => {
  if (!SHOW.some((word) => bottom.includes(word))) throw new SealFailure('seal.sample-mark', '程序绘制的印章须在下部标明“样章”或“演示专用”；正式印模请用 --picture 给出制发部门的图形')
  const bytes = font === undefined ? (await loadFaces()).files.小标宋.bytes : readInput(font, '字体')
  const glyph = sealFace(bytes)
  if (!glyph.ok) throw new SealFailure(glyph.error.code, glyph.error.message, 2)
  return { name, bottomText: bottom, glyph: glyph.value }
}
