/** What the name of an organ says about its place (机关名称): level of its area, and whether it is a department. Heuristics, used when no directory is given. */
import type { OrganFacts } from './facts.ts'

/** 0 centre, 1 自治区/省, 2 盟市, 3 旗县区, 4 苏木乡镇; null when the name does not say. */
export function areaLevel(name: string): number | null {
  const bare = name.replaceAll('自治区', '省').replaceAll('自治旗', '旗').replaceAll('自治县', '县').replaceAll('自治州', '州').replace(/开发区|新区|示范区|园区|社区/gu, '区')
  if (/[^城集市村]镇|[^城]乡|苏木|街道/u.test(bare) && /(?:乡|镇|苏木|街道|办事处)(?:人民政府|党委|政府|办事处|$)/u.test(bare)) return 4
  if (/旗|县|[^市省]区/u.test(bare) || /市.{1,6}区/u.test(bare)) return 3
  if (/盟.{1,8}市/u.test(bare)) return 3
  if (/市|盟|州|地区/u.test(bare)) return 2
  if (/省/u.test(bare)) return 1
  if (/国务院|中共中央|中央军委|全国人大|^国家|部$/u.test(bare)) return 0
  return null
}

/** A government, party committee or people's congress itself, not one of its departments. */
export function isGovernment(name: string): boolean {
  return /(?:人民政府|行政公署|党委|省委|区委|市委|盟委|州委|旗委|县委|镇委|乡委|国务院|人大常委会|人民代表大会常务委员会|政协|政府)$/u.test(name)
}

/** The general office of a committee or government: it may issue in its name. */
export function isGeneralOffice(name: string): boolean {
  return /(?:人民政府|行政公署|党委|[省区市盟州旗县]委|国务院|政府|中共中央|人大常委会|政协).{0,8}办公[厅室]$/u.test(name)
}

/** 厅, 局, 委员会 … under a government. */
export function isDepartment(name: string): boolean {
  return !isGovernment(name) && !isGeneralOffice(name) && /(?:厅|局|委员会|委|部|署|院|中心|办公室|总队|支队)$/u.test(name)
}

/** 各旗县区, 所属各单位 …: many organs at once. */
export function isCollective(name: string): boolean {
  return /^各|所属|下属|[区市盟州旗县]各|各[直有相]/u.test(name)
}

/** The directory's entry of a name, by full or accepted short name. */
export function organOf(organs: readonly OrganFacts[] | undefined, name: string): OrganFacts | undefined {
  return organs?.find((organ) => organ.name === name || (organ.otherNames ?? []).includes(name))
}

/** Organs named in one entry of a list: 甲局、乙局 are two; 各委、办、厅、局 is a common name. */
export function organsIn(entry: string): readonly string[] {
  if (isCollective(entry)) return [entry]
  return entry.split(/[、，,；;]|(?<=政府|公署|厅|局|委员会|[市区县旗盟省]委)[和并及与暨](?=.{2,30}(?:政府|公署|厅|局|委员会|委|部)$)/u).map((name) => name.trim()).filter((name) => name !== '')
}

const surnames = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董程曹袁邓许沈曾彭吕苏卢蒋蔡魏丁薛叶'
const posts = '同志|书记|主席|省长|市长|盟长|州长|旗长|县长|区长|镇长|乡长|厅长|局长|部长|处长|主任|秘书长|总理'
const person = new RegExp(`^[${surnames}]\\p{Script=Han}{1,2}$`, 'u')
const held = new RegExp(`(?:${posts}|先生|女士|领导|负责人|首长|负责同志)$|(?:${posts})[${surnames}]\\p{Script=Han}{1,2}$`, 'u')

/** A person, or a post held by one. */
export function isPerson(name: string): boolean {
  // Two to four characters after a common surname, without any word for an organ.
  if (person.test(name) && !/[府厅局委部办院校会所站处司室署市县区旗盟省镇乡]$/u.test(name)) return true
  return held.test(name)
}

/** Names that people shorten and no directory has: 省发改委, 市住建局. */
export const looseNames = /发改[委局]|工信[厅局委]|住建[厅局委]|卫健[委局]|卫计委|人社[厅局]|市监局|文旅[厅局]|国土局|环保[厅局]|农牧[厅局](?!民)|交通[厅局]|科技[厅局](?=[，、。；]|$)|教体局|民宗委|退役局|应急[厅局]|资规局|财厅/gu

export type Relation = 'superior' | 'skip' | 'peer' | 'lower' | 'unknown'

/** How `other` stands to `self`: direct superior (or the same line's department above), a level skipped, peer or unrelated, lower. */
export function relationOf(self: string, other: string, organs: readonly OrganFacts[] | undefined): Relation {
  const own = organOf(organs, self)
  const found = organOf(organs, other)
  if (own !== undefined && found !== undefined) return relationInDirectory(own, found, organs ?? [])
  const mine = areaLevel(self)
  const theirs = areaLevel(other)
  if (mine === null || theirs === null) return 'unknown'
  const ownDepartment = isDepartment(self)
  const otherDepartment = isDepartment(other)
  if (theirs > mine) return 'lower'
  if (theirs === mine) {
    if (ownDepartment === otherDepartment) return 'peer'
    return ownDepartment ? 'superior' : 'lower'
  }
  // To a department of the level above a government writes as to a peer; further up it passes its own superior over.
  if (!ownDepartment && otherDepartment) return mine - theirs >= 2 ? 'skip' : 'peer'
  if (ownDepartment && !otherDepartment) return 'skip'
  return mine - theirs >= 2 ? 'skip' : 'superior'
}

function relationInDirectory(self: OrganFacts, other: OrganFacts, organs: readonly OrganFacts[]): Relation {
  if (self.superior === other.name || self.otherSuperior === other.name) return 'superior'
  if (ancestors(self, organs).includes(other.name)) return 'skip'
  return ancestors(other, organs).includes(self.name) ? 'lower' : 'peer'
}

function ancestors(organ: OrganFacts, organs: readonly OrganFacts[]): readonly string[] {
  const found: string[] = []
  // A directory with a circle must not hang the check.
  for (let next = organ.superior; next !== undefined && found.length < 10; next = organOf(organs, next)?.superior) found.push(next)
  return found
}
