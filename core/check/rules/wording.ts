/** Rules of wording: placeholders, colloquial words, citations, slips of the hand. */
import { blockText, parseDocNumber, formatDocNumber } from '#core/document'
import { documentRule, matchesOf, textRule, type CheckContext, type Draft, type Rule } from '../rule.ts'
import { bodiesOf, blockPlace } from '../units.ts'

const shortTitles = /《(办法|方案|意见|条例|规定|通知|规划|计划|细则|纲要|决定|标准|指南)》/gu
/** Names that people shorten and no directory has. */
const looseNames = /发改[委局]|工信[厅局委]|住建[厅局委]|卫健委|卫计委|人社[厅局]|市监局|文旅[厅局]|国土局/gu
const defined = /以下(?:统?简称|称)[：:]?[“"《]?([^”"》）)]{1,20})[”"》]?[）)]/gu

/** Short names that were not explained, are used before their explanation, or are explained and never used. */
function abbreviations({ content }: CheckContext): Draft[] {
  return bodiesOf(content).flatMap(({ part, blocks }) => {
    const known = new Map<string, { readonly block: number; readonly at: number; readonly end: number }>()
    const texts = blocks.map((block) => blockText(block))
    texts.forEach((text, block) => {
      for (const { start, end } of matchesOf(text, defined)) {
        const name = text.slice(start, end).replace(/^以下(?:统?简称|称)[：:]?[“"《]?/u, '').replace(/[”"》]?[）)]$/u, '')
        if (!known.has(name)) known.set(name, { block, at: start, end })
      }
    })
    const drafts: Draft[] = []
    const seen = new Set<string>()
    texts.forEach((text, block) => {
      for (const { start, end } of matchesOf(text, shortTitles)) {
        const name = text.slice(start + 1, end - 1)
        if (seen.has(name) || known.has(name)) continue
        seen.add(name)
        drafts.push({ where: blockPlace(part, block, start, end), message: `简称“《${name}》”首次出现时应注明全称，如“《……${name}》（以下简称《${name}》）”` })
      }
    })
    texts.forEach((text, block) => {
      // Tables have no room for whole names.
      if (blocks[block]!.kind !== 'paragraph') return
      for (const { start, end } of matchesOf(text, looseNames)) {
        const name = text.slice(start, end)
        if (seen.has(name) || known.has(name)) continue
        seen.add(name)
        drafts.push({ where: blockPlace(part, block, start, end), message: `“${name}”不是规范化简称，首次出现时应写全称` })
      }
    })
    for (const [name, { block, at, end }] of known) {
      if (name.length < 2) continue
      const isUsed = texts.some((text, i) => (i === block ? text.slice(end).includes(name) : i > block && text.includes(name)))
      if (!isUsed) drafts.push({ where: blockPlace(part, block, at, end), message: `简称“${name}”以后没有再用，不必注明` })
    }
    return drafts
  })
}

const typos: Readonly<Record<string, string>> = {
  布署: '部署', 帐户: '账户', 帐号: '账号', 帐目: '账目', 按装: '安装', 侯选: '候选', 既使: '即使', 松驰: '松弛', 再接再励: '再接再厉', 迫不急待: '迫不及待', 一愁莫展: '一筹莫展',
  穿流不息: '川流不息', 水份: '水分', 成份: '成分', 份量: '分量', 份内: '分内', 震憾: '震撼', 针贬: '针砭', 脉博: '脉搏', 复盖: '覆盖', 制做: '制作', 峻工: '竣工', 签定: '签订',
  追朔: '追溯', 必须品: '必需品', 防犯: '防范', 连系: '联系', 重迭: '重叠', 泊来: '舶来', 反应情况: '反映情况', 反应问题: '反映问题', 渡过难关: '度过难关', 粗旷: '粗犷', 暴炸: '爆炸',
  烦锁: '烦琐', 亲睐: '青睐', 竟争: '竞争', 即然: '既然', 副射: '辐射', 经藉: '狼藉', 督察督办: '督查督办', 统畴: '统筹', 贯切: '贯彻', 遵尊: '遵循', 幅射: '辐射', 坐阵: '坐镇', 通辑: '通缉',
}
const typoPattern = new RegExp(`${Object.keys(typos).join('|')}|登陆(?=网站|平台|系统)|截止(?=到?(?:\\d{4}年|\\d{1,2}月|目前))`, 'gu')

export const wordingRules: readonly Rule[] = [
  textRule('placeholder-left', {
    message: '占位符没有替换，请补写实际内容',
    check: (text) => matchesOf(text, /×{2,}|(?<![A-Za-z])[Xx]{2,}(?![A-Za-z])|【[^【】]{0,20}[待补填][^【】]{0,20}】|【\s*】|[[［][待补填][^[\]［］]{0,10}[\]］]|×(?=[年月日号人元])|(?<=[年月])×|\{\{|\}\}|_{2,}|＿{2,}|□{2,}|[?？]{3,}|某某|[（(]待[补定填核][^（()）]{0,6}[）)]|TODO|(?<![\dA-Za-z*])[*＊]{2,}(?![\dA-Za-z*])|〔\s*〕/gu),
    examples: { fails: ['请××局负责落实。', '联系人：XX。', '投资【待补】万元。', '由{{单位}}负责。', '共____人。'], passes: ['请财政局负责落实。', '规格3×5米。'] },
  }),
  textRule('colloquial', {
    message: '口语词，公文中请改用书面语',
    check: (text) => matchesOf(text, /咱们?|搞定|挺[好多大]|没办法|[为干]啥|咋[办样]|好多(?!年)|弄[清好到]|大伙儿?|这么[多大]|那么[多大]|压根|一个劲|眼下|赶紧|搞一搞|忙活|拍脑袋|甩锅|给力|吐槽|高大上|说白了|反正|有点儿|一点儿|一下子|差不多|老是(?=[有出不])|一大堆|没戏|靠谱|不怎么样|凑合|说实话|搞[好得清]|事儿|好好干|弄得|大家伙|要不然|闹得/gu),
    examples: { fails: ['咱们要抓紧落实。', '这项工作差不多完成了。', '请赶紧报送。'], passes: ['要抓紧落实。', '这项工作基本完成。'] },
  }),
  textRule('relative-time', {
    message: '时间应写具体日期，不用“今年”“近日”等', once: true, on: ['paragraph', 'title', 'cell'],
    check: (text) => matchesOf(text, /(?<![当如现至])今年(?!代)|去年|明年|(?<!\d)前年|本月(?!度)|上月|下月|近日|日前(?!后)|昨[日天]|今[日天]|明[日天]|前不久|上周|下周|本周/gu).filter(({ start }) => !/\d$/u.test(text.slice(0, start))),
    examples: { fails: ['今年以来，工作取得进展。', '近日，召开会议。'], passes: ['2026年以来，工作取得进展。', '请于15日前报送。'] },
  }),
  documentRule('abbrev-first-use', {
    message: '简称首次出现时应注明全称', check: abbreviations,
    examples: { fails: [{ body: ['各地要认真落实《办法》各项规定。'] }, { body: ['设立领导小组（以下简称领导小组办）。', '认真落实。'] }], passes: [{ body: ['根据《甲市防汛办法》（以下简称《办法》），制定本方案。', '各地要落实《办法》各项规定。'] }] },
  }),
  textRule('cite-title-then-number', {
    message: '引用公文应先引标题，后引发文字号，如“《……的通知》（×发〔2026〕1号）”',
    check: (text) => matchesOf(text, /(?:[（(]\p{Script=Han}{1,12}〔\d{4}〕\d{1,5}号[）)]|〔\d{4}〕\d{1,5}号(?:文件?)?)[，,]?(?=《)/gu)
      .filter(({ start }) => text[start - 1] !== '》')
      .map((match) => {
        const title = /^《[^《》]{1,100}》/u.exec(text.slice(match.end, match.end + 110))?.[0]
        const number = text.slice(match.start, match.end)
        return title === undefined || !/^[（(]/u.test(number) ? match : { ...match, end: match.end + title.length, replacement: `${title}（${number.replace(/[（()），,]/gu, '')}）` }
      }),
    examples: { fails: ['根据国发〔2022〕14号《关于加强建设的意见》要求。', '根据（国发〔2022〕14号）《关于加强建设的意见》要求。'], passes: ['根据《关于加强建设的意见》（国发〔2022〕14号）要求。'] },
  }),
  textRule('extra-cited-docno', {
    message: '引用的发文字号书写不规范，应写作“×发〔2026〕1号”', on: ['paragraph', 'cell', 'title'],
    check: (text) => matchesOf(text, /[发函办字令文电任]\s{0,2}(?:[[(（【［]\s{0,2}(?:19|20)?\d{2}\s{0,2}[\])）】］]\s{0,2}第?\s{0,2}\d{1,5}|〔\d{2}〕第?\d{1,5}|〔\d{4}〕(?:\s{1,2}\d{1,5}|\s{0,2}第\s{0,2}\d{1,5}|0\d{0,4})|(?:19|20)\d{2}年第?\d{1,5})\s{0,2}号/gu, (match) => {
      const parsed = parseDocNumber(match[0])
      return parsed === null ? undefined : formatDocNumber(parsed)
    }),
    examples: { fails: ['依据国发[2022]14号文件。', '依据国办发〔22〕14号文件。', '依据甲政发2026年第12号文件。', '依据国发〔2022〕第14号文件。'], passes: ['依据国发〔2022〕14号文件。', '依据财政部公告2026年第12号。'] },
  }),
  textRule('extra-repeated-word', {
    message: '字词误重，请核对并删去一个',
    check: (text) => [
      ...matchesOf(text, /的的(?!确)|了了(?![解却然如事])|及及(?![时早格其])|和和(?![谐睦平解])|将将(?![来军士要])|是是(?![非否])/gu, (match) => match[0][0]!),
      ...matchesOf(text, /(?<!\p{Script=Han}[一逐])(?![一逐层]|[一二三四五六七八九十百千万]{2})(\p{Script=Han}{2,4})\1/gu, (match) => match[1]!),
    ],
    examples: { fails: ['各地的的工作。', '认真做好防汛防汛工作。', '完成了了任务。'], passes: ['各地的工作。', '一步一步推进。', '的的确确。', '取得了了解情况的机会。'] },
  }),
  textRule('extra-typo', {
    message: '疑为错别字，请核对',
    check: (text) => matchesOf(text, typoPattern, (match) => typos[match[0]] ?? (match[0] === '登陆' ? '登录' : '截至')).map((match) => ({ ...match, message: `“${text.slice(match.start, match.end)}”疑为“${match.replacement}”之误，请核对` })),
    examples: { fails: ['认真布署工作。', '截止2026年6月完成。'], passes: ['认真部署工作。', '报名截止日期为6月30日。'] },
  }),
  textRule('extra-stray-space', {
    message: '汉字之间不空格，请删去', once: true, on: ['paragraph', 'title'],
    check: (text, kind) => (/^(?:出\s*席|列\s*席|请\s*假|参\s*[加会]|主持)/u.test(text) ? [] : matchesOf(text, /(?<=[\p{Script=Han}，。；：、])[ \u00a0]{1,20}(?=\p{Script=Han})/gu, () => '')
      // Joint issuers stand side by side in a title.
      .filter(({ start }) => kind !== 'title' || !/[厅局委府院会办部室社]$/u.test(text.slice(0, start)))),
    examples: { fails: ['认真 落实各项工作。'], passes: ['认真落实各项工作。', '执行GB/T 9704标准。'] },
  }),
  documentRule('extra-duplicate-paragraph', {
    message: '这一段与前文重复，请核对并删去一段',
    check: ({ content }) => bodiesOf(content).flatMap(({ part, blocks }) => {
      const seen = new Set<string>()
      return blocks.flatMap((block, i): Draft[] => {
        const text = block.kind === 'paragraph' ? block.text : ''
        if (text.length < 20) return []
        if (seen.has(text)) return [{ where: blockPlace(part, i), fix: { label: '删去这一段', edits: [{ target: 'remove', part, block: i }] } }]
        seen.add(text)
        return []
      })
    }),
    examples: { fails: [{ body: ['各地区、各部门要高度重视防汛工作，压实工作责任，确保安全度汛。', '各地区、各部门要高度重视防汛工作，压实工作责任，确保安全度汛。'] }], passes: [{}] },
  }),
]
