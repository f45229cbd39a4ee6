/** PDF files written by hand, for the tests of the PDF/A checker. */

export const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))

/** Objects 1, 2, 3 …; object 1 is the catalog. Streams may be given as bytes in latin1. */
export const pdf = (...objects: string[]): Uint8Array => {
  let text = '%PDF-1.7\n%\xe4\xe4\xe4\xe4\n'
  const places = objects.map((object, i) => {
    const at = text.length
    text += `${i + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const start = text.length
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}`
  return bytes(`${text}trailer\n<</Size ${objects.length + 1}/Root 1 0 R/ID[<00><00>]>>\nstartxref\n${start}\n%%EOF\n`)
}

export const stream = (data: Uint8Array | string, entries = ''): string => {
  const text = typeof data === 'string' ? data : Buffer.from(data).toString('latin1')
  return `<<${entries}/Length ${text.length}>>\nstream\n${text}\nendstream`
}
