/** Parts that a new signature writes, elements in the order of the schema. GB/T 33190 §18.1, §18.2 */
import { childElement, childElements, innerText, toBase64, utf8, writeXml, xmlElement, xmlText, type XmlElement, type XmlNode } from '#core/formats'
import type { Stamp } from './places.ts'

const OFD_NAMESPACE = 'http://www.ofdspec.org/2016'
const SM2_SM3 = '1.2.156.10197.1.501'
const SM3 = '1.2.156.10197.1.401'

/** Who made the signature file, as the file says. */
export type Provider = { readonly name: string; readonly version: string; readonly company: string }

export type SignatureContent = {
  readonly provider: Provider
  /** ISO 8601 UTC, to the second */
  readonly signedAt: string
  /** paths from the root without leading slash, with their SM3 */
  readonly references: readonly { readonly path: string; readonly digest: Uint8Array }[]
  /** ids are numbers; plain ones are what readers take best */
  readonly stamps: readonly (Stamp & { readonly id: number })[]
  /** absent for a digital signature */
  readonly sealPath: string | undefined
  readonly valuePath: string
}

/** Bytes of Signature.xml. */
export const signatureXml = (content: SignatureContent): Uint8Array => {
  const { provider, references, stamps } = content
  return bytesOf(xmlElement('ofd:Signature', { 'xmlns:ofd': OFD_NAMESPACE }, [
    xmlElement('ofd:SignedInfo', {}, [
      xmlElement('ofd:Provider', { ProviderName: provider.name, Version: provider.version, Company: provider.company }, []),
      xmlText('ofd:SignatureMethod', SM2_SM3),
      xmlText('ofd:SignatureDateTime', compactTime(content.signedAt)),
      xmlElement('ofd:References', { CheckMethod: SM3 }, references.map(({ path, digest }) =>
        xmlElement('ofd:Reference', { FileRef: `/${path}` }, [xmlText('ofd:CheckValue', toBase64(digest))]))),
      ...stamps.map(({ id, pageId, boundary, clip }) => xmlElement('ofd:StampAnnot', {
        ID: String(id), PageRef: pageId, Boundary: numbers(boundary), ...(clip === undefined ? {} : { Clip: numbers(clip) }),
      }, [])),
      ...(content.sealPath === undefined ? [] : [xmlElement('ofd:Seal', {}, [xmlText('ofd:BaseLoc', `/${content.sealPath}`)])]),
    ]),
    xmlText('ofd:SignedValue', `/${content.valuePath}`),
  ]))
}

/** Signatures.xml with one line more; `list` absent: the first one. Lines that are there keep all that they say. */
export const signaturesXml = (list: XmlNode | undefined, added: { readonly id: number; readonly type: 'Seal' | 'Sign'; readonly path: string }, maxId: number): Uint8Array => {
  const namespace = list === undefined || list.namespace === '' ? OFD_NAMESPACE : list.namespace
  const old = list === undefined ? [] : childElements(list, 'Signature').map((line) => xmlElement('ofd:Signature', plainAttributes(line), []))
  return bytesOf(xmlElement('ofd:Signatures', { 'xmlns:ofd': namespace }, [
    xmlText('ofd:MaxSignId', String(maxId)),
    ...old,
    xmlElement('ofd:Signature', { ID: String(added.id), Type: added.type, BaseLoc: `/${added.path}` }, []),
  ]))
}

/** The largest number in any id of the list, 0 for none; some makers write "s001". */
export const maxSignId = (list: XmlNode | undefined): number => {
  if (list === undefined) return 0
  const stated = childElement(list, 'MaxSignId')
  const ids = [stated === undefined ? '' : innerText(stated), ...childElements(list, 'Signature').map((line) => line.attributes['ID'] ?? '')]
  return Math.max(0, ...ids.map((id) => Number(id.replaceAll(/\D/g, '').slice(-9))))
}

/** A prefix that is not declared again would make the part unreadable. */
const plainAttributes = (line: XmlNode): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(line.attributes).filter(([name]) => !name.includes(':')))

const bytesOf = (root: XmlElement): Uint8Array => utf8(writeXml(root))

/** Five decimals of a millimetre, without noise. */
const numbers = (values: readonly number[]): string => values.map((value) => String(Math.round(value * 100_000) / 100_000 + 0)).join(' ')

/** YYYYMMDDHHMMSSZ */
const compactTime = (iso: string): string => `${new Date(iso).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`
