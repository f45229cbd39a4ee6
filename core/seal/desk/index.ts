/**
 * What a seal desk looks at before its token signs (用印台核对): its holder signs what was on screen, whatever the server prepared. Nothing
 * of this trusts the preparation: the PDF's octets come from the prepared bytes once these are nothing but the file on screen and one seal,
 * the OFD's are made anew from the package on screen.
 */
import { digest, readCertificate, type SignatureAlgorithm } from '#core/crypto'
import { equalBytes, formatErr, ok, readDer, readSequence, readZip, toHex, type FormatError, type Result } from '#core/formats'
import type { SealPosition } from '#core/route'
import { prepareOfd } from '../ofd/index.ts'
import { readSeal } from '../ses/index.ts'
import { pdfOctets } from './pdf.ts'

/** What the server prepared. `pdf`: the bytes that it appends to the file on screen; `ofd`: TBS_Sign, DER; time ISO 8601 UTC, whole seconds. */
export type DeskPreparation = { readonly signedAt: string; readonly pdf: Uint8Array; readonly ofd: Uint8Array }

/** What the desk knows by itself: the files on screen, the place that the clerk signs for, the seal and its certificates as registered, DER. */
export type DeskSight = {
  readonly pdf: Uint8Array
  readonly ofd: Uint8Array
  readonly place: SealPosition
  readonly seal: Uint8Array
  readonly certificates: { readonly pdf: Uint8Array; readonly ofd: Uint8Array }
  /** server time as this machine knows it, ISO 8601 UTC */
  readonly now: string
}

/** How far the time of a preparation may be from the desk's idea of the server's clock, seconds. */
const CLOCK_TOLERANCE = 300

const algorithmOf = (certificate: Uint8Array): SignatureAlgorithm | null => {
  const read = readCertificate(certificate)
  switch (read.ok ? read.value.publicKey.algorithm : null) {
    case 'rsa': return 'rsa-sha256'
    case 'p256': return 'ecdsa-p256-sha256'
    case 'sm2': return 'sm2-sm3'
    default: return null
  }
}

/**
 * The octets for the two keys of the seal. Errors desk.* with what does not agree, in words for the clerk; those of reading the files.
 */
export const checkPrepared = async (prepared: DeskPreparation, sight: DeskSight): Promise<Result<{ readonly pdf: Uint8Array; readonly ofd: Uint8Array }, FormatError>> => {
  const { signedAt } = prepared
  const { place, seal, certificates } = sight
  const apart = Math.abs(Date.parse(signedAt) - Date.parse(sight.now)) / 1000
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(signedAt) || !(apart <= CLOCK_TOLERANCE)) return formatErr('desk.time', `服务器给出的用印时间 ${signedAt} 与现在相差过大`)
  const algorithm = algorithmOf(certificates.pdf)
  if (algorithm === null || algorithm === 'sm2-sm3' || algorithmOf(certificates.ofd) !== 'sm2-sm3') return formatErr('desk.certificate', '印章登记的证书不是所需的种类')
  const registered = readSeal(seal)
  if (!registered.ok) return registered
  const { picture } = registered.value
  if (picture.width * 1000 !== place.diameter || picture.height * 1000 !== place.diameter) return formatErr('desk.seal', '登记的印章与用印声明所写的大小不符')
  const pdf = pdfOctets({ base: sight.pdf, added: prepared.pdf, place, signedAt, certificate: certificates.pdf, algorithm })
  if (!pdf.ok) return pdf
  const ofd = await prepareOfd({
    ofd: sight.ofd, seal, signer: { algorithm: 'sm2-sm3', certificate: certificates.ofd }, places: [{ kind: 'at', page: place.page, x: place.x / 1000, y: place.y / 1000 }], signedAt, closing: 'open',
  })
  if (!ofd.ok) return ofd
  return equalBytes(ofd.value, prepared.ofd) ? ok({ pdf: pdf.value, ofd: ofd.value }) : formatErr('desk.ofd-other', differenceOf(ofd.value, prepared.ofd))
}

const partsOf = ['版本', '印章', '用印时间', '所签文件或印章的位置', '签名文件的路径'] as const

/** In words, for whoever has to find out why: the first part of TBS_Sign that is another. */
const differenceOf = (own: Uint8Array, given: Uint8Array): string => {
  const [mine, theirs] = [own, given].map((der) => {
    const node = readDer(der)
    const parts = node.ok ? readSequence(node.value) : node
    return parts.ok ? parts.value.map(({ raw }) => toHex(digest('sm3', raw))) : null
  })
  if (mine === null || mine === undefined || theirs === null || theirs === undefined) return '准备的 OFD 待签内容无法读取'
  const at = mine.findIndex((part, index) => part !== theirs[index])
  return `准备的 OFD 待签内容与所见文件不符：${partsOf[at] ?? '有多余的内容'}`
}

const filesIn = (ofd: Uint8Array): ReadonlyMap<string, Uint8Array> | null => {
  const entries = readZip(ofd)
  return entries.ok ? new Map(entries.value.map(({ path, bytes }) => [path, bytes])) : null
}

/** Whether the files on screen are the ones that a statement names, at most with the seals of others on them (联合行文). */
export const growsFrom = (stated: { readonly pdf: Uint8Array; readonly ofd: Uint8Array }, shown: { readonly pdf: Uint8Array; readonly ofd: Uint8Array }): boolean => {
  if (!equalBytes(shown.pdf.subarray(0, stated.pdf.length), stated.pdf)) return false
  const [before, now] = [filesIn(stated.ofd), filesIn(shown.ofd)]
  // OFD.xml names the list of signatures from the first seal on.
  return before !== null && now !== null && [...before].every(([path, bytes]) => path === 'OFD.xml' || equalBytes(now.get(path) ?? new Uint8Array(), bytes))
}
