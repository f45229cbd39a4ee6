/** Whether a person's certificate may be signed with (个人证书状态): path to the pinned root, time, revocation, name. */
import { readCertificate, readRevocationList, validateChain, type Certificate } from '#core/crypto'
import type { CertificateProblem, MethodOutput } from '#core/desktop'
import { fromBase64 } from '#core/formats'
import { derOf } from './pins.ts'
import type { Holdings } from './vault.ts'

export type CertificateFacts = NonNullable<MethodOutput<'keys.state'>['certificate']>

const readAll = <T>(list: readonly Uint8Array[], read: (der: Uint8Array) => { readonly ok: true; readonly value: T } | { readonly ok: false }): readonly T[] => list.flatMap((der) => {
  const one = read(der)
  return one.ok ? [one.value] : []
})

export const certificateOf = (base64: string): Certificate | null => {
  const der = fromBase64(base64)
  const read = der.ok ? readCertificate(der.value) : der
  return read.ok ? read.value : null
}

export const factsOf = ({ subject, issuer, notBefore, notAfter }: Certificate): CertificateFacts => ({ subject: subject.text, issuer: issuer.text, notBefore, notAfter })

/** The values of one kind in a name: `UID` holds the person, `OU` of a device's certificate the person's name. */
const partsOf = ({ subject }: Certificate, type: string): readonly string[] => subject.parts.filter((part) => part.type === type).map((part) => part.value)

/** The server's time is known only up to the way that its answer took: a certificate of this moment must not seem to be of the future. */
const leewayMs = 300_000

const timeProblem = ({ notBefore, notAfter }: Certificate, at: string | null): CertificateProblem | null => {
  if (at === null) return null
  if (Date.parse(at) > Date.parse(notAfter)) return 'expired'
  return Date.parse(at) + leewayMs < Date.parse(notBefore) ? 'notYet' : null
}

/**
 * The certificate that the server issued for the person's key.
 * @param at server time, ISO 8601 UTC; null while it is not known: a device's own clock gates nothing (O4)
 */
export const standingOf = ({ personal, personId, root, crl }: Pick<Holdings, 'personal' | 'personId' | 'root' | 'crl'>, at: string | null): CertificateProblem | null => {
  const certificate = personal === null ? null : certificateOf(personal.certificate)
  if (certificate === null || !partsOf(certificate, 'UID').includes(personId)) return 'stranger'
  const lists = readAll(derOf(crl, 'X509 CRL'), readRevocationList)
  const when = at ?? [certificate.notBefore, ...lists.map(({ thisUpdate }) => thisUpdate)].toSorted().at(-1)!
  const inTime = Date.parse(when) > Date.parse(certificate.notAfter) ? certificate.notAfter : Date.parse(when) < Date.parse(certificate.notBefore) ? certificate.notBefore : when
  const chain = validateChain(certificate, [], readAll(derOf(root, 'CERTIFICATE'), readCertificate), { at: inTime, crls: lists, usage: ['digitalSignature', 'nonRepudiation'] })
  if (chain.evidence.some(({ status }) => status === 'revoked')) return 'revoked'
  return chain.verdict === 'trusted' ? timeProblem(certificate, at) : 'untrusted'
}

/**
 * A certificate that a carrier brings: its issuer is not judged, since the server vouches for the key anew; that it has run out or
 * bears another name says that this key is not this person's to sign with. @param device the device's certificate, which names the person
 */
export const broughtProblem = (brought: Certificate, device: Certificate | null, at: string | null): CertificateProblem | null => {
  const names = device === null ? [] : partsOf(device, 'OU')
  if (names.length > 0 && !names.some((name) => brought.subject.text.normalize('NFKC').includes(name.normalize('NFKC')))) return 'stranger'
  return timeProblem(brought, at)
}
