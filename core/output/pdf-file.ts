/** The body, cross-reference table and trailer of a PDF file. ISO 32000-1 §7.5 */
import { deflateZlib } from "#core/formats"
import { createSink, writeBytes, writeText } from './pdf-bytes.ts'

type PdfObject = { readonly text: string; readonly data: Uint8Array | null }

/** Objects by number; the first is 1. Their text is PDF syntax in ASCII. */
export type PdfObjects = {
  /** Reserves a number for an object that is set later. */
  reserve(): number
  set(number: number, text: string): void
  add(text: string): number
  /** `entries`: the dictionary's entries besides Length, e.g. '/N 3 /Filter /FlateDecode' */
  addStream(entries: string, data: Uint8Array): number
  bytes(trailer: string): Uint8Array
}

export const ref = (number: number): string => `${number} 0 R`

/**
 * A Flate stream's data. fflate's output depends on the input alone. A small table (`mem`) is half as fast again on fonts and
 * costs nothing in size: clearing the default one takes longer than the search saves.
 */
export function deflated(data: Uint8Array): Uint8Array {
  return deflateZlib(data)
}

/** Text string as UTF-16 with its mark, in hexadecimal. §7.9.2.2 */
export function hexText(text: string): string {
  let hex = '<FEFF'
  for (let i = 0; i < text.length; i++) hex += text.charCodeAt(i).toString(16).toUpperCase().padStart(4, '0')
  return `${hex}>`
}

export function createObjects(): PdfObjects {
  const objects: (PdfObject | undefined)[] = []
  const put = (object: PdfObject): number => objects.push(object)
  return {
    reserve: () => objects.push(undefined),
    set: (number, text) => { objects[number - 1] = { text, data: null } },
    add: (text) => put({ text, data: null }),
    addStream: (entries, data) => put({ text: `<< ${entries} /Length ${data.length} >>`, data }),
    bytes: (trailer) => serialize(objects, trailer),
  }
}

function serialize(objects: readonly (PdfObject | undefined)[], trailer: string): Uint8Array {
  const size = objects.reduce((sum, object) => sum + 64 + (object === undefined ? 0 : object.text.length + (object.data?.length ?? 0)), 1024)
  const sink = createSink(size)
  writeText(sink, '%PDF-1.7\n%')
  writeBytes(sink, Uint8Array.of(0xe6, 0x96, 0x87, 0xe6, 0x9e, 0xa2))
  writeText(sink, '\n')
  const places = objects.map((object, i) => {
    const place = sink.length
    writeText(sink, `${i + 1} 0 obj\n${object?.text ?? 'null'}\n`)
    if (object !== undefined && object.data !== null) {
      writeText(sink, 'stream\n')
      writeBytes(sink, object.data)
      writeText(sink, '\nendstream\n')
    }
    writeText(sink, 'endobj\n')
    return place
  })
  const start = sink.length
  writeText(sink, `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`)
  for (const place of places) writeText(sink, `${String(place).padStart(10, '0')} 00000 n \n`)
  writeText(sink, `trailer\n<< /Size ${objects.length + 1} ${trailer} >>\nstartxref\n${start}\n%%EOF\n`)
  return sink.bytes.subarray(0, sink.length).slice()
}
