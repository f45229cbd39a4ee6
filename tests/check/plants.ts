/** Errors to plant: each turns a clean source into one with a single known mistake, or says that it does not fit there. */

export type Plant = { readonly rule: string; readonly what: string; readonly into: (source: string) => string | null }

const plant = (rule: string, what: string, into: (source: string) => string | null): Plant => ({ rule, what, into })

/** Replaces the first place of a pattern; null when there is none. */
const swap = (rule: string, what: string, from: RegExp | string, to: string | ((...found: string[]) => string)): Plant =>
  plant(rule, what, (source) => {
    const text = source.replace(from as RegExp, to as string)
    return text === source ? null : text
  })

const has = (source: string, key: string, value: string): boolean => new RegExp(`^${key}: ${value}$`, 'mu').test(source)
const setKey = (source: string, key: string, line: string): string => {
  const present = new RegExp(`^${key}:.*$`, 'mu')
  return present.test(source) ? source.replace(present, `${key}: ${line}`) : source.replace(/^标题:/mu, `${key}: ${line}\n标题:`)
}
const head = (rule: string, what: string, key: string, line: string, only?: (source: string) => boolean): Plant =>
  plant(rule, what, (source) => (only === undefined || only(source) ? setKey(source, key, line) : null))
/** Body text begins after the second ---. */
const bodyOf = (source: string): number => source.indexOf('\n---\n') + 5
const inBody = (rule: string, what: string, from: RegExp, to: string | ((...found: string[]) => string)): Plant =>
  plant(rule, what, (source) => {
    const at = bodyOf(source)
    const body = source.slice(at).replace(from, to as string)
    return body === source.slice(at) ? null : source.slice(0, at) + body
  })
/** A sentence more at the end of the first paragraph. */
const say = (rule: string, what: string, sentence: string, only?: (source: string) => boolean): Plant =>
  plant(rule, what, (source) => {
    if (only !== undefined && !only(source)) return null
    const at = bodyOf(source)
    const end = source.indexOf('\n', at)
    return `${source.slice(0, end)}${sentence}${source.slice(end)}`
  })
const kind = (...kinds: readonly string[]) => (source: string): boolean => kinds.some((name) => has(source, '文种', name))
const general = (source: string): boolean => has(source, '版式', '文件')
const joint = (source: string): boolean => /^发文机关: \[[^\]]+,/mu.test(source)

export const plants: readonly Plant[] = [
  swap('docno-brackets', '方括号', /^(发文字号: .*)〔(\d{4})〕/mu, '$1[$2]'),
  swap('docno-brackets', '圆括号', /^(发文字号: .*)〔(\d{4})〕/mu, '$1（$2）'),
  swap('docno-full-year', '两位年份', /^(发文字号: .*)〔20(\d\d)〕/mu, '$1〔$2〕'),
  swap('docno-no-leading-zero', '虚位', /^(发文字号: .*〕)(\d+号)/mu, '$10$2'),
  swap('docno-no-di', '加第', /^(发文字号: .*〕)(\d+号)/mu, '$1第$2'),
  swap('docno-hao', '无号字', /^(发文字号: .*〕\d+)号/mu, '$1'),
  swap('docno-arabic', '汉字年份', /^(发文字号: .*)〔2026〕/mu, '$1〔二〇二六〕'),
  swap('docno-shape', '无年份括号', /^(发文字号: .*)〔(\d{4})〕/mu, '$1$2年'),
  swap('docno-joint-host', '两个文号', /^(发文字号: )(.*〕)(\d+)号$/mu, '$1$2$3号、苍教发〔2026〕8号'),
  swap('docno-year-matches-date', '年份不一致', /^(发文字号: .*)〔2026〕/mu, '$1〔2025〕'),
  head('docno-prefix-type', '通知用请字号', '发文字号', '苍政请〔2026〕18号', kind('通知', '决定', '通报')),
  head('date-arabic', '汉字日期', '成文日期', '二〇二六年三月八日'),
  head('date-no-leading-zero', '虚位', '成文日期', '2026年03月08日'),
  head('date-full', '缺日', '成文日期', '2026年3月'),
  head('date-real', '二月三十日', '成文日期', '2026-02-30'),
  inBody('date-not-alone-page', '此页无正文', /$/u, '\n（此页无正文）\n'),
  swap('title-has-type', '标题缺文种', /^(标题: .*)的(?:通知|决定|意见|函|通报|请示|报告|批复|公告|通告)$/mu, '$1'),
  swap('title-three-parts', '缺关于', /^(标题: .*)关于(?=.*的(?:通知|决定|意见|函|通报|请示|报告|批复)$)/mu, '$1'),
  swap('title-type-match', '文种不符', /^(标题: .*的)(?:通知|决定|意见|通报)$/mu, (_, start) => `${start!}公告`),
  swap('title-no-end-punct', '末尾句号', /^(标题: .*)$/mu, '$1。'),
  swap('title-punct-limited', '标题有逗号', /^(标题: .*关于.{2})/mu, '$1，'),
  swap('title-no-double-type', '请示报告', /^(标题: .*的)请示$/mu, '$1请示报告'),
  swap('title-no-double-guanyu', '关于叠用', /^(标题: .*)关于/mu, '$1关于转发自治区关于'),
  swap('title-no-urgent-word', '紧急通知', /^(标题: .*的)通知$/mu, '$1紧急通知'),
  swap('title-statutory-type', '以方案为文种', /^(标题: .*)的(?:通知|决定|意见)$/mu, '$1的实施方案'),
  head('title-statutory-type', '文种写总结', '文种', '总结', kind('报告')),
  swap('recipient-colon', '主送带冒号', /^(主送: \[[^,\]]+)/mu, '$1："'.replace('"', '')),
  swap('recipient-separators', '同类用逗号', /^主送: \[各盟行政公署、市人民政府/mu, '主送: ["各盟行政公署，市人民政府"'),
  head('recipient-single-request', '两个主送', '主送', '[洛水市人民政府, 洛水市审计局]', kind('请示')),
  head('recipient-single-up', '两个主送', '主送', '[洛水市人民政府, 洛水市教育局]', kind('报告')),
  head('recipient-not-person', '主送个人', '主送', '[高原市长]', kind('请示', '报告')),
  head('recipient-none-public', '公告有主送', '主送', '[各旗县区人民政府]', kind('公告', '通告', '公报', '命令')),
  head('recipient-required', '缺主送', '主送', '[]', kind('请示', '报告', '批复', '函', '议案')),
  head('recipient-standard-name', '不规范简称', '主送', '[洛水市府]', kind('请示', '报告', '批复', '函', '通知')),
  head('cc-period', '抄送带分号', '抄送', '[自治区财政厅；]'),
  head('cc-no-lower-on-up', '上行抄送下级', '抄送', '[各旗县区财政局]', kind('请示', '报告')),
  plant('cc-not-in-main', '抄送与主送重复', (source) => {
    const main = /^主送: \[([^,\]]+)/mu.exec(source)?.[1]
    return main === undefined ? null : setKey(source, '抄送', `[${main}]`)
  }),
  head('cc-word', '写抄报', '抄送', '["抄报：自治区人民政府"]'),
  head('no-skip-level', '越级', '主送', '[苍原自治区人民政府]', (source) => kind('报告')(source)),
  head('cc-bypassed-organ', '越级未抄送', '主送', '[苍原自治区人民政府]', (source) => kind('报告')(source)),
  head('letter-to-superior-misuse', '向平级请示', '主送', '[洛水市教育局]', kind('请示')),
  plant('no-order-to-gov', '部门向下级政府发令', (source) => (joint(source) ? setKey(source, '主送', '[各旗县人民政府]') : null)),
  plant('inner-dept-no-external', '内设机构行文', (source) => (kind('函', '通告')(source) ? source.replace(/^发文机关: \[([^\]]+)\]/mu, '发文机关: [$1综合处]') : null)),
  head('signatory-required-up', '缺签发人', '签发人', '[]', kind('请示', '报告')),
  head('signatory-not-down', '下行标签发人', '签发人', '[林正]', kind('通知', '决定', '通报')),
  head('secrecy-value', '密级错', '密级', '内部'),
  plant('secrecy-needs-period', '缺期限', (source) => setKey(setKey(source, '份号', '"000001"'), '密级', '秘密')),
  plant('secrecy-format', '汉字期限', (source) => setKey(setKey(setKey(source, '份号', '"000001"'), '密级', '秘密'), '保密期限', '五年')),
  plant('secrecy-max', '超上限', (source) => setKey(setKey(setKey(source, '份号', '"000001"'), '密级', '秘密'), '保密期限', '15年')),
  plant('secrecy-copyno', '缺份号', (source) => (/^份号/mu.test(source) ? null : setKey(setKey(source, '密级', '机密'), '保密期限', '5年'))),
  plant('secrecy-not-on-this-network', '涉密', (source) => setKey(setKey(setKey(source, '份号', '"000001"'), '密级', '机密'), '保密期限', '5年')),
  head('copyno-6-digits', '五位份号', '份号', '"00012"'),
  head('urgency-value', '紧急程度错', '紧急程度', '紧急'),
  inBody('level-order', '跳级', /^（一）/mu, '（1）'),
  inBody('level-order', '从（一）开始', /^一、/mu, '（一）'),
  inBody('level-sequence', '缺二', /^二、/mu, '三、'),
  inBody('level-sequence', '缺（二）', /^（二）/mu, '（三）'),
  inBody('level-punct', '一．', /^一、/mu, '一．'),
  inBody('level-punct', '（一）、', /^（一）/mu, '（一）、'),
  inBody('level-punct', '半角括号', /^（一）/mu, '(一)'),
  inBody('level-punct', '1、', /^1\./mu, '1、'),
  inBody('heading-end-punct', '标题句号', /^(一、[^，。]{2,14})$/mu, '$1。'),
  say('request-one-matter', '两事', '另外，申请增加编制3名。', kind('请示')),
  inBody('request-closing', '缺结尾语', /\n妥否，请批示。/u, ''),
  head('request-contact-note', '缺联系人', '附注', '""', kind('请示')),
  inBody('report-no-request', '夹带请示', /特此报告。/u, '妥否，请批示。'),
  inBody('report-closing', '缺结尾语', /\n特此报告。/u, ''),
  inBody('reply-cites-incoming', '不引文号', /(你[县委]《[^》]+》)（[^）]+）/u, '$1'),
  swap('cite-title-then-number', '先文号后标题', /(《苍原自治区防火条例》)（(苍人发〔2024〕6号)）/u, '$2$1'),
  say('cite-title-then-number', '先文号后标题', '按照洛政发〔2025〕3号《关于加强管理的通知》要求执行。'),
  say('letter-tone', '命令语气', '请务必于3日内报送。', kind('函')),
  head('letter-format', '函用文件格式', '版式', '文件', kind('函')),
  swap('order-number', '令号', /^发文字号: 第21号/mu, '发文字号: 苍政令〔2026〕21号'),
  head('order-signature', '命令盖机关章', '印章', '盖章', kind('命令')),
  inBody('minutes-attendance', '缺出席', /\n出席：.*\n列席：.*/u, ''),
  head('minutes-no-seal', '纪要盖章', '印章', '盖章', kind('纪要')),
  inBody('minutes-wording', '会议决定', /会议强调/u, '会议决定'),
  inBody('forward-notice-cites', '不写文件名', /现将《[^》]+》/u, '现将有关规范'),
  plant('attach-note-no-punct', '附件名带句号', (source) => (source.includes('名称: 重点任务分工表') ? source.replaceAll('重点任务分工表', '重点任务分工表。') : null)),
  plant('attach-note-number', '附件名带序号', (source) => (source.includes('名称: 重点任务分工表') ? source.replaceAll('重点任务分工表', '1、重点任务分工表') : null)),
  swap('attach-match', '标题不一致', /^=== 附件1 重点任务分工表/mu, '=== 附件1 任务分解表'),
  swap('attach-match', '序号不一致', /^=== 附件2 /mu, '=== 附件3 '),
  say('attach-mentioned', '提到没有的附件', '具体要求见附件5。'),
  inBody('attach-note-colon', '半角冒号', /$/u, '\n附件:情况统计表\n'),
  head('sign-name-standard', '署名简称', '署名', '洛水市政府', (source) => /^发文机关: \[洛水市人民政府\]/mu.test(source) && has(source, '印章', '盖章')),
  head('seal-matches-sign', '署名别的机关', '署名', '苍原自治区民政厅', (source) => has(source, '印章', '盖章') && !joint(source)),
  head('seal-required', '不盖章', '印章', '不盖章', kind('请示', '报告', '函', '批复')),
  head('seal-no-blank', '无署名盖章', '署名', '""', (source) => has(source, '印章', '盖章')),
  head('seal-order', '协办在前', '署名', '苍原自治区教育厅 苍原自治区财政厅', joint),
  head('note-brackets', '自带括号', '附注', '（此件公开发布）'),
  head('print-date-not-before', '早于成文', '印发日期', '2025-12-01', (source) => general(source)),
  inBody('punct-fullwidth', '半角逗号', /(\p{Script=Han})，(?=\p{Script=Han})/u, '$1,'),
  inBody('punct-fullwidth', '半角括号', /(?<=[^\n])（([^（）]*\p{Script=Han})）/u, '($1)'),
  inBody('punct-paired', '缺后书名号', /(《[^》]{3,})》/u, '$1'),
  inBody('punct-paired', '缺后引号', /(“[^”]+)”/u, '$1'),
  say('punct-booktitle-adjacent', '书名号间顿号', '遵守《预算法》、《审计法》规定。'),
  say('punct-ellipsis', '三个点', '包括农业、工业、服务业...'),
  say('punct-range', '短横', '每组5-8人。'),
  say('punct-range', '年份短横', '实施2021-2025年规划。'),
  say('punct-deng-comma', '、等', '包括粮食、油料、等物资。'),
  say('num-year-full', '年份简写', '截至25年底，任务全部完成。'),
  say('num-percent-range', '百分数', '增长5～8%。'),
  say('num-wan-range', '万', '每户补助3～5万元。'),
  say('num-decimal-zero', '小数点', '提高.5个百分点。'),
  say('num-consistent', '百分之', '占百分之二十，比上年增长12%。'),
  say('unit-legal', '公分', '水深下降30公分。'),
  say('relative-time', '近日', '近日，有关情况有所好转。'),
  say('abbrev-first-use', '简称无全称', '各单位要严格执行《办法》。'),
  say('placeholder-left', '××', '由××单位负责落实。'),
  say('placeholder-left', '待补', '投资【待补】万元。'),
  say('colloquial', '口语', '这项工作差不多完成了。'),
  say('mn-encoding', '私用区蒙古文', '蒙古文名称为\ue264\ue26a\ue2bb。'),
  inBody('extra-table-sum', '合计错', /\| 合计 \| 380/u, '| 合计 | 390'),
  inBody('extra-table-sum', '行合计错', /\| 240 \|\n/u, '| 250 |\n'),
  inBody('extra-sentence-sum', '男女之和', /男教师480人/u, '男教师490人'),
  inBody('extra-sentence-sum', '城乡之和', /乡村人口84万人/u, '乡村人口94万人'),
  inBody('extra-percent-share', '比例之和', /50%、30%、20%/u, '50%、30%、10%'),
  inBody('extra-weekday', '星期错', /（星期四）/u, '（星期五）'),
  say('extra-weekday', '星期错', '定于2026年11月25日（星期四）开会。'),
  say('extra-impossible-date', '6月31日', '请于6月31日前报送。'),
  say('extra-impossible-time', '25:30', '会议于25:30召开。'),
  inBody('extra-date-order', '倒置', /2026年\d+月(\d+)日至(\d+)月/u, (_, day, month) => `2026年${Number(month) + 1}月${day!}日至${month!}月`),
  inBody('extra-cited-docno', '方括号', /（(.{2,5}[发函])〔(\d{4})〕(\d+)号）/u, '（$1[$2]$3号）'),
  say('extra-cited-docno', '两位年份', '依据洛政发〔25〕12号文件执行。'),
  inBody('extra-lookalike-digit', '字母O', /2026年/u, '2O26年'),
  inBody('extra-fullwidth-digit', '全角数字', /2026年/u, '２０２６年'),
  say('extra-zero-mix', '○', '自二○二六年起施行。'),
  say('extra-private-use', '私用区', '张\ue815同志负责。'),
  say('extra-repeated-word', '的的', '各地的的工作要抓紧。'),
  inBody('extra-repeated-punct', '，，', /，/u, '，，'),
  inBody('extra-amount-mismatch', '大小写', /叁佰万元/u, '叁佰伍拾万元'),
  say('extra-phone-digits', '少一位', '联系电话：0471-66012。'),
  inBody('extra-enumeration-gap', '缺二是', /二是组织交流轮岗；/u, ''),
  inBody('extra-attachment-unmentioned', '不提附件2', /，?值班电话见附件2/u, ''),
  say('extra-typo', '错别字', '请认真布署落实。'),
  head('extra-mark-issuer', '标志不符', '发文机关标志', '苍原自治区民政厅文件', (source) => general(source)),
  swap('extra-title-issuer', '标题机关不符', /^标题: (?:洛水市|苍原自治区|河东县)[^ ]{2,8}关于/mu, '标题: 北原市民政局关于'),
]
