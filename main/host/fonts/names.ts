/** Family names of the five roles, as fonts on government workstations carry them. */
import type { FontRole } from '#core/typeset'

/** Lower-case family or full names, best first. */
export const roleNames: Readonly<Record<FontRole, readonly string[]>> = {
  小标宋: ['方正小标宋简体', '方正小标宋_gbk', 'fzxiaobiaosong-b05s', 'fzxiaobiaosong-b05', 'fzxbsk--gbk1-0', 'fzxbsjw--gb1-0', '华文中宋', 'stzhongsong'],
  仿宋: ['仿宋_gb2312', 'fangsong_gb2312', '仿宋', 'fangsong', '方正仿宋_gbk', '方正仿宋简体', 'fzfangsong-z02s', '华文仿宋', 'stfangsong'],
  黑体: ['黑体', 'simhei', '方正黑体_gbk', '方正黑体简体', 'fzhei-b01s', '华文黑体', 'stheiti'],
  楷体: ['楷体_gb2312', 'kaiti_gb2312', '楷体', 'kaiti', 'simkai', '方正楷体_gbk', '方正楷体简体', 'fzkai-z03s', '华文楷体', 'stkaiti', 'lxgw wenkai', '霞鹜文楷'],
  宋体: ['宋体', 'simsun', '方正书宋_gbk', '方正书宋简体', 'fzshusong-z01s', '华文宋体', 'stsong'],
}

/** Families with characters that ordinary faces lack (生僻字, GB 18030 level 3), asked per character, best first. */
export const rareNames: readonly string[] = [
  'simsun-extb', 'simsun-extg', '方正超大字符集', '宋体-方正超大字符集', 'fzsongs-extended', 'fzsongs(sip)', '方正新楷体_gbk', '中华书局宋体02平面', '中华书局宋体15平面',
  'hanamina', 'hanaminb', '花园明朝a', '花园明朝b', 'jigmo', 'jigmo2', 'jigmo3', 'plangothic p1', 'plangothic p2', '遍黑体 p1', '遍黑体 p2', 'babelstone han',
  'mongolian baiti', 'noto sans mongolian',
]

/** The first role and rank that a set of names fits, or null. */
export function roleOfNames(names: readonly string[]): { readonly role: FontRole; readonly rank: number }[] {
  const lower = names.map((name) => name.toLowerCase())
  return (Object.keys(roleNames) as FontRole[]).flatMap((role) => {
    const rank = roleNames[role].findIndex((name) => lower.includes(name))
    return rank < 0 ? [] : [{ role, rank }]
  })
}
