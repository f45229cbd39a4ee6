import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes, utf8, writeZip } from '#core/formats'
import { documentToDocx, readDocx } from '../index.ts'
import { issued, notice, picturesOf } from './documents.fixture.ts'
import { codesOf, packageOf, para, read, type PackageParts } from './package.fixture.ts'

const codeOf = (bytes: Uint8Array): string => {
  const reading = readDocx(bytes)
  return reading.ok ? 'ok' : reading.error.code
}
const codeOfParts = (given: PackageParts): string => codeOf(packageOf(given))

/** A compound file with one directory entry of this name in its second sector. */
const compound = (name: string): Uint8Array => {
  const bytes = new Uint8Array(2048)
  bytes.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])
  bytes.set([...name].flatMap((char) => [char.charCodeAt(0), 0]), 1024 + 128)
  return bytes
}

describe('what is not a readable DOCX is refused with its reason', () => {
  it.each([
    ['empty', new Uint8Array(), 'docx.empty'],
    ['text', utf8('你好，这不是文档'), 'docx.not-docx'],
    ['RTF', utf8('{\\rtf1\\ansi hello}'), 'docx.not-docx'],
    ['HTML', utf8('<html><body>x</body></html>'), 'docx.not-docx'],
    ['password-protected', compound('EncryptedPackage'), 'docx.encrypted'],
    ['old .doc', compound('WordDocument'), 'docx.legacy-doc'],
    ['old .xls', compound('Workbook'), 'docx.not-docx'],
    ['a workbook', writeZip([{ path: 'xl/workbook.xml', bytes: utf8('<x/>') }]), 'docx.not-docx'],
    ['an ODT', writeZip([{ path: 'content.xml', bytes: utf8('<x/>') }]), 'docx.not-docx'],
    ['no document part', writeZip([{ path: 'word/styles.xml', bytes: utf8('<x/>') }]), 'docx.no-document'],
    ['nothing to read', packageOf({ body: '<w:p/>' }), 'docx.no-text'],
  ])('%s', (_, bytes, code) => {
    const reading = readDocx(bytes)
    expect(reading).toMatchObject({ ok: false, error: { code } })
    expect(!reading.ok && /[\u4e00-\u9fff]/u.test(reading.error.message)).toBe(true)
  })

  it('a document part with an entity bomb', () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><w:document xmlns:w="w"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>'
    expect(codeOfParts({ parts: { 'word/document.xml': bomb } })).toBe('docx.doctype')
  })

  it('a document part that is cut off', () => {
    expect(codeOfParts({ parts: { 'word/document.xml': '<w:document xmlns:w="w"><w:body>' } })).toBe('docx.damaged')
  })

  it('a zip bomb', () => {
    expect(codeOfParts({ body: para('x'), parts: { 'word/media/image1.png': new Uint8Array(20 * 1024 * 1024) } })).toBe('docx.bomb')
  })

  it('a path that climbs out of the package', () => {
    const bytes = packageOf({ body: para('x'), parts: { 'word/aa/evil.xml': 'x' } })
    // The same name length keeps every offset.
    const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('').replaceAll('word/aa/evil.xml', '../../../evil.xm')
    expect(codeOf(Uint8Array.from(text, (char) => char.charCodeAt(0)))).toBe('docx.unsafe-path')
  })

  it('a paragraph of 10 MB', () => {
    // Longer than the window of the compression, so that it is no bomb.
    const stretch = String.fromCodePoint(...Array.from({ length: 20_000 }, (_, i) => 0x4e00 + ((i * 7919) % 20_000)))
    expect(codeOfParts({ body: para(stretch.repeat(175)) })).toBe('docx.too-large')
  }, 90_000)

  it('thousands of nested tables', () => {
    const depth = 3000
    const body = '<w:tbl><w:tr><w:tc>'.repeat(depth) + para('里') + '</w:tc></w:tr></w:tbl>'.repeat(depth)
    expect(codeOfParts({ body })).toBe('docx.too-deep')
  })

  it('a table of a million cells', () => {
    const row = `<w:tr>${'<w:tc><w:tcPr><w:gridSpan w:val="60"/></w:tcPr><w:p/></w:tc>'.repeat(3)}</w:tr>`
    expect(codeOfParts({ body: `<w:tbl>${row.repeat(1500)}</w:tbl>` })).toBe('docx.too-large')
  })
})

describe('what could do harm is left out and named', () => {
  it('macros', () => {
    const reading = read({ body: para('正文。'), mainType: 'application/vnd.ms-word.document.macroEnabled.main+xml', parts: { 'word/vbaProject.bin': Uint8Array.of(1, 2) } })
    expect(codesOf(reading)).toContain('docx.macros-dropped')
    expect(reading.blocks).toEqual([{ kind: 'paragraph', level: 0, number: null, text: '正文。' }])
  })

  it('pictures, templates and links outside the file are never followed', () => {
    const drawing = '<w:p><w:r><w:drawing><wp:inline><a:graphic><a:graphicData><a:blip r:link="pic"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    const reading = read({
      body: para('正文。') + drawing,
      relations: { pic: ['image', '!http://tracker.example/a.png'], tpl: ['attachedTemplate', '!file://server/x.dotm'] },
    })
    expect(codesOf(reading)).toEqual(expect.arrayContaining(['docx.external-picture', 'docx.external-reference']))
  })

  it('cyclic styles and numbering', () => {
    const styles = '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="a"/><w:basedOn w:val="b"/></w:style><w:style w:type="paragraph" w:styleId="b"><w:name w:val="b"/><w:basedOn w:val="a"/></w:style>'
    const numbering = '<w:abstractNum w:abstractNumId="1"><w:styleLink w:val="y"/><w:numStyleLink w:val="x"/></w:abstractNum><w:abstractNum w:abstractNumId="2"><w:styleLink w:val="x"/><w:numStyleLink w:val="y"/></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    const reading = read({ styles, numbering, body: para('一段。', '<w:pStyle w:val="a"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>') })
    expect(codesOf(reading)).toEqual(expect.arrayContaining(['docx.style-cycle', 'docx.numbering-cycle']))
    expect(reading.blocks).toHaveLength(1)
  })

  it('merged cells of nested tables do not multiply', () => {
    const depth = 20
    const body = `${'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="60"/></w:tcPr>'.repeat(depth)}${para('里')}${'</w:tc></w:tr></w:tbl>'.repeat(depth)}`
    const reading = read({ body: para('外') + body })
    expect(JSON.stringify(reading.blocks).length).toBeLessThan(10_000)
    expect(codesOf(reading)).toEqual(expect.arrayContaining(['docx.nested-tables', 'docx.merged-cells', 'docx.wide-tables']))
  })

  it('fields left open in every paragraph', () => {
    const open = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:t>码</w:t></w:r></w:p>'
    expect(['ok', 'docx.no-text']).toContain(codeOfParts({ body: open.repeat(5000) }))
  })
})

describe('a damaged file of ours', () => {
  const whole = documentToDocx(notice, issued, { pictures: picturesOf })

  it('never makes the reader throw (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), fc.option(fc.nat(whole.length)), (changes, cut) => {
        const bytes = whole.slice(0, cut ?? whole.length)
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        const reading = readDocx(bytes)
        expect(reading.ok ? 'docx.read' : reading.error.code).toMatch(/^docx\./u)
      }),
      { numRuns: 300 },
    )
  }, 90_000)

  it('never makes the reader throw when its markup is shuffled (property)', () => {
    const pieces = ['<w:p>', '</w:p>', '<w:tbl>', '</w:tbl>', '<w:tr>', '</w:tr>', '<w:tc>', '</w:tc>', '<w:r>', '</w:r>', '<w:t>', '</w:t>', '文件', '附件1', '2026年1月5日', '抄送：甲。', '<w:br w:type="page"/>', '<w:sectPr/>', '<w:fldChar w:fldCharType="begin"/>', '<w:sdt>', '</w:sdt>', '<w:pict>', '</w:pict>', '<w:drawing/>']
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), (markup) => {
        const reading = readDocx(packageOf({ body: markup.join('') }))
        expect(reading.ok ? 'docx.read' : reading.error.code).toMatch(/^docx\./u)
      }),
      { numRuns: 500 },
    )
  }, 90_000)

  it('with bytes before the archive is refused, not misread', () => {
    expect(codeOf(concatBytes(utf8('MZ'), whole))).toMatch(/^docx\./u)
  })
})
