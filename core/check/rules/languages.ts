/** Rules on scripts and characters (文字与字符): Mongolian, private use, invisible characters. */
import { blockText } from '#core/document'
import { documentRule, matchesOf, textRule, type CheckContext, type Draft, type Rule } from '../rule.ts'
import { blockPlace, bodiesOf, fieldsOf } from '../units.ts'

const mongolian = /[\u1800-\u18af]/u
const privateUse = /[\ue000-\uf8ff\u{f0000}-\u{ffffd}\u{100000}-\u{10fffd}]+/gu
const codeOf = (text: string): string => `U+${(text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

const allTexts = ({ content }: CheckContext): readonly string[] => [...fieldsOf(content).map(({ text }) => text), ...bodiesOf(content).flatMap(({ blocks }) => blocks.map((block) => blockText(block)))]

export const languageRules: readonly Rule[] = [
  documentRule('lang-both-versions', {
    message: '使用少数民族文字发布的文书，应当同时有国家通用语言文字版本，请补上',
    check: (context) => {
      if (context.facts.otherLanguageVersion === true) return []
      const texts = allTexts(context)
      // Counting a long document costs more than all other rules together; hardly any has a Mongolian letter.
      if (!texts.some((text) => mongolian.test(text))) return []
      const words = texts.join('')
      const letters = (words.match(/[\u1820-\u18aa]/gu) ?? []).length
      const han = (words.match(/\p{Script=Han}/gu) ?? []).length
      // A whole version in Mongolian has hardly any Han text beside it.
      return letters > 20 && han < letters / 4 ? [{ where: { element: '正文', block: 0 } }] : []
    },
    examples: { fails: [{ content: { title: 'ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ', issuers: ['ᠮᠣᠩᠭᠣᠯ'], issuerMark: '', signature: '', recipients: [], printer: '', copies: [], note: '' }, body: ['ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ ᠦᠨ ᠪᠠᠷᠢᠮᠲᠠ ᠪᠢᠴᠢᠭ ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ'] }], passes: [{}] },
  }),
  documentRule('lang-order', {
    message: '同时使用两种文字时，国家通用语言文字应在前（上）',
    check: ({ content }) => fieldsOf(content).flatMap(({ text, place }): Draft[] => {
      const other = text.search(mongolian)
      const han = text.search(/\p{Script=Han}/u)
      return other >= 0 && han >= 0 && other < han ? [{ where: place }] : []
    }),
    examples: { fails: [{ content: { issuerMark: 'ᠮᠣᠩᠭᠣᠯ 甲旗人民政府' } }], passes: [{ content: { issuerMark: '甲旗人民政府 ᠮᠣᠩᠭᠣᠯ' } }] },
  }),
  documentRule('mn-encoding', {
    message: '蒙古文应使用U+1800区的标准编码，不用私用区编码，请转换后录入',
    check: ({ content }) => bodiesOf(content).flatMap(({ part, blocks }) => blocks.flatMap((block, i) => {
      const text = blockText(block)
      // The old Mongolian encodings lie from U+E234 on; beside Mongolian letters any private character is one of theirs.
      const found = matchesOf(text, mongolian.test(text) || /蒙古?文/u.test(text) ? privateUse : /[\ue234-\ue34f]+/gu)
      return found.slice(0, 1).map(({ start, end }): Draft => ({ where: blockPlace(part, i, start, end) }))
    })),
    examples: { fails: [{ body: ['蒙古文名称：\ue234\ue26a\ue2bb。'] }], passes: [{ body: ['蒙古文名称：ᠮᠣᠩᠭᠣᠯ。'] }] },
  }),
  textRule('extra-private-use', {
    message: '私用区字符在别的机器上显示不出，请改用标准编码的字',
    check: (text) => matchesOf(text, privateUse).map((match) => ({ ...match, message: `“${text.slice(match.start, match.end)}”（${codeOf(text.slice(match.start))}）是私用区字符，在别的机器上显示不出，请改用标准编码的字` })),
    examples: { fails: ['张\ue815同志。'], passes: ['张𬭊同志。'] },
  }),
  textRule('extra-invisible', {
    message: '有不可见字符或替代字符，请删去后重新录入',
    // Joiners and variation selectors belong to Mongolian text.
    check: (text) => matchesOf(text, mongolian.test(text) ? /[\u200b\u2060\ufeff\ufffd\u00ad\u202a-\u202e]+/gu : /[\u200b-\u200f\u2060\ufeff\ufffd\u00ad\u202a-\u202e\u2066-\u2069]+/gu, ([found]) => (found.includes('\ufffd') ? undefined : '')),
    examples: { fails: ['认真\u200b落实。', '张\ufffd同志。'], passes: ['认真落实。'] },
  }),
]
