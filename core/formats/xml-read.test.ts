import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { childElement, childElements, innerText, readXml, utf8, xmlLimits } from './index.ts'

const read = (text: string) => readXml(utf8(text))

describe('reading XML', () => {
  it('gives local names, namespaces, attributes and text in order', () => {
    const result = read('\ufeff<?xml version="1.0"?><o:A xmlns:o="urn:x" o:n="1" m="&lt;二&#x4e09;"><o:B/>文<![CDATA[<枢>]]><o:C>里<o:D>面</o:D></o:C><o:B/></o:A>')
    if (!result.ok) throw new Error(result.error.message)
    const root = result.value
    expect(root).toMatchObject({ name: 'A', namespace: 'urn:x' })
    expect({ ...root.attributes }).toEqual({ 'o:n': '1', m: '<二三' })
    expect(root.children.map((child) => (typeof child === 'string' ? child : child.name))).toEqual(['B', '文<枢>', 'C', 'B'])
    expect(childElements(root, 'B')).toHaveLength(2)
    expect(innerText(childElement(root, 'C')!)).toBe('里面')
  })
  it.each([
    ['document type', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'xml.doctype'],
    ['entity bomb', `<!DOCTYPE a [<!ENTITY x "${'y'.repeat(99)}">]><a>&x;&x;</a>`, 'xml.doctype'],
    ['unknown entity', '<a>&nbsp;</a>', 'xml.malformed'],
    ['open element', '<a><b></a>', 'xml.malformed'],
    ['cut off', '<a><b>', 'xml.malformed'],
    ['two roots', '<a/><b/>', 'xml.malformed'],
    ['unbound prefix', '<o:a/>', 'xml.malformed'],
    ['attribute twice', '<a b="1" b="2"/>', 'xml.malformed'],
    ['control character', '<a>\u0001</a>', 'xml.malformed'],
    ['nothing', '', 'xml.malformed'],
    ['words', '不是 XML', 'xml.malformed'],
    ['depth', `${'<a>'.repeat(200)}${'</a>'.repeat(200)}`, 'xml.too-deep'],
  ])('refuses: %s', (_, text, code) => {
    expect(read(text)).toMatchObject({ ok: false, error: { code } })
  })
  it('refuses other encodings, and sizes beyond the limits', () => {
    expect(readXml(new Uint8Array([0x3c, 0x61, 0xff, 0x3e]))).toMatchObject({ ok: false, error: { code: 'xml.encoding' } })
    expect(readXml(utf8('<a/>'), { ...xmlLimits, bytes: 3 })).toMatchObject({ ok: false, error: { code: 'xml.too-large' } })
    expect(readXml(utf8('<a><b/><b/></a>'), { ...xmlLimits, elements: 2 })).toMatchObject({ ok: false, error: { code: 'xml.too-deep' } })
  })
  it('never throws, and prototype names are ordinary attributes', () => {
    const result = read('<a __proto__="1" constructor="2"/>')
    expect(result.ok && Object.keys(result.value.attributes)).toEqual(['__proto__', 'constructor'])
    fc.assert(fc.property(fc.array(fc.constantFrom('<', '>', 'a', '/', '&', ';', '"', '=', ' ', '!', '[', ']', '-', '字', '<?', '?>')), (parts) => {
      expect(typeof read(parts.join('')).ok).toBe('boolean')
    }))
  })
})
