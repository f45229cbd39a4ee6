/** wenshu seal stamp: seals an OFD by GB/T 38540, or a PDF by PAdES, from files alone (用印). */
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { refusalText } from '#core/desktop'
import { fetchRevocation, type RevocationQuestion } from '#core/crypto'
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import { checkPicture, maySign, pdfKeywordPlaces, readSeal, sealPdfTo, stampOfd, verifySeal, type OfdSealPlace, type PdfSeam, type Seal, type VerifyOptions } from '#core/seal'
import { KeyRefused, openKeyFile, randomBytes, type KeySigner } from '#keys'
import { UsageError } from '../command.ts'
import { readTrust } from '../verify/read-trust.ts'
import { readStampOptions, type StampOptions } from './stamp-options.ts'
import { webGet, webPost } from '../web.ts'
import { timeStampFrom } from './time-stamp.ts'

/** 0 sealed and written · 1 refused or not writable, nothing written · 2 an input cannot be read. */
export const runStamp = async (argv: readonly string[]): Promise<number> => {
  const sealed = await stampFiles(argv)
  if (!sealed.ok) {
    process.stderr.write(`${sealed.error.message}（${sealed.error.code}）\n`)
    return /^(file|ofd|pdf|der|xml)\./.test(sealed.error.code) ? 2 : 1
  }
  const { out, bytes, notes } = sealed.value
  const part = `${out}.part`
  try {
    await writeFile(part, bytes)
    await rename(part, out)
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined)
    process.stderr.write(`写不进「${out}」：${(error as NodeJS.ErrnoException).code ?? String(error)}（file.unwritable）\n`)
    return 1
  }
  for (const note of notes) process.stderr.write(`注意：${note}\n`)
  process.stdout.write(`已盖章并验证，写入 ${out}\n`)
  return 0
}

type Done = { readonly out: string; readonly bytes: Uint8Array; readonly notes: readonly string[] }

const stampFiles = async (argv: readonly string[]): Promise<Result<Done, FormatError>> => {
  let options: StampOptions
  try {
    options = readStampOptions(argv, process.env)
  } catch (error) {
    if (error instanceof UsageError) return formatErr('seal.options', error.message)
    throw error
  }
  // The unsealed original is evidence too: it is never written over.
  if (resolve(options.out) === resolve(options.path)) return formatErr('seal.options', '输出文件不能就是原文件')
  const file = await bytesOf(options.path)
  if (!file.ok) return file
  const der = await bytesOf(options.seal)
  if (!der.ok) return der
  const seal = readSeal(der.value)
  if (!seal.ok) return formatErr(seal.error.code, `印章文件无法使用：${seal.error.message}`)
  const signer = await openKeyFile(options.key, options.password ?? '', options.certificates === undefined ? {} : { certificates: options.certificates })
  if (!signer.ok && signer.error.reason === 'pinWrong' && options.password === undefined) {
    return formatErr('key.noPassword', `请用环境变量 ${options.passwordVariable} 给出密钥口令；口令不写在命令行上`)
  }
  if (!signer.ok) return formatErr(`key.${signer.error.reason}`, `${options.key}：${refusalText(signer.error)}`)
  try {
    const isPdf = String.fromCharCode(...file.value.subarray(0, 5)) === '%PDF-'
    const made = isPdf ? await stampPdf(file.value, seal.value, signer.value, options) : await stampPackage(file.value, der.value, signer.value, options)
    return made.ok ? ok({ out: options.out, ...made.value }) : made
  } catch (error) {
    if (error instanceof KeyRefused) return formatErr(`key.${error.refusal.reason}`, error.message)
    throw error
  } finally {
    await signer.value.close()
  }
}

type Made = Promise<Result<Pick<Done, 'bytes' | 'notes'>, FormatError>>

const stampPackage = async (ofd: Uint8Array, seal: Uint8Array, signer: KeySigner, options: StampOptions): Made => {
  if (options.level !== 'B') return formatErr('seal.options', '--level 只用于 PDF；OFD 用 --tsa 加时间戳')
  const trust = trustOf(options)
  if (!trust.ok) return trust
  const made = await stampOfd({
    ofd, seal, signer, places: options.places, signedAt: new Date().toISOString(), closing: options.closing,
    ...(options.tsa === undefined ? {} : { timeStamp: timeStampFrom(options.tsa, 'sm3') }),
    ...(options.trust.length === 0 ? {} : { trust: { ...trust.value, trust: 'decide' } }),
  })
  return made.ok ? ok({ bytes: made.value, notes: [] }) : made
}

/** A PDF takes the seal's picture; who may use the seal is held against its list here, since the PDF's own signature does not say. */
const stampPdf = async (pdf: Uint8Array, seal: Seal, signer: KeySigner, options: StampOptions): Made => {
  const picture = checkPicture(seal.picture)
  if (!picture.ok) return picture
  if (picture.value !== 'png') return formatErr('seal.picture-format', 'PDF 用印需要 PNG 图形的印章')
  const points = pointsOf(pdf, options.places, seal.picture)
  if (!points.ok) return points
  const [first, ...rest] = points.value
  const seams = options.places.flatMap((place): PdfSeam[] => (place.kind === 'seam' ? [place] : []))
  if (first === undefined) return formatErr('seal.options', 'PDF 的骑缝章须与一处完整的印章一起盖：请加 --page、--x、--y 或 --keyword')
  const trust = trustOf(options)
  if (!trust.ok) return trust
  const signedAt = new Date().toISOString()
  const problem = whyNotUsable(seal, signer, { ...trust.value, trust: options.trust.length === 0 ? 'report' : 'decide', at: signedAt })
  if (problem !== undefined) return problem
  const sealed = await sealPdfTo({
    pdf, place: { ...first, diameter: seal.picture.width }, alsoAt: rest, seams, appearance: { png: seal.picture.data }, signer, chain: signer.chain.slice(1),
    signedAt, name: seal.name, reason: '用印', level: options.level,
    ...(options.tsa === undefined ? {} : { timeStamp: timeStampFrom(options.tsa, 'sha256') }),
    ...(options.level === 'B' || options.level === 'T' ? {} : { evidence: { certificates: [...signer.chain, ...trust.value.anchors], crls: trust.value.crls, ocsps: trust.value.ocsps, fetch: askIssuers } }),
    ...(options.closing === 'locked' ? { docMdp: 1 } : {}),
  })
  return sealed.ok ? ok({ bytes: sealed.value.pdf, notes: sealed.value.warnings.map((warning) => `${warning.detail}（${warning.code}）`) }) : sealed
}

/** LT and LTA: whoever reaches a time-stamp service reaches the issuers too. Of one that does not answer nothing is known, and the seal is refused for it. */
const askIssuers = (questions: readonly RevocationQuestion[]) =>
  fetchRevocation({ questions, post: webPost, get: webGet, entropy: randomBytes, now: () => new Date().toISOString() })

const whyNotUsable = (seal: Seal, signer: KeySigner, options: VerifyOptions) => {
  const steps = verifySeal(seal.raw, options).signatures.flatMap((signature) => signature.steps)
  const decisive = steps.filter((step) => options.trust === 'decide' || !step.name.startsWith('证书链：'))
  const failed = decisive.find((step) => step.result === 'fail' || step.result === 'unknown')
  if (failed !== undefined) return formatErr('seal.not-valid', `印章不能使用：${failed.name}，${failed.detail}`)
  return maySign(seal, signer.certificate) ? undefined : formatErr('seal.signer', '签章人证书不在这枚印章的签章者列表中')
}

type Point = { readonly page: number; readonly x: number; readonly y: number }

/** Every place of a whole seal, the words' places found in the file. */
const pointsOf = (pdf: Uint8Array, places: readonly OfdSealPlace[], { width, height }: Seal['picture']): Result<readonly Point[], FormatError> => {
  const points: Point[] = []
  for (const place of places) {
    if (place.kind === 'at') points.push({ page: place.page, x: place.x, y: place.y })
    if (place.kind !== 'keyword') continue
    const found = pdfKeywordPlaces({ pdf, keyword: place.text, which: place.which, width, height })
    if (!found.ok) return found
    points.push(...found.value.map(({ page, x, y }) => ({ page, x, y })))
  }
  return ok(points)
}

const trustOf = ({ trust }: StampOptions): Result<ReturnType<typeof readTrust>, FormatError> => {
  try {
    return ok(readTrust(trust))
  } catch (error) {
    return formatErr('seal.trust', error instanceof Error ? error.message : String(error))
  }
}

const bytesOf = async (path: string): Promise<Result<Uint8Array, FormatError>> => {
  try {
    return ok(new Uint8Array(await readFile(path)))
  } catch (error) {
    return formatErr('file.unreadable', `读不出「${path}」：${(error as NodeJS.ErrnoException).code ?? String(error)}`)
  }
}
