/** Whose seals the 正本 carries (各机关用印): each where its statement has it, by whom the record says. Rules A22–A24 of docs/spec/package.md. */
import { fromBase64 } from '#core/formats'
import { readCertificate, sm3Hex } from '#core/crypto'
import { isJoint, issuersOf, sealsOf, statedPlace, type AppliedSeal, type DocumentState, type SealPosition } from '#core/route'
import { sealImpressions, type VerifyReport } from '#core/seal'
import type { Notebook } from './judge.ts'
import type { Files } from './manifest.ts'
import { organName, personName } from './names.ts'
import { ofdPaths, paths } from './paths.ts'
import type { PackageParts } from './read-package.ts'

/** How far a seal may stand from the place that was signed, mm: nobody sees it, and readers round. */
const placeSlack = 0.1

const inWords = ({ page, x, y }: SealPosition): string => `第${page}页距左${(x / 1000).toFixed(1)}、距上${(y / 1000).toFixed(1)}毫米`

/** Where the nth seal of both files is not at the stated place. */
const astrayOf = (files: Files, { final }: DocumentState, place: SealPosition, nth: number): readonly string[] =>
  [['PDF', paths.sealed], ...(final?.ofdHash === undefined ? [] : [['OFD', ofdPaths.sealedOfd]])].flatMap(([kind = '', path = '']): readonly string[] => {
    const found = sealImpressions(files.get(path) ?? new Uint8Array(0))
    if (!found.ok) return [`${kind}：${found.error.message}`]
    const shown = found.value[nth]
    if (shown === undefined) return [`${kind}：没有第${nth + 1}个印章`]
    const { page, x, y, width } = shown
    const near = page === place.page && Math.hypot(x - place.x / 1000, y - place.y / 1000) <= placeSlack && Math.abs(width - place.diameter / 1000) <= placeSlack
    return near ? [] : [`${kind}：在第${page}页距左${x.toFixed(1)}、距上${y.toFixed(1)}毫米`]
  })

/** A22: both files carry each seal where its statement has it, and in its size. Statements before version 3 name no place. */
export const checkPlaces = (files: Files, state: DocumentState, parts: PackageParts, { check }: Notebook): void => {
  for (const [nth, seal] of sealsOf(state).entries()) {
    const place = statedPlace(seal.signature.statement)
    if (place === null) continue
    const astray = astrayOf(files, state, place, nth)
    const [whose, where] = [isJoint(state) ? `“${organName(parts.names, seal.organId)}”的` : '', inWords(place)]
    check('用印位置', astray.length === 0, `${whose}印章在用印声明所写的位置：${where}`, `${whose}印章不在用印声明所写的位置（${where}）：${astray.join('；')}`)
  }
}

const told = (parts: PackageParts, { organId, by, confirmation }: AppliedSeal): string =>
  `${organName(parts.names, organId)}（${personName(parts.names, by)}${confirmation === undefined ? '' : `，${personName(parts.names, confirmation.by)}复核`}）`

/** A23: a joint issue carries one seal of each issuing organ, put there by its own people; and the names in the text are theirs. */
export const checkOrgans = (state: DocumentState, parts: PackageParts, { check, add }: Notebook): void => {
  const content = parts.contents.get(state.revisions.at(-1)?.hash ?? '')
  if (!isJoint(state)) {
    if ((content?.issuers.length ?? 1) > 1) add('各机关用印', 'warn', `联合行文只有主办机关用印：${sealsOf(state).map((seal) => told(parts, seal)).join('、')}`)
    return
  }
  const [issuers, seals] = [issuersOf(state), sealsOf(state)]
  const isOwn = (seal: AppliedSeal): boolean =>
    [seal.by, ...(seal.confirmation === undefined ? [] : [seal.confirmation.by])].every((person) => parts.names.people[person]?.organId === seal.organId)
  const unsealed = issuers.filter((organId) => seals.filter((seal) => seal.organId === organId).length !== 1)
  const strange = seals.filter((seal) => !isOwn(seal))
  const wrong = [...unsealed.map((organId) => `缺少“${organName(parts.names, organId)}”的印章`), ...strange.map((seal) => `${told(parts, seal)}不是本机关人员用印`)]
  const isComplete = state.final?.sealGround === undefined || unsealed.length === 0
  check('各机关用印', isComplete && strange.length === 0, seals.map((seal) => told(parts, seal)).join('、'), wrong.join('；'))
  const renamed = issuers.flatMap((organId, nth) => (organName(parts.names, organId) === content?.issuers[nth] ? [] : [`${content?.issuers[nth] ?? ''}（名册：${organName(parts.names, organId)}）`]))
  if (renamed.length > 0) add('发文机关名称', 'warn', `文中用的是简称，请核对：${renamed.join('、')}`)
}

/** A24: the file that each seal event names is the 正本 up to that seal, so that none was taken away or exchanged afterwards. */
export const checkEarlierSeals = (files: Files, state: DocumentState, report: VerifyReport, { check }: Notebook): void => {
  const earlier = sealsOf(state).slice(0, -1)
  if (earlier.length === 0) return
  const sealed = files.get(paths.sealed) ?? new Uint8Array(0)
  const ends = (report.revisions ?? []).map((revision) => sm3Hex(sealed.subarray(0, revision.end)))
  const places = earlier.map((seal) => ends.indexOf(seal.sealedHash))
  const isOrdered = places.every((place, nth) => place >= 0 && (nth === 0 || place > (places[nth - 1] ?? -1)))
  check('先前用印', isOrdered, `正本依次在前${earlier.length}次用印的文件上形成`, '正本不是在先前用印的文件上形成的')
}

/** The certificate that the record names for each seal is that of the signature at its place. */
export const checkCertificates = (files: Files, state: DocumentState, report: VerifyReport, { add, check }: Notebook): void => {
  const shown = isJoint(state) ? sealImpressions(files.get(paths.sealed) ?? new Uint8Array(0)) : null
  for (const [nth, seal] of sealsOf(state).entries()) {
    const der = fromBase64(seal.certificate)
    const certificate = der.ok ? readCertificate(der.value) : der
    if (!certificate.ok) {
      add('印章证书', 'warn', '办理记录没有记下印章证书')
      continue
    }
    const subject = certificate.value.subject.text
    const own = shown === null ? report.signatures : report.signatures.filter(({ id }) => shown.ok && id === shown.value[nth]?.signature)
    check('印章证书', own.some((signature) => signature.signer === subject), subject, '正本不是用办理记录所记的证书签的')
  }
}
