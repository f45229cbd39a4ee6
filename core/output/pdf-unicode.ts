/** Glyph → text, so that the page can be searched, copied and read aloud. ISO 32000-1 §9.10.3 */

const hex4 = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0')

function utf16(codePoint: number): string {
  const text = String.fromCodePoint(codePoint)
  return text.length === 1 ? hex4(codePoint) : hex4(text.charCodeAt(0)) + hex4(text.charCodeAt(1))
}

/** The CMap for code points by CID, in the order given. */
export function toUnicode(texts: ReadonlyMap<number, number>): string {
  const pairs = [...texts].map(([cid, codePoint]) => `<${hex4(cid)}> <${utf16(codePoint)}>`)
  const blocks: string[] = []
  for (let i = 0; i < pairs.length; i += 100) {
    const part = pairs.slice(i, i + 100)
    blocks.push(`${part.length} beginbfchar\n${part.join('\n')}\nendbfchar\n`)
  }
  return (
    '/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n' +
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n' +
    '/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n' +
    `${blocks.join('')}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n`
  )
}
