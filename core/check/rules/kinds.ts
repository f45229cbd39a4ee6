/** Rules of single kinds: 请示, 报告, 批复, 函, 命令, 纪要, 意见, 通知. 条例 Art. 8, 15; practice; GB/T 9704-2012 §10 */
import { blockText, type DocumentContent } from '#core/document'
import { orderNumberPlace } from './pages-head.ts'
import { moved, same, withGlyphs } from '../layout-changes.ts'
import { documentRule, matchesOf, type CheckContext, type Draft, type Rule } from '../rule.ts'
import { blockPlace, bodyHas, paragraphsOf } from '../units.ts'

const closings = /(?:[妥当]否|可否|如无不妥|是否妥当).{0,6}请|请.{0,6}(?:批示|审批|批准|审示|指示|批复|审定|核准|核批)[。！]?$|请予(?:批准|审批|批复)|特此请示/u
const asks = /请(?:予以?|给予)?(?:批准|审批|批示|核准|核批)|恳请/gu
const reportEnds = /特此报告|专此报告|请审阅|请审示|请审议|以上报告|特此汇报|特此说明/u

/** Places of a pattern in the main body. */
function inBody(content: DocumentContent, pattern: RegExp): Draft[] {
  return paragraphsOf(content).flatMap(({ block, text }) => matchesOf(text, pattern).map(({ start, end }): Draft => ({ where: blockPlace(null, block, start, end) })))
}

const acts = '追加|增加|购置|拨付|成立|设立|调整|解决|建设|划拨|招录|核定|召开|举办|给予|减免|变更'
const twoInTitle = new RegExp(`关于(?:申请|请求)?(?:${acts}).{1,20}(?:和|及|以及|并|、)(?:${acts})`, 'u')
const lastParagraphs = (content: DocumentContent, count: number): readonly string[] => paragraphsOf(content).filter(({ text }) => text.trim() !== '').slice(-count).map(({ text }) => text)
const isReply = ({ content }: CheckContext): boolean => content.kind === '批复' || (content.kind === '函' && content.title.endsWith('复函'))

/** More than one thing asked for, the closing formula left aside. */
function mattersOf({ content }: CheckContext): Draft[] {
  if (content.kind !== '请示') return []
  const paragraphs = paragraphsOf(content)
  const asked = paragraphs.flatMap(({ block, text }) => (/^(?:[妥当可]否|以上请示|特此请示)/u.test(text) || /[妥当可]否，?请/u.test(text) ? [] : matchesOf(text, asks).map((match) => ({ block, ...match }))))
  const also = paragraphs.flatMap(({ block, text }) => matchesOf(text, /(?:^|。)(?:另外|此外|另)[，,].{0,60}?(?:请|拟请|申请)/gu).map((match) => ({ block, ...match })))
  if (twoInTitle.test(content.title)) return [{ where: { element: '标题' } }]
  const second = asked.length > 1 ? asked[1]! : also[0]
  return second === undefined ? [] : [{ where: blockPlace(null, second.block, second.start, second.end) }]
}

export const kindRules: readonly Rule[] = [
  documentRule('request-one-matter', {
    message: '请示应当一文一事；这里似有另一请求事项，请核对，不同事项应分别行文',
    check: mattersOf,
    examples: { fails: [{ kind: '请示', body: ['恳请追加经费50万元。', '同时，恳请增加编制3名。', '妥否，请批示。'] }, { kind: '请示', body: ['拟追加经费50万元。另外，申请增加编制3名。', '妥否，请批示。'] }], passes: [{ kind: '请示', body: ['恳请追加经费50万元。', '妥否，请批示。'] }] },
  }),
  documentRule('request-closing', {
    message: '请示应有结尾语，如“妥否，请批示。”“以上请示如无不妥，请批准。”',
    check: ({ content }) => (content.kind !== '请示' || lastParagraphs(content, 2).some((text) => closings.test(text)) ? [] : [{ where: { element: '正文', block: Math.max(0, content.body.length - 1) } }]),
    examples: { fails: [{ kind: '请示', body: ['拟追加经费50万元。'] }], passes: [{ kind: '请示', body: ['拟追加经费50万元。', '妥否，请批示。'] }, { kind: '请示', body: ['拟追加经费。', '以上请示如无不妥，请批准。'] }] },
  }),
  documentRule('request-contact-note', {
    message: '请示一般在附注处注明联系人姓名和电话，如“联系人：张某，电话：0471-1234567”',
    check: ({ content, written }) => (content.kind !== '请示' || written.head === 'none' || (/联系人/u.test(content.note) && /\d{7,}|\d{3,4}[-—]\d{7,8}/u.test(content.note)) ? [] : [{ where: { element: '附注' } }]),
    examples: { fails: [{ kind: '请示', content: { note: '' } }, { kind: '请示', content: { note: '联系人：张某' } }], passes: [{ kind: '请示', content: { note: '联系人：张某，电话：0471-1234567' } }] },
  }),
  documentRule('report-no-request', {
    message: '报告等非请示性公文中不得夹带请示事项，请删去或另文请示',
    check: ({ content }) => {
      if (content.kind === '报告') return inBody(content, /请(?:予以?)?(?:批示|批准|审批|批复|核准|指示)|[妥当可]否，?请|恳请|请(?:予以?|给予)(?:解决|支持|安排)|请[^，。；]{0,12}(?:给予|予以)[^，。；]{0,8}(?:支持|解决|帮助|批准|倾斜)|(?<![已曾受可极并])(?:申请|请求)(?:上级)?(?:追加|增加|拨付|安排|划拨|增拨|下拨|核增|减免|解决|批准)|建议[^，。；]{0,15}(?:批准|拨付|追加|增拨|核增|增加[^，。；]{0,10}(?:编制|经费|资金))|(?:希望|盼望|盼|望)[^，。；]{0,12}(?:批准|解决|拨付|予以支持|给予支持)/gu)
      return ['通知', '通报', '纪要', '决定', '决议', '公告', '通告', '公报', '批复', '命令'].includes(content.kind) ? inBody(content, /[妥当可]否，?请(?:予以?)?(?:批示|批准|审批|批复|指示|审示)|请(?:予以?)?(?:批示|审批|批复)(?=[。！]?$)/gu) : []
    },
    examples: { fails: [{ kind: '报告', body: ['一年来工作进展顺利。', '妥否，请批示。'] }, { kind: '报告', body: ['现报告如下。请予批准追加经费。', '特此报告。'] }, { kind: '报告', body: ['监管力量薄弱，为此申请追加经费50万元。', '特此报告。'] }, { kind: '通知', body: ['请各地遵照执行。', '以上请示当否，请批复。'] }], passes: [{ kind: '报告', body: ['一年来工作进展顺利。', '特此报告。'] }] },
  }),
  documentRule('report-closing', {
    message: '报告一般有结尾语，如“特此报告。”“请审阅。”',
    check: ({ content }) => (content.kind !== '报告' || content.title.endsWith('工作报告') || lastParagraphs(content, 2).some((text) => reportEnds.test(text)) ? [] : [{ where: { element: '正文', block: Math.max(0, content.body.length - 1) } }]),
    examples: { fails: [{ kind: '报告', body: ['一年来工作进展顺利。'] }], passes: [{ kind: '报告', body: ['一年来工作进展顺利。', '特此报告。'] }] },
  }),
  documentRule('reply-cites-incoming', {
    message: '批复、复函开头应引来文标题和发文字号，如“你单位《关于……的请示》（×发〔2026〕1号）收悉”',
    check: (context) => {
      if (!isReply(context)) return []
      const text = paragraphsOf(context.content).slice(0, 2).map((paragraph) => paragraph.text).join('')
      if (/《[^》]+》\s*[（(][^（()）]*〔\d{4}〕\d+号[）)]/u.test(text)) return []
      return [{ where: { element: '正文', block: 0 } }]
    },
    examples: { fails: [{ kind: '批复', body: ['你局来文收悉。现批复如下。'] }, { kind: '批复', body: ['你局《关于追加经费的请示》收悉。'] }], passes: [{ kind: '批复', body: ['你局《关于追加经费的请示》（甲财发〔2026〕3号）收悉。'] }] },
  }),
  documentRule('letter-tone', {
    message: '函用于不相隶属机关之间，不用命令语气，请改用商洽用语',
    check: ({ content }) => (content.kind === '函' ? inBody(content, /必须(?:立即)?(?:执行|落实|完成|办理|报送|照办)|[贵你][\p{Script=Han}]{1,8}必须|必须[于在][^，。；]{2,15}[前内]|遵照(?:执行|办理|落实)|照此办理|责令|务必|不得(?:有误|推诿|拖延|延误)|严令|勒令|限期(?:整改|完成|办结)|限[贵你]|应(?:当)?立即|追究[^，。；]{0,10}责任|通报批评|严肃处理/gu) : []),
    examples: { fails: [{ kind: '函', body: ['请贵局务必照办。'] }, { kind: '函', body: ['现责令贵局整改。'] }, { kind: '函', body: ['贵局必须于9月30日前答复。'] }], passes: [{ kind: '函', body: ['请贵局予以支持。'] }] },
  }),
  documentRule('letter-format', {
    message: '函宜用信函格式，请将版式改为“信函”',
    check: ({ content }) => (content.kind === '函' && content.form !== '信函' ? [{ where: { element: '版式' }, fix: { label: '改为信函格式', edits: [{ target: 'form', form: '信函' }] } }] : []),
    examples: { fails: [{ kind: '函', form: '文件' }], passes: [{ kind: '函', form: '信函' }] },
  }),
  documentRule('letter-joint-host-mark', {
    message: '信函格式联合行文时，只使用主办机关标志',
    check: ({ content }) => (content.form === '信函' && content.issuers.slice(1).some((name) => content.issuerMark.includes(name)) ? [{
      where: { element: '发文机关标志' }, fix: { label: `改为「${content.issuers[0]}」`, edits: [{ target: 'field', field: 'issuerMark', start: 0, end: content.issuerMark.length, text: content.issuers[0] ?? '' }] },
    }] : []),
    examples: { fails: [{ kind: '函', form: '信函', content: { issuers: ['甲市财政局', '甲市教育局'], issuerMark: '甲市财政局甲市教育局' } }], passes: [{ kind: '函', form: '信函', content: { issuers: ['甲市财政局', '甲市教育局'], issuerMark: '甲市财政局' } }] },
  }),
  documentRule('order-number', {
    message: '命令（令）编令号，写作“第×号”，居中，距发文机关标志和正文各空二行',
    check: ({ content, issue }) => (content.form === '命令' && issue !== null && issue.number !== '' && !/^第[1-9]\d*号$/u.test(issue.number) ? [{ where: { element: '发文字号' } }] : []),
    examples: { fails: [{ kind: '命令', issue: { number: '甲政令〔2026〕12号' } }, { kind: '命令', issue: { number: '第012号' } }], passes: [{ kind: '命令', issue: { number: '第12号' } }] },
    onPages: orderNumberPlace,
    pageExamples: { fails: [{ says: '令号偏左', sample: { kind: '命令' }, change: (layout) => withGlyphs(layout, '版头', (glyph) => (glyph.y > 90 ? moved(-30)(glyph) : glyph)) }], passes: [{ says: '照排', sample: { kind: '命令' }, change: same }] },
  }),
  documentRule('order-signature', {
    message: '命令（令）加盖签发人签名章，并标全称职务',
    check: ({ content }) => {
      if (content.form !== '命令') return []
      const drafts: Draft[] = []
      if (content.authentication !== '签名章') drafts.push({ where: { element: '印章' }, message: '命令（令）应加盖签发人签名章，不盖机关印章', fix: { label: '改为签名章', edits: [{ target: 'authentication', authentication: '签名章' }] } })
      if (content.signature !== '' && !/(?:主席|总理|省长|市长|盟长|州长|县长|旗长|区长|部长|主任|厅长|局长|书记|署长|行长|审计长)/u.test(content.signature)) drafts.push({ where: { element: '发文机关署名' }, message: `命令（令）应标注签发人职务，如“主席”“市长”，不能只署“${content.signature}”` })
      return drafts
    },
    examples: { fails: [{ kind: '命令', content: { authentication: '盖章' } }, { kind: '命令', content: { signature: '甲市人民政府' } }], passes: [{ kind: '命令' }] },
  }),
  documentRule('minutes-attendance', {
    message: '纪要应标注出席人员名单（“出席：”），必要时标注请假、列席人员',
    check: ({ content, written }) => (content.kind !== '纪要' || written.head === 'none' || bodyHas(content, /^出\u3000?席(?:人员|单位)?\u3000?[：:]|^参(?:加|会)(?:人员|单位)?[：:]/u) ? [] : [{ where: { element: '正文', block: Math.max(0, content.body.length - 1) } }]),
    examples: { fails: [{ kind: '纪要', body: ['会议研究了防汛工作。'] }], passes: [{ kind: '纪要', body: ['会议研究了防汛工作。', '出席：张某、李某'] }] },
  }),
  documentRule('minutes-no-seal', {
    message: '纪要一般不加盖印章，请将印章改为“不盖章”',
    check: ({ content }) => (content.kind === '纪要' && content.authentication === '盖章' ? [{ where: { element: '印章' }, fix: { label: '改为不盖章', edits: [{ target: 'authentication', authentication: '不盖章' }] } }] : []),
    examples: { fails: [{ kind: '纪要', content: { authentication: '盖章' } }], passes: [{ kind: '纪要' }] },
  }),
  documentRule('minutes-wording', {
    message: '纪要一般写“会议议定”“会议指出”“会议强调”，慎用“会议决定”',
    check: ({ content }) => (content.kind !== '纪要' ? [] : inBody(content, /会议(?:一致|研究|讨论)?(?:作出)?决定/gu).map((draft): Draft => {
      const { block = 0, start = 0, end = 0 } = draft.where
      return { ...draft, fix: { label: '改为「会议议定」', edits: [{ target: 'text', part: null, block, start, end, text: '会议议定' }] } }
    })),
    examples: { fails: [{ kind: '纪要', body: ['会议决定，开展专项检查。', '出席：张某'] }, { kind: '纪要', body: ['会议一致决定开展专项检查。', '出席：张某'] }], passes: [{ kind: '纪要', body: ['会议议定，开展专项检查。', '出席：张某'] }] },
  }),
  documentRule('forward-notice-cites', {
    message: '批转、转发、印发类通知的正文应写明所转文件的名称，用书名号标明',
    check: ({ content }) => (content.kind === '通知' && /批转|转发|印发/u.test(content.title) && !bodyHas(content, /《[^》]+》/u) ? [{ where: { element: '正文', block: 0 } }] : []),
    examples: { fails: [{ content: { title: '甲市人民政府关于印发防汛方案的通知' }, body: ['现将方案印发给你们，请遵照执行。'] }], passes: [{ content: { title: '甲市人民政府关于印发防汛方案的通知' }, body: ['现将《防汛方案》印发给你们，请遵照执行。'] }] },
  }),
  documentRule('opinion-direction-rule', {
    message: '作为上行文的意见，应当按请示性公文的程序和要求办理，请按请示的要求核对主送机关和结尾语',
    check: ({ content, direction }) => (content.kind === '意见' && direction === 'up' && !lastParagraphs(content, 2).some((text) => /如无不妥|请(?:予)?(?:批转|批准|审批|批示|审定)|[妥当可]否/u.test(text)) ? [{ where: { element: '文种' } }] : []),
    examples: { fails: [{ kind: '意见', issue: { signers: ['张某'] } }], passes: [{ kind: '意见' }, { kind: '意见', issue: { signers: ['张某'] }, body: ['现提出如下意见。', '以上意见如无不妥，请批转各地执行。'] }] },
  }),
  documentRule('extra-empty-body', {
    message: '标题和正文不能为空',
    check: ({ content }) => [
      ...(content.title.trim() === '' ? [{ where: { element: '标题' } as const, message: '没有标题，请补写' }] : []),
      ...(content.body.every((block) => blockText(block).trim() === '') ? [{ where: { element: '正文' } as const, message: '没有正文，请补写' }] : []),
    ],
    examples: { fails: [{ blocks: [] }, { content: { title: '' } }], passes: [{}] },
  }),
]
