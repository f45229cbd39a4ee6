/** Character encodings of simple fonts. ISO 32000-1 Annex D */

const winHigh = '€\u0000‚ƒ„…†‡ˆ‰Š‹Œ\u0000Ž\u0000\u0000‘’“”•–—˜™š›œ\u0000žŸ'
const macHigh =
  'ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨\u0000ÆØ\u0000±\u0000\u0000¥µ\u0000\u0000\u0000\u0000\u0000ªº\u0000æø¿¡¬\u0000ƒ\u0000\u0000«»…\u00a0ÀÃÕŒœ–—“”‘’÷\u0000ÿŸ⁄¤‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u0000ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ'

const at = (text: string, index: number): number | null => {
  const code = text.charCodeAt(index)
  return Number.isNaN(code) || code === 0 ? null : code
}

/** Unicode of a code, or null where the encoding has none. */
export function winAnsi(code: number): number | null {
  if (code < 32) return null
  return code < 128 || code >= 160 ? (code === 127 ? null : code) : at(winHigh, code - 128)
}

export function macRoman(code: number): number | null {
  if (code < 32 || code === 127) return null
  return code < 128 ? code : at(macHigh, code - 128)
}
