/** What characters may do at the ends of a line, and which have a blank half (标点禁则). */

/** Must not start a line. */
export const noStart = new Set('。，、；：？！）》」』】〕〉〗〞”’…—–～‖／∶·％‰℃℉°′″々ゝゞ︶﹀︾﹂﹄﹞﹜,.;:?!)]}%/')
/** Must not end a line. */
export const noEnd = new Set('（《“‘「『【〔〈〖〝﹝﹛￥＄№＃＠([{$¥£€')
/** Full-width marks whose right half is blank. */
export const blankRight = new Set('。，、；：）》」』】〕〉”’')
/** Full-width marks whose left half is blank. */
export const blankLeft = new Set('（《“‘「『【〔〈')
/** Take a whole cell in Chinese text even where a face gives them a proportional width. */
export const alwaysFull = new Set('“”‘’—…')

/** Part of a Latin word or a number, or of a Mongolian word: stays together. */
export function isLatin(char: string): boolean {
  const code = char.codePointAt(0) ?? 0
  return (code > 0x20 && code < 0x7f) || (code >= 0xc0 && code < 0x250) || (code >= 0x1800 && code < 0x18ab)
}

export function isBlank(char: string): boolean {
  return char === ' ' || char === '\u00a0'
}
