/** Word refuses files whose elements stand in another order than the schema's. ECMA-376 Part 1 Annex A */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { childElements, fromUtf8, readXml, readZip, type XmlNode } from '#core/formats'
import { documentToDocx } from '../index.ts'
import { anyDocument, anyIssue, issued, notice, picturesOf } from './documents.fixture.ts'

const orders: Readonly<Record<string, readonly string[]>> = {
  pPr: 'pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr'.split(' '),
  rPr: 'rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath'.split(' '),
  tblPr: 'tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription'.split(' '),
  tcPr: 'cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark'.split(' '),
  tblBorders: 'top left bottom right insideH insideV'.split(' '),
  tblCellMar: 'top left bottom right'.split(' '),
  tcBorders: 'top left bottom right'.split(' '),
  pBdr: 'top left bottom right between bar'.split(' '),
  sectPr: 'headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings'.split(' '),
  style: 'name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked personal pPr rPr tblPr trPr tcPr'.split(' '),
  settings: 'zoom defaultTabStop evenAndOddHeaders characterSpacingControl compat themeFontLang'.split(' '),
  font: 'altName panose1 charset family notTrueType pitch sig'.split(' '),
  anchor: 'simplePos positionH positionV extent effectExtent wrapNone docPr cNvGraphicFramePr graphic'.split(' '),
  inline: 'extent effectExtent docPr cNvGraphicFramePr graphic'.split(' '),
}

/** What stands out of order, or more than once where once is all, below an element. */
function disorder(node: XmlNode): string[] {
  const order = orders[node.name]
  const names = childElements(node).map((child) => child.name)
  const places = names.map((name) => order?.indexOf(name) ?? 0)
  const isWrong = order !== undefined && (places.includes(-1) || places.some((place, i) => i > 0 && place < places[i - 1]!) || (node.name !== 'sectPr' && new Set(names).size < names.length))
  return [...(isWrong ? [`${node.name}: ${names.join(' ')}`] : []), ...childElements(node).flatMap(disorder)]
}

function partsOf(bytes: Uint8Array): Map<string, XmlNode> {
  const entries = readZip(bytes)
  if (!entries.ok) throw new Error(entries.error.message)
  return new Map(entries.value.filter((entry) => /\.(?:xml|rels)$/u.test(entry.path)).map((entry) => {
    const xml = readXml(entry.bytes)
    if (!xml.ok) throw new Error(`${entry.path} ${xml.error.message}`)
    return [entry.path, xml.value]
  }))
}

const all = (node: XmlNode, name: string): XmlNode[] => childElements(node).flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)])

describe('the parts of a written DOCX', () => {
  it('stand in the order of the schema, whatever the document (property)', () => {
    fc.assert(
      fc.property(anyDocument, anyIssue, (content, issue) => {
        const parts = partsOf(documentToDocx(content, issue, { pictures: picturesOf }))
        expect([...parts.values()].flatMap(disorder)).toEqual([])
      }),
      { numRuns: 40 },
    )
  }, 90_000)

  it('name only parts that are there, of a known type', () => {
    const bytes = documentToDocx(notice, issued, { pictures: picturesOf })
    const entries = readZip(bytes)
    const paths = entries.ok ? entries.value.map((entry) => entry.path) : []
    const relations = partsOf(bytes).get('word/_rels/document.xml.rels')!
    for (const relation of childElements(relations)) expect(paths).toContain(`word/${relation.attributes['Target']}`)
    const types = childElements(partsOf(bytes).get('[Content_Types].xml')!)
    for (const path of paths) expect(types.some((type) => type.attributes['PartName'] === `/${path}` || path.endsWith(`.${type.attributes['Extension']}`))).toBe(true)
  })

  it('D5 set the page, D7 name the styles with their outline levels, D15 tell odd from even pages', () => {
    const parts = partsOf(documentToDocx(notice, issued, { pictures: picturesOf }))
    const [section] = all(parts.get('word/document.xml')!, 'sectPr')
    const margins = all(section!, 'pgMar')[0]!.attributes
    const mm = (twips: string | undefined): number => (Number(twips) / 1440) * 25.4
    expect(mm(margins['w:top'])).toBeCloseTo(37, 1)
    expect(mm(margins['w:bottom'])).toBeCloseTo(35, 1)
    expect(Math.abs(mm(margins['w:left']) - 28)).toBeLessThan(0.1)
    expect(Math.abs(mm(margins['w:right']) - 26)).toBeLessThan(0.1)
    expect(all(section!, 'docGrid')[0]!.attributes).toMatchObject({ 'w:type': 'lines', 'w:linePitch': '579' })
    const styles = all(parts.get('word/styles.xml')!, 'style').map((style) => [all(style, 'name')[0]!.attributes['w:val'], all(style, 'outlineLvl')[0]?.attributes['w:val']])
    expect(styles).toEqual(expect.arrayContaining([['公文标题', undefined], ['主送机关', undefined], ['公文正文', undefined], ['一级标题', '0'], ['二级标题', '1'], ['三级标题', '2'], ['四级标题', '3'], ['附件说明', undefined], ['署名', undefined], ['成文日期', undefined], ['附注', undefined], ['版记抄送', undefined]]))
    expect(all(parts.get('word/settings.xml')!, 'evenAndOddHeaders')).toHaveLength(1)
    expect(all(section!, 'footerReference').map((one) => one.attributes['w:type'])).toEqual(['default', 'even'])
  })

  it('D4 say nothing of when and where they were made', () => {
    const entries = readZip(documentToDocx(notice, null, { pictures: picturesOf }))
    const core = entries.ok ? fromUtf8(entries.value.find((entry) => entry.path === 'docProps/core.xml')!.bytes) : null
    expect(core).toMatchObject({ ok: true, value: expect.not.stringContaining('dcterms:created') })
  })
})
