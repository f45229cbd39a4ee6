/** The named styles (样式) of an exported document: every element of the standard has one, with its Chinese name. */
import { declaration, element, escaped, rootNames, value } from './markup.ts'
import { cellTwips, colophonTwips, lineTwips, titleTwips, type3Spacing, type4Spacing } from './measures.ts'

/** Families by role, under the Chinese names that Word and WPS match. */
const families = {
  小标宋: '方正小标宋简体', 仿宋: '仿宋_GB2312', 黑体: '黑体', 楷体: '楷体_GB2312', 宋体: '宋体',
} as const
type Role = keyof typeof families

/** Paragraph styles by id: what the reader of a document written here trusts. */
export const styleNames = {
  WsBase: '公文基准', WsMarginal: '版头标注', WsMark: '发文机关标志', WsNumber: '发文字号', WsSigner: '发文字号与签发人',
  WsTitle: '公文标题', WsRecipients: '主送机关', WsBody: '公文正文', WsHeading1: '一级标题', WsHeading2: '二级标题',
  WsHeading3: '三级标题', WsHeading4: '四级标题', WsAttendance: '出席名单', WsNotes: '附件说明', WsSignature: '署名',
  WsDate: '成文日期', WsNote: '附注', WsAttachment: '附件序号', WsAttachmentTitle: '附件标题', WsCaption: '表题图题',
  WsCell: '表格文字', WsPicture: '插图', WsCopies: '版记抄送', WsPrinter: '版记印发', WsPageNumber: '公文页码', WsBlank: '公文空行',
} as const
export type StyleId = keyof typeof styleNames

/** Character styles: type of the level number and its heading sentence, and of names. */
const characterStyles = { WsHei: '黑体字', WsKai: '楷体字', WsFang: '仿宋字' } as const

const red = 'FF0000'

function fonts(role: Role, latin: string | null): string {
  const family = families[role]
  const ascii = latin ?? family
  return element('w:rFonts', { 'w:hint': 'eastAsia', 'w:ascii': ascii, 'w:hAnsi': ascii, 'w:eastAsia': family, 'w:cs': ascii })
}

type Look = {
  readonly role?: Role
  /** half points */
  readonly size?: number
  readonly spacing?: number
  readonly color?: string
  /** 0–3: the level shown in the navigation pane */
  readonly outline?: number
  /** paragraph properties between w:keepNext … and w:outlineLvl, in schema order */
  readonly properties?: string
  readonly base?: StyleId
}

/** First-line indent of two characters as a length: character units would be widened by each program's own idea of a character. */
const indented = element('w:ind', { 'w:firstLine': 2 * cellTwips })
const flush = element('w:ind', { 'w:firstLine': 0 })
const exact = (line: number): string => element('w:spacing', { 'w:before': 0, 'w:after': 0, 'w:line': line, 'w:lineRule': 'exact' })

/** No blank is added between Han and Latin. Lines have their exact pitch; snapping them to the grid as well would move whatever is higher than a line. */
const unsnapped = value('overflowPunct', 0) + value('autoSpaceDE', 0) + value('autoSpaceDN', 0) + value('snapToGrid', 0)

const looks: Readonly<Record<StyleId, Look>> = {
  WsBase: { role: '仿宋', size: 32, spacing: type3Spacing, properties: unsnapped + exact(lineTwips) + value('jc', 'both') },
  WsMarginal: { properties: value('jc', 'left') },
  WsMark: { role: '小标宋', size: 91, spacing: 0, color: red, properties: value('jc', 'center') },
  WsNumber: { properties: value('jc', 'center') },
  WsSigner: { properties: value('jc', 'left') },
  WsTitle: { role: '小标宋', size: 44, spacing: -6, properties: value('keepNext', 1) + element('w:spacing', { 'w:before': 0, 'w:after': lineTwips + 20, 'w:line': titleTwips, 'w:lineRule': 'exact' }) + value('jc', 'center') },
  WsRecipients: { properties: flush },
  WsBody: { properties: indented },
  WsHeading1: { outline: 0, base: 'WsBody' },
  WsHeading2: { outline: 1, base: 'WsBody' },
  WsHeading3: { outline: 2, base: 'WsBody' },
  WsHeading4: { outline: 3, base: 'WsBody' },
  WsAttendance: { properties: element('w:ind', { 'w:left': 5 * cellTwips, 'w:hanging': 3 * cellTwips }) },
  WsNotes: {},
  WsSignature: { properties: value('keepNext', 1) },
  WsDate: {},
  WsNote: { properties: indented },
  WsAttachment: { role: '黑体', properties: value('keepNext', 1) + value('jc', 'left') },
  WsAttachmentTitle: { base: 'WsTitle', outline: 0 },
  WsCaption: { role: '黑体', size: 28, spacing: type4Spacing, properties: value('keepNext', 1) + element('w:spacing', { 'w:before': 0, 'w:after': 80, 'w:line': 378, 'w:lineRule': 'exact' }) + value('jc', 'center') },
  WsCell: { properties: value('jc', 'center') },
  WsPicture: { properties: element('w:spacing', { 'w:before': 0, 'w:after': 0, 'w:line': 240, 'w:lineRule': 'auto' }) + value('jc', 'center') },
  WsCopies: { size: 28, spacing: type4Spacing, properties: exact(colophonTwips) },
  WsPrinter: { size: 28, spacing: type4Spacing, properties: exact(colophonTwips) + value('jc', 'left') },
  WsPageNumber: { role: '宋体', size: 28, spacing: 0, properties: exact(280) },
  WsBlank: {},
}

function paragraphStyle(id: StyleId, latin: string | null): string {
  const { role, size, spacing, color, outline, properties = '', base } = looks[id]
  const isBase = id === 'WsBase'
  const parent = isBase ? 'Normal' : (base ?? 'WsBase')
  const pPr = properties + (outline === undefined ? '' : value('outlineLvl', outline))
  const rPr =
    (role === undefined ? '' : fonts(role, role === '小标宋' || role === '黑体' || role === '宋体' ? null : latin)) +
    (color === undefined ? '' : value('color', color)) +
    (spacing === undefined ? '' : value('spacing', spacing)) +
    (size === undefined ? '' : value('sz', size) + value('szCs', size))
  return element('w:style', { 'w:type': 'paragraph', 'w:customStyle': 1, 'w:styleId': id },
    value('name', styleNames[id]) + value('basedOn', parent) + '<w:qFormat/>' +
    (pPr === '' ? '' : `<w:pPr>${pPr}</w:pPr>`) + (rPr === '' ? '' : `<w:rPr>${rPr}</w:rPr>`))
}

function characterStyle(id: keyof typeof characterStyles, role: Role, latin: string | null): string {
  return element('w:style', { 'w:type': 'character', 'w:customStyle': 1, 'w:styleId': id },
    `${value('name', characterStyles[id])}<w:qFormat/><w:rPr>${fonts(role, role === '黑体' ? null : latin)}</w:rPr>`)
}

/** word/styles.xml. `latin`: family of Latin letters and digits beside 仿宋 and 楷体, or null for the Chinese family itself. */
export function stylesPart(latin: string | null): string {
  const defaults = `<w:docDefaults><w:rPrDefault><w:rPr>${fonts('仿宋', latin)}<w:kern w:val="0"/><w:sz w:val="32"/><w:szCs w:val="32"/>` +
    `<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>` +
    '<w:pPrDefault><w:pPr><w:widowControl w:val="0"/></w:pPr></w:pPrDefault></w:docDefaults>'
  const normal = '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>' +
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/></w:style>' +
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>' +
    '<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
  return `${declaration}<w:styles ${rootNames}>${defaults}${normal}` +
    (Object.keys(looks) as StyleId[]).map((id) => paragraphStyle(id, latin)).join('') +
    characterStyle('WsHei', '黑体', latin) + characterStyle('WsKai', '楷体', latin) + characterStyle('WsFang', '仿宋', latin) + '</w:styles>'
}

/** word/fontTable.xml: other names under which the families may be installed. */
export function fontTablePart(): string {
  const others: Readonly<Record<Role, string>> = { 小标宋: 'FZXiaoBiaoSong-B05S', 仿宋: '仿宋', 黑体: 'SimHei', 楷体: '楷体', 宋体: 'SimSun' }
  const entries = (Object.keys(families) as Role[]).map((role) => `<w:font w:name="${escaped(families[role])}">${value('altName', others[role])}${value('charset', '86')}${value('family', 'auto')}${value('pitch', 'default')}</w:font>`)
  return `${declaration}<w:fonts ${rootNames}>${entries.join('')}</w:fonts>`
}
