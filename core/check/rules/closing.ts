/** Rules of 署名, 印章, 附注, 印发. 条例 Art. 9(11)–(14); GB/T 9704-2012 §7.3.5, §7.3.6, §7.4 */
import { isCollective, organOf } from '../organ-names.ts'
import { documentRule, factsRule, type CheckContext, type Draft, type Rule } from '../rule.ts'
import { same, moved, withGlyphs, withSeals } from '../layout-changes.ts'
import { isShortOf } from './head.ts'
import { notePlace, printedSuffix, sealsOnNothing } from './pages-closing.ts'

const isOrder = ({ content }: CheckContext): boolean => content.form === '命令' || content.authentication === '签名章'

/** Names in a 署名: parted by blanks or 、. */
const signersOf = (signature: string): readonly string[] => signature.split(/[ \u3000、]+/u).filter((name) => name !== '')

const onSignature = (message: string, right?: string, length = 0): Draft[] => [{
  where: { element: '发文机关署名' }, message,
  ...(right === undefined ? {} : { fix: { label: `改为「${right}」`, edits: [{ target: 'field', field: 'signature', start: 0, end: length, text: right }] } }),
}]

/** What a signing organ that is no issuer is: an abbreviation of one, or another organ. */
function strangers(context: CheckContext): { readonly name: string; readonly issuer: string; readonly is: 'short' | 'other' }[] {
  const { issuers, signature } = context.content
  if (signature === '' || isOrder(context) || context.written.head === 'none' || issuers.length === 0) return []
  const accepted = issuers.flatMap((name) => [name, ...(organOf(context.facts.organs, name)?.otherNames ?? [])])
  if (accepted.includes(signature)) return []
  return signersOf(signature).filter((name) => !accepted.includes(name)).map((name) => {
    const issuer = issuers.find((full) => isShortOf(name, full)) ?? issuers[0]!
    // 民政厅 has its characters in 人民政府办公厅 too: a longer short name keeps the end of the full one together.
    const isShort = isShortOf(name, issuer) && (name.length <= 4 || issuer.includes(name.slice(-2)))
    return { name, issuer, is: isShort ? 'short' : 'other' }
  })
}

export const closingRules: readonly Rule[] = [
  documentRule('sign-name-standard', {
    message: '署名应用发文机关全称或规范化简称',
    check: (context) => strangers(context).filter(({ is }) => is === 'short').flatMap(({ name, issuer }) => onSignature(`署名“${name}”不是发文机关全称或规范化简称，应署“${issuer}”`, context.content.signature.replace(name, issuer), context.content.signature.length)),
    examples: { fails: [{ content: { issuers: ['甲市财政局'], signature: '市财政局' } }], passes: [{ content: { issuers: ['甲市财政局'], signature: '甲市财政局' } }] },
  }),
  documentRule('seal-matches-sign', {
    message: '印章应与署名机关相符',
    check: (context) => {
      const owner = context.facts.sealOwner
      const { authentication, signature } = context.content
      if (authentication !== '盖章') return []
      const other = strangers(context).find(({ is }) => is === 'other')
      if (other !== undefined) return onSignature(`署名“${other.name}”与发文机关“${context.content.issuers.join('、')}”不一致，印章应与署名机关相符，请核对`)
      return owner === undefined || signature === '' || signature.includes(owner) ? [] : [{ where: { element: '印章' }, message: `印章属于“${owner}”，署名是“${signature}”，印章应与署名机关相符` }]
    },
    examples: { fails: [{ content: { issuers: ['甲市财政局'], signature: '甲市教育局' } }, { content: { issuers: ['甲市财政局'], signature: '甲市财政局' }, facts: { sealOwner: '甲市教育局' } }, { content: { issuers: ['甲市人民政府办公厅'], signature: '甲市民政厅' } }], passes: [{ content: { issuers: ['甲市财政局'], signature: '甲市财政局' } }] },
  }),
  documentRule('seal-required', {
    message: '有发文机关署名的公文应当加盖发文机关印章（有特定发文机关标志的普发性公文和电报除外）',
    check: ({ content, telegram, settings, written }) => {
      if (content.signature === '' || content.authentication !== '不盖章' || ['纪要', '公报', '决议'].includes(content.kind) || telegram === 'telegram' || written.head === 'none') return []
      const isCircular = content.form === '文件' && (content.recipients.length === 0 || content.recipients.some((name) => isCollective(name)))
      if (isCircular && settings.unsealedCirculars === 'accepted') return []
      return [{
        where: { element: '印章' }, ...(isCircular ? { severity: 'info', message: '有署名的公文应当加盖印章；如属有特定发文机关标志的普发性公文，可以不加盖，请核对' } : {}),
        fix: { label: '改为盖章', edits: [{ target: 'authentication', authentication: '盖章' }] },
      }]
    },
    examples: { fails: [{ content: { authentication: '不盖章', recipients: ['甲市财政局'] } }, { content: { authentication: '不盖章' } }], passes: [{}, { kind: '纪要' }, { content: { authentication: '不盖章' }, settings: { unsealedCirculars: 'accepted' } }] },
  }),
  documentRule('seal-no-blank', {
    message: '不得出现空白印章：没有署名的，不盖印章',
    check: ({ content, written }) => (content.authentication === '盖章' && content.signature === '' && written.head !== 'none' && content.kind !== '纪要' ? [{ where: { element: '印章' } }] : []),
    examples: { fails: [{ content: { signature: '' } }], passes: [{}] },
    onPages: sealsOnNothing,
    pageExamples: { fails: [{ says: '印章盖在空白处', change: (layout) => withSeals(layout, -90, 0) }], passes: [{ says: '照排', change: same }] },
  }),
  documentRule('seal-order', {
    message: '联合行文署名时，主办机关在前，各机关按发文机关顺序排列',
    check: (context) => {
      const { issuers, signature } = context.content
      if (issuers.length < 2 || isOrder(context)) return []
      const order = signersOf(signature).map((name) => issuers.indexOf(name)).filter((at) => at >= 0)
      if (order.every((at, i) => i === 0 || at > order[i - 1]!)) return []
      return onSignature('联合行文署名应主办机关在前，请按发文机关顺序排列', issuers.join(' '), signature.length)
    },
    examples: { fails: [{ content: { issuers: ['甲市财政局', '甲市教育局'], signature: '甲市教育局 甲市财政局' } }], passes: [{ content: { issuers: ['甲市财政局', '甲市教育局'], signature: '甲市财政局 甲市教育局' } }] },
  }),
  documentRule('note-brackets', {
    message: '附注用圆括号括入，括号由排版统一加上，附注中不要另写括号',
    check: ({ content, written }) => {
      const line = written.noteLine
      if (line !== undefined) return /^（.*）$/u.test(line) ? [] : [{ where: { element: '附注' }, message: '附注应加全角圆括号，居左空二字，标在成文日期下一行' }]
      const { note } = content
      const bare = /^[（([【〔](.*)[）)\]】〕]$/u.exec(note)?.[1]
      if (bare === undefined && !/^[（([【]|[）)\]】]$/u.test(note.replace(/（[^（）]*）/gu, ''))) return []
      const right = bare ?? note.replace(/^[（([【]+|[）)\]】]+$/gu, '')
      return [{ where: { element: '附注' }, fix: { label: `改为「${right}」`, edits: [{ target: 'field', field: 'note', start: 0, end: note.length, text: right }] } }]
    },
    examples: { fails: [{ content: { note: '（此件公开发布）' } }, { content: { note: '[此件公开发布]' } }, { written: { noteLine: '(此件公开发布)' } }], passes: [{ content: { note: '此件公开发布' } }, { content: { note: '联系人：张某（预算科）' } }] },
    onPages: notePlace,
    pageExamples: { fails: [{ says: '附注右移', sample: { content: { note: '此件公开发布' } }, change: (layout) => withGlyphs(layout, '附注', moved(12)) }], passes: [{ says: '照排', sample: { content: { note: '此件公开发布' } }, change: same }] },
  }),
  documentRule('print-suffix', {
    message: '印发日期后应加“印发”二字，如“2026年11月25日印发”',
    check: ({ written, content }) => [
      ...(written.printLine === undefined || written.printLine.endsWith('印发') ? [] : [{ where: { element: '印发机关和印发日期' } as const }]),
      ...(content.printer.endsWith('印发') ? [{
        where: { element: '印发机关和印发日期' } as const, message: '“印发”二字加在印发日期之后，由排版统一加上，印发机关名称后不写',
        fix: { label: '删去“印发”', edits: [{ target: 'field' as const, field: 'printer' as const, start: content.printer.length - 2, end: content.printer.length, text: '' }] },
      }] : []),
    ],
    examples: { fails: [{ written: { printLine: '甲市人民政府办公室　2026年11月25日' } }, { content: { printer: '甲市人民政府办公室印发' } }], passes: [{}, { written: { printLine: '甲市人民政府办公室　2026年11月25日印发' } }] },
    onPages: printedSuffix,
    pageExamples: { fails: [{ says: '没有“印发”二字', change: (layout) => withGlyphs(layout, '版记', (glyph) => ('印发'.includes(glyph.char) ? null : glyph)) }], passes: [{ says: '照排', change: same }] },
  }),
  documentRule('print-date-not-before', {
    message: '印发日期不早于成文日期，请核对',
    check: ({ issue }) => (issue === null || issue.date === '' || issue.printDate === '' || issue.printDate >= issue.date ? [] : [{
      where: { element: '印发机关和印发日期' }, fix: { label: '改为成文日期当日', edits: [{ target: 'issue', field: 'printDate', text: issue.date }] },
    }]),
    examples: { fails: [{ issue: { date: '2026-11-24', printDate: '2026-11-23' } }], passes: [{ issue: { date: '2026-11-24', printDate: '2026-11-25' } }] },
  }),
  factsRule('countersign-joint', {
    message: '联合发文由所有联署机关的负责人会签', needs: ['countersigned'],
    check: ({ content, facts }) => {
      const missing = content.issuers.slice(1).filter((name) => !facts.countersigned!.includes(name))
      return missing.length === 0 ? [] : [{ where: { element: '签发人' }, message: `联合发文应由所有联署机关负责人会签，“${missing.join('、')}”尚未会签` }]
    },
    examples: { fails: [{ content: { issuers: ['甲市财政局', '甲市教育局'] }, facts: { countersigned: [] } }], passes: [{ content: { issuers: ['甲市财政局', '甲市教育局'] }, facts: { countersigned: ['甲市教育局'] } }] },
  }),
]
