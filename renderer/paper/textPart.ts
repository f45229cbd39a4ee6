/** A run of text as the page writer writes it, taken apart (版面文字): a parser of its own for one line takes longer than drawing it. */

export type TextPart = { readonly attributes: readonly (readonly [name: string, value: string])[]; readonly text: string }

const shape = /^<text((?: [a-z:-]+="[^"<]*")*)>([^<]*)<\/text>$/u
const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' }
const plain = (text: string): string => (text.includes('&') ? text.replaceAll(/&(?:amp|lt|gt|quot);/gu, (entity) => entities[entity] ?? entity) : text)

/** Null for anything but one whole text element: that is left to the parser. */
export const textPart = (part: string): TextPart | null => {
  const [, attributes, text] = shape.exec(part) ?? []
  if (attributes === undefined || text === undefined) return null
  return { attributes: [...attributes.matchAll(/ ([a-z:-]+)="([^"]*)"/gu)].map(([, name = '', value = '']) => [name, plain(value)] as const), text: plain(text) }
}
