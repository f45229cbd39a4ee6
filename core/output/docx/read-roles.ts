/** What the name of a style says of a paragraph's part in a document (样式名 → 要素). */
import type { RawParagraph } from './raw.ts'
import { styleNames } from './styles.ts'

export type Role =
  | 'marginal' | 'mark' | 'number' | 'signer' | 'title' | 'recipients' | 'body' | 'notes' | 'signature' | 'date' | 'note'
  | 'attachmentLabel' | 'attachmentTitle' | 'caption' | 'cell' | 'copies' | 'printer' | 'contents'

const patterns: readonly (readonly [RegExp, Role])[] = [
  [/^版头标注$|^份号|^密级|^紧急程度/u, 'marginal'],
  [/^发文机关标志|^红头|^公文红头/u, 'mark'],
  [/^发文字号与签发人$|^签发人/u, 'signer'],
  [/^发文字号|^文号$/u, 'number'],
  [/^公文标题$|^公文大标题$|^title$|^标题$/iu, 'title'],
  [/^主送(?:机关)?$/u, 'recipients'],
  [/^附件说明$/u, 'notes'],
  [/^(?:发文机关)?署名$|^落款$/u, 'signature'],
  [/^成文日期$/u, 'date'],
  [/^附注$/u, 'note'],
  [/^附件序号$|^附件编号$/u, 'attachmentLabel'],
  [/^附件标题$/u, 'attachmentTitle'],
  [/^表题图题$|^caption$|^题注$/iu, 'caption'],
  [/^表格文字$/u, 'cell'],
  [/^版记抄送$|^抄送(?:机关)?$/u, 'copies'],
  [/^版记印发$|^印发(?:机关)?$/u, 'printer'],
  [/^公文正文$|^[一二三四]级标题$|^出席名单$/u, 'body'],
  [/^(?:toc|目录)\s*\d$/iu, 'contents'],
]

/** The role of the nearest named style, or null when no name says one. */
export function roleOf(item: RawParagraph | undefined): Role | null {
  for (const name of item?.styleNames ?? []) {
    for (const [pattern, role] of patterns) if (pattern.test(name.trim())) return role
  }
  return null
}

/** Whether a paragraph carries one of the styles that our own writer gives. */
export function isOwn(item: RawParagraph): boolean {
  const name = Object.hasOwn(styleNames, item.styleId) ? styleNames[item.styleId as keyof typeof styleNames] : undefined
  return name !== undefined && name === item.styleNames[0]
}
