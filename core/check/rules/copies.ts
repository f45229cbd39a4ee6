/** Rules of 抄送 and of what the organs of a document may be to each other (行文规则). 条例 Art. 14–17 */
import { blockText } from '#core/document'
import { areaLevel, isCollective, isDepartment, isGeneralOffice, isGovernment, isPerson, organOf, organsIn, relationOf } from '../organ-names.ts'
import { documentRule, factsRule, type CheckContext, type Draft, type Rule } from '../rule.ts'
import { bodyHas } from '../units.ts'

const host = (context: CheckContext): string => context.content.issuers[0] ?? ''
const onCopies = (context: CheckContext, isWrong: (name: string) => boolean, say?: (name: string) => string): Draft[] =>
  context.content.copies.flatMap((name, block): Draft[] => (isWrong(name) ? [{
    where: { element: '抄送机关', block }, ...(say === undefined ? {} : { message: say(name) }),
    fix: { label: `删去“${name}”`, edits: [{ target: 'organs', list: 'copies', names: context.content.copies.filter((_, i) => i !== block) }] },
  }] : []))

const isLowerThan = (self: string, name: string, context: CheckContext): boolean =>
  relationOf(self, name, context.facts.organs) === 'lower' || (/^各|所属|下属|^[市盟州县旗区][属直]/u.test(name) && !/^各(?:民主党派|人民团体)|常委/u.test(name))

const directives = ['命令', '决定', '决议', '通知', '通报', '意见']

export const copyRules: readonly Rule[] = [
  documentRule('cc-period', {
    message: '抄送机关之间用逗号、最后一个机关名称后标句号，由排版统一加上，名称中不要另写标点',
    check: (context) => {
      const { copiesLine } = context.written
      if (copiesLine !== undefined) return copiesLine.endsWith('。') ? [] : [{ where: { element: '抄送机关' }, message: '抄送的最后一个机关名称后应标句号“。”' }]
      const { copies } = context.content
      return copies.flatMap((name, block): Draft[] => {
        const right = name.replace(/^抄送[：:]/u, '').replace(/[。，,；;、.：:]+$/u, '').replace(/[,;；]/gu, '，')
        if (right === name) return []
        return [{ where: { element: '抄送机关', block }, fix: { label: `改为「${right}」`, edits: [{ target: 'organs', list: 'copies', names: copies.map((item, i) => (i === block ? right : item)) }] } }]
      })
    },
    examples: { fails: [{ content: { copies: ['甲市委办公室；'] } }, { written: { copiesLine: '抄送：甲市委办公室' } }], passes: [{ content: { copies: ['甲市委办公室'] } }, { written: { copiesLine: '抄送：甲市委办公室。' } }] },
  }),
  documentRule('cc-no-lower-on-up', {
    message: '向上级机关行文，不抄送下级机关，请删去',
    check: (context) => (context.direction === 'up' ? onCopies(context, (name) => organsIn(name).some((organ) => isLowerThan(host(context), organ, context)), (name) => `向上级机关行文不抄送下级机关，请删去“${name}”`) : []),
    examples: { fails: [{ kind: '请示', content: { issuers: ['甲市人民政府'], copies: ['甲市乙县人民政府'] } }, { kind: '报告', content: { copies: ['各旗县区人民政府'] } }], passes: [{ kind: '请示', content: { issuers: ['甲市财政局'], copies: ['甲市审计局'] } }] },
  }),
  documentRule('cc-not-in-main', {
    message: '抄送机关与主送机关重复，请删去重复的抄送机关',
    check: (context) => onCopies(context, (name) => context.content.recipients.includes(name)),
    examples: { fails: [{ content: { recipients: ['甲市财政局'], copies: ['甲市财政局'] } }], passes: [{ content: { recipients: ['甲市财政局'], copies: ['甲市审计局'] } }] },
  }),
  factsRule('cc-important-down-superior', {
    message: '重要的下行文应当同时抄送发文机关的直接上级机关', needs: ['important'],
    check: (context) => {
      const superior = organOf(context.facts.organs, host(context))?.superior
      return context.direction !== 'down' || (superior !== undefined && context.content.copies.includes(superior)) ? [] : [{ where: { element: '抄送机关' } }]
    },
    examples: { fails: [{ kind: '决定', facts: { important: true } }], passes: [{ kind: '决定', content: { issuers: ['甲市财政局'], copies: ['甲市人民政府'] }, facts: { important: true, organs: [{ name: '甲市财政局', superior: '甲市人民政府' }] } }] },
  }),
  documentRule('cc-bypassed-organ', {
    message: '越级行文的，应当同时抄送被越过的机关',
    check: (context) => {
      const { issuers, recipients, copies } = context.content
      if (context.direction !== 'up' || !recipients.some((name) => relationOf(issuers[0] ?? '', name, context.facts.organs) === 'skip')) return []
      const superior = organOf(context.facts.organs, issuers[0] ?? '')?.superior
      const isCopied = superior === undefined ? copies.some((name) => relationOf(issuers[0] ?? '', name, undefined) === 'superior') : copies.includes(superior)
      return isCopied ? [] : [{ where: { element: '抄送机关' }, message: superior === undefined ? '越级行文应当同时抄送被越过的机关' : `越级行文应当同时抄送被越过的“${superior}”` }]
    },
    examples: { fails: [{ kind: '请示', content: { issuers: ['甲县人民政府'], recipients: ['甲省人民政府'], copies: [] } }], passes: [{ kind: '请示', content: { issuers: ['甲县人民政府'], recipients: ['甲省人民政府'], copies: ['甲市人民政府'] } }] },
  }),
  documentRule('cc-word', {
    message: '版记和正文中统一用“抄送”，不用“抄报”“抄发”，请改正',
    check: ({ content, written }) => [
      ...content.copies.flatMap((name, block): Draft[] => (/抄[报发呈]/u.test(name) ? [{ where: { element: '抄送机关', block } }] : [])),
      ...(/抄[报发呈]/u.test(written.copiesLine ?? '') ? [{ where: { element: '抄送机关' } as const }] : []),
      ...content.body.flatMap((block, i): Draft[] => {
        const at = block.kind === 'paragraph' ? block.text.search(/抄[报呈]|抄发(?=[：:])/u) : -1
        return at < 0 ? [] : [{ where: { element: '正文', block: i, start: at, end: at + 2 }, fix: { label: '改为「抄送」', edits: [{ target: 'text', part: null, block: i, start: at, end: at + 2, text: '抄送' }] } }]
      }),
    ],
    examples: { fails: [{ body: ['本通知抄报甲市人民政府。'] }, { content: { copies: ['抄报：甲市人民政府'] } }], passes: [{ body: ['本通知抄送甲市人民政府。'] }] },
  }),
  documentRule('no-skip-level', {
    message: '一般不得越级行文；特殊情况需要越级的，应当同时抄送被越过的机关',
    check: (context) => (context.direction !== 'up' ? [] : context.content.recipients.flatMap((name, block): Draft[] => (relationOf(host(context), name, context.facts.organs) === 'skip' ? [{ where: { element: '主送机关', block }, message: `“${name}”不是本机关的直接上级机关，一般不得越级行文` }] : []))),
    examples: { fails: [{ kind: '请示', content: { issuers: ['甲县人民政府'], recipients: ['甲省人民政府'] } }], passes: [{ kind: '请示', content: { issuers: ['甲县人民政府'], recipients: ['甲市人民政府'] } }] },
  }),
  documentRule('letter-to-superior-misuse', {
    message: '向没有隶属关系的机关请求批准应当用函，不用请示',
    check: (context) => (context.content.kind !== '请示' ? [] : context.content.recipients.flatMap((name, block): Draft[] => (!isPerson(name) && ['peer', 'lower'].includes(relationOf(host(context), name, context.facts.organs)) ? [{ where: { element: '主送机关', block }, message: `“${name}”不是本机关的上级机关，请求批准应当用函，不用请示` }] : []))),
    examples: { fails: [{ kind: '请示', content: { issuers: ['甲市教育局'], recipients: ['甲市财政局'] } }], passes: [{ kind: '请示', content: { issuers: ['甲市教育局'], recipients: ['甲市人民政府'] } }] },
  }),
  documentRule('no-order-to-gov', {
    message: '除党委、政府的办公厅（室）和经授权外，部门不得向下级党委、政府发布指令性公文',
    check: (context) => {
      const { kind, issuers, recipients } = context.content
      if (!directives.includes(kind) || context.direction !== 'down' || issuers.some((name) => isGovernment(name) || isGeneralOffice(name)) || !isDepartment(host(context))) return []
      if (bodyHas(context.content, /经.{2,20}(?:同意|批准|授权)|受.{2,20}(?:委托|授权)/u)) return []
      return recipients.flatMap((name, block): Draft[] => (/(?:人民政府|行政公署|党委|[盟市旗县区]委)(?=、|$)/u.test(name) && (isCollective(name) || (areaLevel(name) ?? 0) > (areaLevel(host(context)) ?? 9))
        ? [{ where: { element: '主送机关', block }, ...(context.facts.organs === undefined ? { severity: 'warning' as const } : {}), message: `部门不得向下级党委、政府（“${name}”）发布指令性公文；经政府同意的，须在文中注明` }] : []))
    },
    examples: { fails: [{ kind: '通知', content: { issuers: ['甲省财政厅'], recipients: ['各市人民政府'] } }], passes: [{ kind: '通知', content: { issuers: ['甲省人民政府办公厅'], recipients: ['各市人民政府'] } }, { kind: '通知', content: { issuers: ['甲省财政厅'], recipients: ['各市人民政府'] }, body: ['经甲省人民政府同意，现就有关事项通知如下。'] }] },
  }),
  factsRule('gov-approved-mention', {
    message: '经政府同意由部门行文的，须在文中注明“经×××人民政府同意”', needs: ['governmentApproved'],
    check: ({ content }) => (bodyHas(content, /经.{2,20}(?:同意|批准|授权)/u) ? [] : [{ where: { element: '正文', block: 0 } }]),
    examples: { fails: [{ body: ['现就有关事项通知如下。'], facts: { governmentApproved: true } }], passes: [{ body: ['经甲市人民政府同意，现就有关事项通知如下。'], facts: { governmentApproved: true } }] },
  }),
  documentRule('inner-dept-no-external', {
    message: '除办公厅（室）外，部门内设机构不得对外正式行文',
    check: (context) => context.content.issuers.flatMap((name): Draft[] => {
      const known = organOf(context.facts.organs, name)
      const isInner = known === undefined ? /(?:厅|局|委员会|委|部|政府|公署).{1,12}(?:处|科|股|室|司)$/u.test(name) && !/办公室$|研究室$|参事室$|公司$/u.test(name) : known.isInner === true
      return isInner ? [{ where: { element: '发文机关标志' }, message: `“${name}”是内设机构，除办公厅（室）外，内设机构不得对外正式行文` }] : []
    }),
    examples: { fails: [{ content: { issuers: ['甲市财政局预算科'] } }], passes: [{ content: { issuers: ['甲市人民政府办公室'] } }] },
  }),
  factsRule('consult-before-down', {
    message: '涉及多个部门职权范围内的事务，部门之间未协商一致的，不得向下行文', needs: ['disagreeing'],
    check: ({ direction, facts }) => (direction !== 'down' || facts.disagreeing!.length === 0 ? [] : [{ where: { element: '正文' }, message: `“${facts.disagreeing!.join('、')}”尚未会签同意，未协商一致不得向下行文` }]),
    examples: { fails: [{ kind: '通知', facts: { disagreeing: ['甲市财政局'] } }], passes: [{ kind: '通知', facts: { disagreeing: [] } }] },
  }),
  documentRule('superior-forward-opinion', {
    message: '下级机关的请示事项需以本机关名义向上级机关请示的，应当提出倾向性意见后上报，不得原文转报',
    check: ({ content, facts }) => {
      if (content.kind !== '请示') return []
      const own = content.body.map((block) => blockText(block)).filter((text) => text !== '')
      const lower = facts.lowerRequest ?? []
      const isCopy = lower.length > 0 && own.filter((text) => lower.includes(text)).length >= Math.max(1, own.length - 1)
      const isPassedOn = own.some((text) => /将.{0,60}请示.{0,40}(?:转报|转呈|呈报|上报)/u.test(text)) && !own.some((text) => /(?:我[省市县区旗盟局厅委]|经(?:研究|审核)).{0,40}(?:认为|同意|建议|拟)/u.test(text))
      return isCopy || isPassedOn ? [{ where: { element: '正文', block: 0 } }] : []
    },
    examples: { fails: [{ kind: '请示', body: ['现将乙县人民政府《关于追加经费的请示》转报你们。', '妥否，请批示。'] }, { kind: '请示', body: ['拟追加经费。', '妥否，请批示。'], facts: { lowerRequest: ['拟追加经费。'] } }], passes: [{ kind: '请示', body: ['现将乙县人民政府《关于追加经费的请示》转报你们。经研究，我市同意追加。', '妥否，请批示。'] }] },
  }),
]
