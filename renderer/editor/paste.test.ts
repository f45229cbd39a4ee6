// @vitest-environment happy-dom
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Block, Paragraph } from '#core/document'
import { lighten } from './clean-html.ts'
import { validBlocks } from './object-node.tsx'
import { blocksOfHtml, blocksOfText, withoutIdleNumbers, type Pasted } from './paste.ts'

const parse = (html: string): Document => new DOMParser().parseFromString(html, 'text/html')
const shown = (entry: Pasted['pieces'][number]): unknown => 'bytes' in entry ? ['picture', entry.bytes.length, entry.caption]
  : entry.kind === 'paragraph' ? [entry.level, entry.number, entry.text] : entry.kind === 'table' ? [entry.headRows, entry.columns.map(({ align }) => align).join(), ...entry.rows.map((row) => row.join('|'))] : entry.kind
const html = (source: string): { readonly pieces: unknown; readonly dropped: Pasted['dropped'] } => {
  const read = blocksOfHtml(source, parse)
  if (!read.ok) throw new Error(read.error.message)
  return { pieces: read.value.pieces.map(shown), dropped: read.value.dropped }
}
const levels = (blocks: readonly Block[]): unknown => blocks.map(shown)

describe('plain text', () => {
  test('keeps its levels and loses its indentation', () => {
    const read = blocksOfText('　　各盟行政公署：\n　　一、总体要求\n（一）工作目标。到2027年\n1.加强领导\n（1）落实责任\n1.5亿元')
    expect(read.ok && levels(read.value)).toEqual([
      [0, null, '各盟行政公署：'], [1, null, '总体要求'], [2, null, '工作目标。到2027年'], [3, null, '加强领导'], [4, null, '落实责任'], [0, null, '1.5亿元'],
    ])
  })

  test('rows of a spreadsheet become a table, one line with a tab does not', () => {
    const read = blocksOfText('单位\t金额\r\n甲\t1\r\n')
    expect(read.ok && levels(read.value)).toEqual([[1, 'left,left', '单位|金额', '甲|1']])
    const one = blocksOfText('单位\t金额')
    expect(one.ok && levels(one.value)).toEqual([[0, null, '单位 金额']])
  })

  test('binary rubbish and a paragraph beyond the limit are refused with a sentence, not inserted', () => {
    const read = blocksOfText('a\u0000b')
    expect(!read.ok && read.error.message).toMatch(/控制字符/)
    const long = blocksOfText('字'.repeat(20_001))
    expect(!long.ok && long.error.code).toBe('text.paragraph-too-long')
  })
})

describe('HTML of a word processor', () => {
  test('gives text and levels only: typed numbers, list depth, nothing of a script or a style', () => {
    expect(html(`<html><head><style>p{color:red}</style></head><body><p class=MsoNormal><span style='mso-list:Ignore'>一、</span><b>总体\n要求</b><o:p></o:p></p>
      <p onclick="alert(1)">（一）<a href="javascript:alert(1)">目标</a><br>第二行</p><script>alert(2)</script><ol><li>甲<ol><li>乙</li></ol></li></ol><ul><li>丙</li></ul></body></html>`).pieces).toEqual([
      [1, null, '总体要求'], [2, null, '目标'], [0, null, '第二行'], [1, '一、', '甲'], [2, '（一）', '乙'], [0, null, '丙'],
    ].map((entry) => (entry[2] === '甲' || entry[2] === '乙' ? [entry[0], null, entry[2]] : entry)))
  })

  test('Word: bullets go, foreign list numbers stay as words, headings without a number mean levels, hidden text stays behind', () => {
    const word = (body: string): string => `<html xmlns:w="urn:schemas-microsoft-com:office:word"><body>${body}</body></html>`
    expect(html(word(`<p style='mso-list:l0 level1'><span style='mso-list:Ignore'>·<span>&nbsp; </span></span>值守</p><p><span style='mso-list:Ignore'>a)&nbsp;</span>条目</p>
      <h2>目标</h2><h1 class=MsoTitle>标题</h1><h1>第三章 总则</h1><p>看<span style='display:none'>不</span>见</p>`)).pieces).toEqual([
      [0, null, '值守'], [0, null, 'a)条目'], [2, null, '目标'], [0, null, '标题'], [0, null, '第三章 总则'], [0, null, '看见'],
    ])
  })

  test('a web page’s headings are no levels', () => {
    expect(html('<h1>新闻</h1><h2>小标题</h2><p>一、要点</p>').pieces).toEqual([[0, null, '新闻'], [0, null, '小标题'], [1, null, '要点']])
  })

  test('LibreOffice: a paragraph inside a list item carries the item’s level, the next one does not', () => {
    expect(html('<meta name="generator" content="LibreOffice 24"><ol><li><p>甲</p><p>续</p></li></ol>').pieces).toEqual([[1, null, '甲'], [0, null, '续']])
  })
})

describe('tables and pictures', () => {
  test('merged cells are split and counted, the side of a column is that of most of its cells, the first row is the head', () => {
    const { pieces, dropped } = html(`<table><caption>安排表</caption><tr><th>单位</th><th>金额</th></tr><tr><td rowspan=2>甲<br>局</td><td align=right>1</td></tr><tr><td style="text-align: right">2</td></tr><tr><td colspan=2>合计</td></tr></table>`)
    expect(pieces).toEqual([[1, 'left,right', '单位|金额', '甲局|1', '|2', '合计|']])
    expect(dropped.mergedCells).toBe(2)
  })

  test('a table that only arranges the page is read as lines', () => {
    expect(html('<table><tr><td><p>一、甲</p><table><tr><td>内</td><td>容</td></tr></table></td></tr></table>').pieces).toEqual([[1, null, '甲'], [1, 'left,left', '内|容']].map((entry) => (entry[1] === 'left,left' ? [0, ...entry.slice(1)] : entry)))
  })

  test('a table too wide for a document keeps its words and is said', () => {
    const { pieces, dropped } = html(`<table><tr>${Array.from({ length: 41 }, (_, index) => `<td>${index}列</td>`).join('')}</tr></table>`)
    expect((pieces as unknown[]).length).toBe(41)
    expect(dropped.wideTables).toBe(1)
  })

  test('a picture inside the HTML comes along; what would have to be fetched is counted', () => {
    const { pieces, dropped } = html('<p>前<img alt="图" src="data:image/png;base64,iVBORw0KGgo=">后</p><img src="https://example.invalid/x.png"><img src="file:///c:/x.png"><img src="data:image/svg+xml;base64,PHN2Zz4=">')
    expect(pieces).toEqual([[0, null, '前'], ['picture', 8, '图'], [0, null, '后']])
    expect(dropped.pictures).toBe(3)
  })
})

describe('hostile clipboards', () => {
  test('too many or too deep elements are refused before anything is parsed', () => {
    expect(lighten('<p>字</p>'.repeat(310_000))).toBeNull()
    expect(lighten('<div>'.repeat(300))).toBeNull()
    expect(lighten('<b><p>'.repeat(300))).toBeNull()
    expect(lighten('<p>字<br>'.repeat(5000))).not.toBeNull()
  })

  test('long runs of blanks, broken tags and stray brackets cost no time', () => {
    const started = performance.now()
    blocksOfHtml(`<p>甲${' '.repeat(300_000)}乙</p>`, parse)
    lighten('<'.repeat(500_000))
    lighten('<style'.repeat(100_000))
    lighten(`<p ${' style '.repeat(100_000)}`)
    expect(performance.now() - started).toBeLessThan(5000)
  })

  test('whatever HTML says, what comes out is a body that a document may hold', () => {
    const piece = fc.constantFrom('<p>', '</p>', '<table>', '</table>', '<tr>', '<td>', '<td colspan=3>', '<td rowspan=99999>', '</td>', '<li>', '<ol>', '</ol>', '一、', '（1）', '甲', '\u0001', '\ud800', '<img src=x>', '<span style="mso-list:Ignore">', '</span>', '&nbsp;', '\t', '\n', '<br>')
    fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const read = blocksOfHtml(pieces.join(''), parse)
      expect(read.ok && validBlocks(read.value.pieces.filter((entry) => !('bytes' in entry)))).not.toBeNull()
    }), { numRuns: 300 })
  })
})

test('a number that is what would be computed goes, any other stays', () => {
  const blocks: Block[] = [
    { kind: 'paragraph', level: 1, number: null, text: '甲' }, { kind: 'paragraph', level: 1, number: '二、', text: '乙' },
    { kind: 'paragraph', level: 1, number: '九、', text: '丙' },
  ]
  expect(withoutIdleNumbers(blocks).map((entry) => (entry as Paragraph).number)).toEqual([null, null, '九、'])
})
