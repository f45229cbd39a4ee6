/** CSS families for fonts that a document names and does not bring (未嵌入字体). */

/** Words of a name, and what stands in for the face on a machine that lacks it; first match counts. */
const standIns: readonly (readonly [RegExp, string])[] = [
  [/小标宋|xiaobiaosong|中宋|zhongsong/iu, '"方正小标宋简体", STZhongsong, "Noto Serif CJK SC", SimSun, "Songti SC", serif'],
  [/仿宋|fangsong/iu, '"仿宋_GB2312", FangSong, STFangsong, "Noto Serif CJK SC", SimSun, serif'],
  [/楷|kai/iu, '"楷体_GB2312", KaiTi, STKaiti, "Noto Serif CJK SC", SimSun, serif'],
  [/黑|hei|yahei|sans|arial|helvetica|tahoma|gothic/iu, 'SimHei, "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif'],
  [/courier|mono|consolas/iu, '"Courier New", "Noto Sans Mono CJK SC", monospace'],
]
const usual = 'SimSun, "Songti SC", "Noto Serif CJK SC", serif'

/** The named families first, then stand-ins. Names keep letters, digits, blanks, hyphens and underscores only. */
export function cssFamily({ name, family }: { readonly name: string; readonly family: string }): string {
  const own = [...new Set([name, family])].map((text) => text.replace(/[^\p{L}\p{N} _-]/gu, '').trim().slice(0, 80)).filter((text) => text !== '')
  const standIn = standIns.find(([words]) => own.some((text) => words.test(text)))?.[1] ?? usual
  return [...own.map((text) => `"${text}"`), standIn].join(', ')
}
