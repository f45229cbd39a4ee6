/** Packages, seals and attacks for the tests of sealing OFD. */
import { bitString, concatBytes, fromUtf8, generalizedTime, ia5String, integer, octetString, oid, readZip, sequence, utf8, writeZip } from '#core/formats'
import { sm3, type Signer } from '#core/crypto'
import { testPki, type TestPki } from '../pdf/seal.fixture.ts'
import { buildSeal, stampOfd, verifyOfd, type OfdStampRequest, type SealContent, type SignatureReport, type VerifyOptions, type VerifyReport } from '../index.ts'

const ns = 'xmlns:ofd="http://www.ofdspec.org/2016"'

/** A red PNG of one pixel. */
export const png = Uint8Array.from(
  '89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082'.match(/../gu)!,
  (byte) => Number.parseInt(byte, 16),
)

const text = (id: number, y: number, words: string): string =>
  `<ofd:TextObject ID="${id}" Boundary="20 ${y} 170 8" Font="3" Size="5"><ofd:TextCode X="0" Y="5" DeltaX="g ${[...words].length - 1} 5">${words}</ofd:TextCode></ofd:TextObject>`

const page = (n: number): string =>
  `<ofd:Page ${ns}><ofd:Template TemplateID="90"/><ofd:Content><ofd:Layer ID="${100 * n}">${text(100 * n + 1, 30, `第${n}页正文`)}${text(100 * n + 2, 240, '某某办公厅')}${text(100 * n + 3, 252, '2026年11月24日')}<ofd:ImageObject ID="${100 * n + 4}" Boundary="20 60 40 40" CTM="40 0 0 40 0 0" ResourceID="4"/></ofd:Layer></ofd:Content></ofd:Page>`

/** A document with fonts, pictures, a template, an attachment, tags and an annotation. */
export const plainOfd = (pages: number, docFolder = 'Doc_0'): Uint8Array => {
  const d = docFolder
  const parts: Record<string, string | Uint8Array> = {
    'OFD.xml': `<?xml version="1.0" encoding="UTF-8"?>\n<ofd:OFD ${ns} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>00000000000000000000000000000001</ofd:DocID></ofd:DocInfo><ofd:DocRoot>${d}/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`,
    [`${d}/Document.xml`]: `<ofd:Document ${ns}><ofd:CommonData><ofd:MaxUnitID>9999</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes><ofd:TemplatePage ID="90" BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData><ofd:Pages>${Array.from({ length: pages }, (_, i) => `<ofd:Page ID="${i + 1}" BaseLoc="Pages/Page_${i}/Content.xml"/>`).join('')}</ofd:Pages><ofd:Annotations>Annots/Annotations.xml</ofd:Annotations><ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags><ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments></ofd:Document>`,
    [`${d}/PublicRes.xml`]: `<ofd:Res ${ns} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="3" FontName="x"><ofd:FontFile>font_3.ttf</ofd:FontFile></ofd:Font></ofd:Fonts></ofd:Res>`,
    [`${d}/DocumentRes.xml`]: `<ofd:Res ${ns} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="4" Type="Image"><ofd:MediaFile>i.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>`,
    [`${d}/Res/font_3.ttf`]: 'no real font',
    [`${d}/Res/i.png`]: png,
    [`${d}/Tpls/Tpl_0/Content.xml`]: `<ofd:Page ${ns}><ofd:Content><ofd:Layer ID="91"/></ofd:Content></ofd:Page>`,
    [`${d}/Annots/Annotations.xml`]: `<ofd:Annotations ${ns}><ofd:Page PageID="1"><ofd:FileLoc>Page_0/Annotation.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>`,
    [`${d}/Annots/Page_0/Annotation.xml`]: `<ofd:PageAnnot ${ns}></ofd:PageAnnot>`,
    [`${d}/Tags/CustomTags.xml`]: `<ofd:CustomTags ${ns}><ofd:CustomTag NameSpace="x"><ofd:FileLoc>Tag.xml</ofd:FileLoc></ofd:CustomTag></ofd:CustomTags>`,
    [`${d}/Tags/Tag.xml`]: `<x>tag</x>`,
    [`${d}/Attachs/Attachments.xml`]: `<ofd:Attachments ${ns}><ofd:Attachment ID="a1" Name="附件"><ofd:FileLoc>附件.txt</ofd:FileLoc></ofd:Attachment></ofd:Attachments>`,
    [`${d}/Attachs/附件.txt`]: '附件正文',
  }
  for (let n = 1; n <= pages; n++) parts[`${d}/Pages/Page_${n - 1}/Content.xml`] = page(n)
  return writeZip(Object.entries(parts).map(([path, value]) => ({ path, bytes: typeof value === 'string' ? utf8(value) : value })))
}

export const SIGNED_AT = '2026-11-24T10:00:00Z'

export type Office = { readonly pki: TestPki; readonly maker: Signer; readonly signer: Signer; readonly seal: Uint8Array }

/** An organ with a seal of 40 × 40 mm. */
export const office = async (name = '某某办公厅', change: Partial<SealContent> = {}): Promise<Office> => {
  const pki = await testPki('sm2')
  const maker = await pki.signer('sm2', '制章中心')
  const signer = await pki.signer('sm2', name)
  return { pki, maker, signer, seal: await sealOf(maker, signer, name, change) }
}

export const sealOf = async (maker: Signer, signer: Signer, name: string, change: Partial<SealContent> = {}): Promise<Uint8Array> => {
  const made = await buildSeal({
    id: '15000000000001', vendor: 'WENSHU', type: 1, name, certs: { kind: 'certificates', list: [signer.certificate] }, createdAt: '2026-01-01T00:00:00Z',
    validFrom: '2026-01-01T00:00:00Z', validTo: '2031-01-01T00:00:00Z', picture: { type: 'png', data: png, width: 40, height: 40 }, ...change,
  }, maker)
  if (!made.ok) throw new Error(`${made.error.code} ${made.error.message}`)
  return made.value
}

export const order = (ofd: Uint8Array, { seal, signer }: Pick<Office, 'seal' | 'signer'>, change: Partial<OfdStampRequest> = {}): OfdStampRequest =>
  ({ ofd, seal, signer, places: [{ kind: 'at', page: 1, x: 120, y: 240 }], signedAt: SIGNED_AT, closing: 'open', ...change })

export const sealed = async (request: OfdStampRequest): Promise<Uint8Array> => {
  const made = await stampOfd(request)
  if (!made.ok) throw new Error(`${made.error.code} ${made.error.message}`)
  return made.value
}

/** The code of a refusal, 'ok' for none. */
export const refusal = async (request: OfdStampRequest): Promise<string> => {
  const made = await stampOfd(request)
  return made.ok ? 'ok' : made.error.code
}

export const REPORT: VerifyOptions = { anchors: [], crls: [], trust: 'report' }
export const judge = (ofd: Uint8Array, options: VerifyOptions = REPORT): VerifyReport => verifyOfd(ofd, options)
export const failed = (report: SignatureReport | undefined): readonly string[] => (report?.steps ?? []).filter((step) => step.result === 'fail').map((step) => step.name)
export const conclusionOf = (report: SignatureReport | undefined): string => report?.steps.find((step) => step.name === '结论')?.detail ?? ''

export const filesOf = (ofd: Uint8Array): Map<string, Uint8Array> => {
  const entries = readZip(ofd)
  if (!entries.ok) throw new Error(entries.error.message)
  return new Map(entries.value.map((entry) => [entry.path, entry.bytes]))
}
export const textOf = (ofd: Uint8Array, path: string): string => {
  const read = fromUtf8(filesOf(ofd).get(path) ?? new Uint8Array())
  return read.ok ? read.value : ''
}
/** The package with files changed: bytes, a change of the text, or null to leave one out. */
export const changed = (ofd: Uint8Array, changes: Readonly<Record<string, Uint8Array | null | ((text: string) => string)>>): Uint8Array => {
  const files = filesOf(ofd)
  for (const [path, change] of Object.entries(changes)) {
    if (change === null) files.delete(path)
    else files.set(path, typeof change === 'function' ? utf8(change(textOf(ofd, path))) : change)
  }
  return writeZip([...files].map(([path, bytes]) => ({ path, bytes })))
}
/** A byte more at the end of a file that is no XML. */
export const longer = (ofd: Uint8Array, path: string): Uint8Array => changed(ofd, { [path]: concatBytes(filesOf(ofd).get(path)!, Uint8Array.of(0)) })

/** The first signature's own file. */
export const FIRST = 'Doc_0/Signs/Sign_0/Signature.xml'
/** SES_Signature over it put together without the checks of buildSealSignature: what an attacker, or another maker, does. */
export const forge = async (pack: Uint8Array, who: Pick<Office, 'signer' | 'seal'>, seal = who.seal): Promise<Uint8Array> => {
  const tbs = sequence(integer(4), seal, generalizedTime(SIGNED_AT), bitString(sm3(filesOf(pack).get(FIRST)!)), ia5String(`/${FIRST}`))
  const value = sequence(tbs, octetString(who.signer.certificate), oid('1.2.156.10197.1.501'), bitString(await who.signer.sign(tbs)))
  return changed(pack, { 'Doc_0/Signs/Sign_0/SignedValue.dat': value })
}
/** The same organ signs a signature file that leaves something out: genuine files do. */
export const signedWithout = async (ofd: Uint8Array, drop: RegExp, organ: Office, change: Parameters<typeof changed>[1] = {}): Promise<Uint8Array> =>
  forge(changed(ofd, { ...change, [FIRST]: (text) => text.replaceAll(/\s*<ofd:Reference FileRef="([^"]+)">.*?<\/ofd:Reference>/gs, (whole, path: string) => (drop.test(path) ? '' : whole)) }), organ)
