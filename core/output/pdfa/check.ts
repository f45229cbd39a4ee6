/** PDF/A-2b: does a file keep to ISO 19005-2:2011, level B? */
import { checkDocumentActions } from './actions.ts'
import { checkForms } from './annotations.ts'
import { createColourCheck } from './colour.ts'
import { checkCatalog, checkEmbeddedFiles, checkOutputIntents } from './document.ts'
import { createReport, type PdfAFinding, type Report } from './finding.ts'
import { openFile } from './file.ts'
import { createFontUses } from './font-use.ts'
import { checkFont } from './fonts.ts'
import { checkMetadata } from './metadata.ts'
import { checkPages } from './page.ts'
import { checkFileStructure } from './structure.ts'
import { checkStructureTree } from './structure-tree.ts'
import { isDict, isStream, latin, Unreadable, type PdfDict } from './values.ts'
import { lastIndexOf } from './xref.ts'

export type PdfACheck = { readonly conforms: boolean; readonly findings: readonly PdfAFinding[] }

/** Files inside files are followed this far. */
const maxNesting = 3

/**
 * Checks a file's bytes against ISO 19005-2 level B. Never throws: what is no PDF, is broken beyond reading, nests without
 * end or unpacks without end is a finding too. Findings carry the clause, a stable code (pdfa.…) and a message.
 */
export function checkPdfA(bytes: Uint8Array): PdfACheck {
  return check(bytes, 0)
}

function check(bytes: Uint8Array, nesting: number): PdfACheck {
  const report = createReport()
  try {
    run(bytes, report, nesting)
  } catch (problem) {
    if (problem instanceof Unreadable) report.add('6.1.1', `unreadable-${problem.code}`, `文件无法继续检查：${problem.message}`)
    else if (problem instanceof RangeError) report.add('6.1.1', 'unreadable-too-deep', '文件无法继续检查：嵌套过深或过大')
    else throw problem
  }
  return { conforms: report.findings.length === 0, findings: report.findings }
}

function run(bytes: Uint8Array, report: Report, nesting: number): void {
  if (lastIndexOf(bytes.subarray(0, 2048), '%PDF-') === -1) {
    report.add('6.1.2', 'not-pdf', '不是 PDF 文件')
    return
  }
  const file = openFile(bytes, report)
  checkFileStructure(file)
  const catalog = file.trailers.map((trailer) => file.resolve(trailer.entries.get('Root'))).find(isDict) ?? catalogAmong(file)
  if (catalog === null) {
    report.add('6.1.4', 'no-root', '找不到文档目录（Root）')
    return
  }
  const seenActions = new Set<PdfDict>()
  const outputSpace = checkOutputIntents(file, catalog)
  const colours = createColourCheck(file, outputSpace)
  const fonts = createFontUses(file)
  checkCatalog(file, catalog)
  checkMetadata(file, catalog)
  checkDocumentActions(file, catalog, seenActions)
  checkForms(file, catalog, seenActions)
  checkPages(file, catalog, { colours, fonts, outputSpace, seenActions })
  for (const use of fonts.all.values()) checkFont(file, use)
  checkStructureTree(file, catalog)
  checkEmbeddedFiles(file, (inner) => nesting >= maxNesting || claimsPart1(inner) || check(inner, nesting + 1).conforms)
}

/** The catalog of a file whose trailer is lost. */
function catalogAmong(file: ReturnType<typeof openFile>): PdfDict | null {
  for (const number of file.numbers) {
    const value = file.resolve({ kind: 'ref', number })
    const dict = isStream(value) ? null : value
    const type = isDict(dict) ? dict.entries.get('Type') : undefined
    if (isDict(dict) && typeof type === 'object' && type !== null && type.kind === 'name' && type.name === 'Catalog') return dict
  }
  return null
}

/** A file that says that it is PDF/A-1 is taken at its word: that part is not checked here. */
function claimsPart1(bytes: Uint8Array): boolean {
  const text = latin(bytes)
  return text.startsWith('%PDF-') && /pdfaid:part(="|='|>)1\b/.test(text)
}
