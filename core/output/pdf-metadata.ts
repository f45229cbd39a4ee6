/** Document information and XMP that say the same. ISO 19005-2 §6.6 */
import { utf8 } from '#core/formats'
import { hexText, type PdfObjects } from './pdf-file.ts'
import { escapeXml } from './svg.ts'

export type PdfMetadata = {
  readonly title: string
  readonly author: string
  /** YYYY-MM-DD, or with time and zone as 2026-11-24T09:00:00+08:00 or …Z */
  readonly date: string
}

export const producer = '文枢 Wenshu'

/** Adds both forms; their object numbers. TypeError for a date in another form: it would end up in an archive. */
export function addMetadata(objects: PdfObjects, metadata: PdfMetadata): { readonly info: number; readonly xmp: number } {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(Z|([+-]\d{2}):(\d{2})))?$/u.exec(metadata.date)
  if (match === null) throw new TypeError(`not an ISO date: ${metadata.date}`)
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone, zoneHour = '+08', zoneMinute = '00'] = match
  const isUtc = zone === 'Z'
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}${isUtc ? 'Z' : `${zoneHour}:${zoneMinute}`}`
  const pdfDate = `D:${year}${month}${day}${hour}${minute}${second}${isUtc ? 'Z' : `${zoneHour}'${zoneMinute}'`}`
  const info = objects.add(
    `<< /Title ${hexText(metadata.title)} /Author ${hexText(metadata.author)} /Creator ${hexText(producer)} /Producer ${hexText(producer)} ` +
    `/CreationDate (${pdfDate}) /ModDate (${pdfDate}) >>`,
  )
  const xmp = objects.addStream('/Type /Metadata /Subtype /XML', utf8(packet(metadata, iso)))
  return { info, xmp }
}

function packet(metadata: PdfMetadata, iso: string): string {
  const title = escapeXml(metadata.title)
  const author = escapeXml(metadata.author)
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>${author}</rdf:li></rdf:Seq></dc:creator>
<xmp:CreatorTool>${producer}</xmp:CreatorTool><xmp:CreateDate>${iso}</xmp:CreateDate><xmp:ModifyDate>${iso}</xmp:ModifyDate><xmp:MetadataDate>${iso}</xmp:MetadataDate>
<pdf:Producer>${producer}</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`
}
