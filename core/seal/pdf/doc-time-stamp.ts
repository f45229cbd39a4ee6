/** A time stamp over the whole file (文档时间戳), /DocTimeStamp in an increment of its own, ISO 32000-2 §12.8.5, EN 319 142-1 §5.4.3. */
import { pageBoxes, signatureField, withAnnotations, withField } from './field.ts'
import type { PdfFile } from './file.ts'
import { openSignature, placeholder } from './placeholder.ts'
import { obtainTimeStamp, type StampClock, type TimeStampPort } from './time-stamp.ts'
import { appendUpdate, array, nextNumber } from './write.ts'

/** Room for a token with its chain. */
const ROOM = 16_384

/** PdfError seal.timestamp-*: nothing is written then. */
export const withDocumentTimeStamp = async (file: PdfFile, port: TimeStampPort, clock: StampClock): Promise<Uint8Array> => {
  const signature = nextNumber(file)
  const field = signature + 1
  const hole = placeholder('/Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161', '', ROOM)
  const page = pageBoxes(file, 'any')(1)
  const update = appendUpdate(file, [
    { num: signature, gen: 0, text: hole.text },
    // An empty rectangle: nothing is shown, and PDF/A asks for no appearance (ISO 19005-2 §6.3.3).
    signatureField(field, 'WenshuTimeStamp', page.num, signature, array(0, 0, 0, 0), undefined),
    ...withAnnotations(file, new Map([[page.num, [field]]])),
    ...withField(file, field),
  ])
  const open = openSignature(update, signature, hole)
  return open.fill(await obtainTimeStamp(port, open.covered, clock))
}
