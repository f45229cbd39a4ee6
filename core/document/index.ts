/** document: the value that is drafted, frozen, hashed, approved and typeset (公文). The only door of this folder. */
export * from './content.ts'
export * from './kinds.ts'
export { limits } from './limits.ts'
export { validateContent, type ContentProblem } from './validate.ts'
export { frozenBytes, readFrozen } from './frozen.ts'
export { chineseNumeral, chineseValue } from './numerals.ts'
export { numberBlocks, numberText, parseNumber, type NumberedLevel, type ParsedNumber } from './numbering.ts'
export { parsePlainText, type PlainText } from './text.ts'
export { decodeText } from './decode.ts'
export { documentOfText, type TextDocument } from './fromText.ts'
export { elementsOfText, type TextElements } from './text-elements.ts'
export { isDate, readSource, type DocumentSource } from './source.ts'
export type { PictureLookUp } from './source-body.ts'
export { writeSource } from './source-write.ts'
export { attachmentManifest, filesOf, picturesOf } from './attachments.ts'
export { signaturesOf } from './signatures.ts'
export { pictureSize, type PictureSize } from './picture-size.ts'
export { emptyContent, issuerMarkOf, usualForm, type NewDocument } from './newDocument.ts'
export {
  diffBlocks,
  diffContents,
  diffText,
  type AttachmentChange,
  type BlockChange,
  type ContentDiff,
  type FieldChange,
  type TextSpan,
} from './diff.ts'
export { formatDocNumber, parseDocNumber, type DocNumber } from './docNumber.ts'
export { kindOfTitle } from './title.ts'
