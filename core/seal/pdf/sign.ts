/**
 * Seals a PDF (电子印章用于版式文件): a visible signature field with the seal's picture, PAdES baseline B-B (ETSI EN 319 142-1),
 * as an incremental update. The sealed bytes begin with the unsealed ones.
 */
import { concatBytes, formatErr, ok, toHex, utf8, type FormatError, type Result } from '#core/formats'
import { buildDetachedCms, digest, digestOfAlgorithm, type Signer } from '#core/crypto'
import { attempt, catalogOf, openPdf, pagesOf, type PdfFile } from './file.ts'
import { countOf, isArray, isDict, isRef, PdfError, type PdfArray, type PdfDict, type PdfValue } from './value.ts'
import { appendUpdate, array, dict, name, nextNumber, ref, textString, withEntries, writeValue, type NewObject } from './write.ts'
import { sealImage, type SealAppearance } from '../picture/index.ts'
import { verifyPdf } from './verify.ts'

/** Where the seal goes: page from 1, centre and diameter in mm, from the page's top left (y downwards). */
export type PdfSealPlace = { readonly page: number; readonly x: number; readonly y: number; readonly diameter: number }

export type SealRequest = {
  readonly pdf: Uint8Array
  readonly place: PdfSealPlace
  readonly appearance: SealAppearance
  /** RSA, P-256 or SM2 key with its certificate. */
  readonly signer: Signer
  /** Issuers of the signer's certificate, DER, nearest first; the root may be left out. */
  readonly chain: readonly Uint8Array[]
  /** ISO 8601 UTC: the time that the signature claims (/M). */
  readonly signedAt: string
  /** Name of the seal's owner (/Name) and why it was sealed (/Reason). */
  readonly name: string
  readonly reason: string
}

const MM = 72 / 25.4
/** Fixed width of one number of /ByteRange: the signature is made over bytes that hold the final numbers. */
const RANGE_WIDTH = 10

/**
 * The sealed file. Its signature was verified before it is returned. With an RSA key the same request gives the same bytes.
 * Errors pdf.* (unreadable, encrypted), seal.* (place, name, glyph, rotated page, certified against changes).
 */
export const sealPdf = async (request: SealRequest): Promise<Result<Uint8Array, FormatError>> => {
  const picture = sealImage(request.appearance, request.place.diameter)
  if (!picture.ok) return picture
  const file = openPdf(request.pdf)
  if (!file.ok) return file
  const prepared = attempt(() => prepare(file.value, request, picture.value))
  if (!prepared.ok) return prepared
  const { bytes, rangeAt, contentsAt, contentsEnd } = prepared.value
  const range = `[0 ${contentsAt} ${contentsEnd} ${bytes.length - contentsEnd}`
  bytes.set(utf8(`${range.padEnd(rangeLength - 1)}]`), rangeAt)
  const algorithm = digestOfAlgorithm(request.signer.algorithm)
  const covered = concatBytes(bytes.subarray(0, contentsAt), bytes.subarray(contentsEnd))
  const cms = await buildDetachedCms({ contentDigest: digest(algorithm, covered), chain: request.chain }, request.signer)
  const hex = toHex(cms)
  if (hex.length > contentsEnd - contentsAt - 2) return formatErr('seal.too-large', '签名数据超出预留空间')
  bytes.set(utf8(hex), contentsAt + 1)
  const report = verifyPdf(bytes, { anchors: [], crls: [], trust: 'report' })
  const own = report.signatures.at(-1)
  if (own?.verdict !== 'valid' || own.coverage !== 'whole') {
    const why = own?.steps.find((step) => step.result === 'fail')
    return formatErr('seal.self-check', `用印后的自检没有通过：${why?.name ?? ''} ${why?.detail ?? report.warnings[0]?.detail ?? ''}`)
  }
  return ok(bytes)
}

const rangeLength = `[0 ${'0'.repeat(RANGE_WIDTH)} ${'0'.repeat(RANGE_WIDTH)} ${'0'.repeat(RANGE_WIDTH)}]`.length

type Prepared = { readonly bytes: Uint8Array; readonly rangeAt: number; readonly contentsAt: number; readonly contentsEnd: number }

const prepare = (file: PdfFile, request: SealRequest, picture: Uint8Array): Prepared => {
  const { place } = request
  const page = pagesOf(file)[place.page - 1]
  if (page === undefined) throw new PdfError('seal.page', `文件没有第 ${place.page} 页`)
  if ((countOf(file.resolve(page.dict.entries.get('Rotate'))) ?? 0) % 360 !== 0) throw new PdfError('seal.rotated-page', '不能在旋转的页面上用印')
  const first = nextNumber(file)
  const [signatureNum, fieldNum, formNum] = [first, first + 1, first + 2]
  const side = place.diameter * MM
  const rect = rectOf(file, page.dict, place)
  const form = dict({
    Type: name('XObject'), Subtype: name('Form'), FormType: 1, BBox: array(0, 0, side, side),
    // Multiply keeps the text under the seal readable (allowed by PDF/A-2 §6.2.10 under an output intent).
    Resources: dict({ ExtGState: dict({ Multiply: dict({ Type: name('ExtGState'), BM: name('Multiply') }) }) }),
  })
  const field = dict({
    Type: name('Annot'), Subtype: name('Widget'), FT: name('Sig'), T: textString(`WenshuSeal${fieldNum}`), F: 132, Rect: rect,
    P: ref(page.num), AP: dict({ N: ref(formNum) }), V: ref(signatureNum),
  })
  const signature = signatureText(request)
  const update = appendUpdate(file, [
    { num: signatureNum, gen: 0, text: signature.text },
    { num: fieldNum, gen: 0, value: field },
    { num: formNum, gen: 0, stream: { dict: form, bytes: picture } },
    ...pageObjects(file, page.num, fieldNum),
    ...formObjects(file, fieldNum),
  ])
  const body = update.bodyAt.get(signatureNum)!
  return {
    bytes: update.bytes, rangeAt: body + signature.rangeAt, contentsAt: body + signature.contentsAt, contentsEnd: body + signature.contentsEnd,
  }
}

const rectOf = (file: PdfFile, page: PdfDict, place: PdfSealPlace): PdfArray => {
  const box = file.resolve(page.entries.get('MediaBox'))
  const numbers = isArray(box) ? box.items.map((item) => file.resolve(item)) : []
  const [x1, y1, x2, y2] = numbers as readonly (number | undefined)[]
  if (numbers.length !== 4 || numbers.some((item) => typeof item !== 'number')) throw new PdfError('seal.page', '页面尺寸不正确')
  const half = (place.diameter / 2) * MM
  const x = Math.min(x1!, x2!) + place.x * MM
  const y = Math.max(y1!, y2!) - place.y * MM
  const inside = x - half >= Math.min(x1!, x2!) && x + half <= Math.max(x1!, x2!) && y - half >= Math.min(y1!, y2!) && y + half <= Math.max(y1!, y2!)
  if (!inside) throw new PdfError('seal.place', '印章超出页面')
  return { kind: 'array', items: [x - half, y - half, x + half, y + half] }
}

/** The signature dictionary as text, with the places of its two holes. */
const signatureText = (request: SealRequest) => {
  const certificates = [request.signer.certificate, ...request.chain].reduce((sum, der) => sum + der.length, 0)
  const room = Math.max(8192, certificates + 4096)
  const digits = request.signedAt.replace(/\D/g, '').slice(0, 14)
  if (digits.length !== 14) throw new PdfError('seal.time', '用印时间不合法')
  const head = '<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange '
  const middle = '/Contents '
  const tail = `/M(D:${digits}+00'00')/Name${writeValue(textString(request.name))}/Reason${writeValue(textString(request.reason))}>>`
  const rangeAt = head.length
  const contentsAt = rangeAt + rangeLength + middle.length
  return {
    text: `${head}${' '.repeat(rangeLength)}${middle}<${'0'.repeat(2 * room)}>${tail}`,
    rangeAt, contentsAt, contentsEnd: contentsAt + 2 * room + 2,
  }
}

/** Adds the field to the page's annotations, in whichever object they are written. */
const pageObjects = (file: PdfFile, pageNum: number, fieldNum: number): readonly NewObject[] => {
  const page = file.object(pageNum)
  if (!isDict(page)) throw new PdfError('pdf.pages', '页面对象不正确')
  const annotations = page.entries.get('Annots')
  const list = file.resolve(annotations)
  const extended: PdfValue = { kind: 'array', items: [...(isArray(list) ? list.items : []), ref(fieldNum)] }
  if (isRef(annotations) && isArray(list)) return [{ num: annotations.num, gen: annotations.gen, value: extended as PdfArray }]
  return [{ num: pageNum, gen: genOf(file, pageNum), value: withEntries(page, { Annots: extended }) }]
}

/** Adds the field to the form, making one when there is none. */
const formObjects = (file: PdfFile, fieldNum: number): readonly NewObject[] => {
  const root = file.trailer.entries.get('Root')
  if (!isRef(root)) throw new PdfError('pdf.root', '文件没有目录对象')
  const catalog = catalogOf(file)
  if (certifiedAgainstChanges(file, catalog)) throw new PdfError('seal.certified', '文件的认证签名不允许再用印')
  const standing = catalog.entries.get('AcroForm')
  const form = file.resolve(standing)
  const base = isDict(form) ? form : dict({})
  const fields = file.resolve(base.entries.get('Fields'))
  const extended = withEntries(base, { Fields: { kind: 'array', items: [...(isArray(fields) ? fields.items : []), ref(fieldNum)] }, SigFlags: 3 })
  if (isRef(standing) && isDict(form)) return [{ num: standing.num, gen: standing.gen, value: extended }]
  return [{ num: root.num, gen: root.gen, value: withEntries(catalog, { AcroForm: extended }) }]
}

/** DocMDP with P=1: nothing may follow, not even a seal (§12.8.2.2). */
const certifiedAgainstChanges = (file: PdfFile, catalog: PdfDict): boolean => {
  const permissions = file.resolve(catalog.entries.get('Perms'))
  const certification = isDict(permissions) ? file.resolve(permissions.entries.get('DocMDP')) : null
  const references = isDict(certification) ? file.resolve(certification.entries.get('Reference')) : null
  return isArray(references) && references.items.some((item) => {
    const reference = file.resolve(item)
    const parameters = isDict(reference) ? file.resolve(reference.entries.get('TransformParams')) : null
    return isDict(parameters) && file.resolve(parameters.entries.get('P')) === 1
  })
}

const genOf = (file: PdfFile, num: number): number => {
  const entry = file.entries.get(num)
  return entry?.kind === 'at' ? entry.gen : 0
}
