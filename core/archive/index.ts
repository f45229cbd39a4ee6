/** archive: retention, archival codes, metadata, packages of one 件 and their verification (归档). The only door of this folder. */
export { archivalCode, codeTemplates, defaultCodeTemplate, readArchivalCode, retentionNames, type CodeParts, type ReadCode } from './archival-code.ts'
export type { BuiltPackage, PackageFile, PackageInput, PackageNames } from './input.ts'
export { buildPackage, packageZip } from './build.ts'
export { checkBag, type BagProblem, type Files } from './manifest.ts'
export { metadataXml, type MetadataSource } from './metadata.ts'
export { verifyPackage } from './verify-package.ts'
export type { PdfVerifier } from './check-contents.ts'
export { verifyPackageZip } from './verify-zip.ts'
export {
  readRetentionPack, retentionFor, type Certainty, type RetentionPack, type RetentionRule, type RetentionSubject, type RetentionSuggestion,
} from './retention.ts'
