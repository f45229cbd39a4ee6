import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { crc32, deflateZlib, utf8, writeZip } from '#core/formats'
import { ofdPageToSvg, readOfd, readOfdPage, readPng } from '#core/output'
import { skipLoudly } from '../../../tests/harness/skips.ts'
import { checkPicture, makeSealPicture, type PictureSource } from '../index.ts'
import { glyph } from '../pdf/seal.fixture.ts'

const round: PictureSource = { from: 'round', appearance: { name: '某某市人民政府办公室', bottomText: '样章', glyph }, width: 42 }
const svg = (body: string, attributes = 'viewBox="0 0 100 100"'): Uint8Array => utf8(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${body}</svg>`)
const made = (source: PictureSource) => {
  const picture = makeSealPicture(source)
  if (!picture.ok) throw new Error(`${picture.error.code} ${picture.error.message}`)
  return picture.value
}
const pixelsOf = (png: Uint8Array) => {
  const pixels = readPng(png)
  if ('code' in pixels) throw new Error(pixels.message)
  return pixels
}
const codeOf = (source: PictureSource): string => {
  const picture = makeSealPicture(source)
  return picture.ok ? 'ok' : picture.error.code
}

describe('round seal', () => {
  test('600 dots an inch, red ink only, transparent ground', () => {
    const picture = made(round)
    expect(picture).toMatchObject({ type: 'PNG', width: 42, height: 42 })
    const { width, height, alpha, colour } = pixelsOf(picture.data)
    expect([width, height]).toEqual([992, 992])
    const at = (x: number, y: number): number => alpha![y * width + x]!
    expect([at(0, 0), at(496, 10), at(496, 496), at(496, 250)]).toEqual([0, 255, 255, 0])
    let other = 0
    for (let i = 0; i < alpha!.length; i++) if (alpha![i]! > 0 && !(colour[3 * i]! > 200 && colour[3 * i + 1]! < 20)) other++
    expect(other).toBe(0)
    expect(checkPicture(picture)).toEqual({ ok: true, value: 'png' })
  })

  test('as vectors: one page of the size of the seal, which our own reader draws', () => {
    const picture = makeSealPicture(round, { as: 'ofd', id: '0'.repeat(32), title: '样章', date: '2026-11-25' })
    if (!picture.ok) throw new Error(picture.error.message)
    expect(checkPicture(picture.value)).toEqual({ ok: true, value: 'ofd' })
    const document = readOfd(picture.value.data)
    if (!document.ok) throw new Error(document.error.message)
    expect(document.value.pages).toHaveLength(1)
    const page = readOfdPage(document.value, 0)
    if (!page.ok) throw new Error(page.error.message)
    expect(page.value.box).toMatchObject({ width: 42, height: 42 })
    expect(ofdPageToSvg(document.value, 0)).toContain('<path')
    expect(document.value.warnings).toEqual([])
  })

  test('the same seal gives the same bytes', () => expect(made(round).data).toEqual(made(round).data))

  test.each([['name', '章'], ['glyph', '某某\u{e000}局'], ['width', '']] as const)('refuses a bad %s', (what, name) => {
    const source = what === 'width' ? { ...round, width: 9 } : { ...round, appearance: { ...round.appearance, name } }
    expect(codeOf(source)).toBe({ name: 'seal.name', glyph: 'seal.glyph', width: 'seal.diameter' }[what])
  })
})

describe('SVG', () => {
  const mutool = spawnSync('mutool', ['-v']).error !== undefined && skipLoudly('SVG beside mutool', 'mutool is not installed')
  const drawings: Readonly<Record<string, string>> = {
    'filled curves': '<path d="M10 10C40 0 60 90 90 80S70 20 50 30Q30 60 20 90T10 10z" fill="#d6050f"/>',
    'arcs with joined flags': '<path d="M20 50a30 20 30 1060 0a30 20 30 00-60 0z" fill="red"/>',
    'even-odd': '<path fill-rule="evenodd" d="M10 10h80v80h-80z M30 30h40v40h-40z"/>',
    'winding hole': '<path d="M10 10h80v80h-80z M30 30v40h40v-40z"/>',
    'round strokes': '<polyline points="10,80 30,20 50,80 70,20 90,80" fill="none" stroke="black" stroke-width="8" stroke-linejoin="round" stroke-linecap="round"/>',
    'mitred strokes': '<path d="M20 80L50 20 80 80z" fill="none" stroke="#c00" stroke-width="7"/>',
    'ring and star': '<circle cx="50" cy="50" r="46" fill="none" stroke="#c00" stroke-width="4"/><g transform="translate(50 50) rotate(12) scale(.5)"><polygon points="0,-40 9,-12 38,-12 15,5 23,32 0,16 -23,32 -15,5 -38,-12 -9,-12" fill="rgb(200,0,0)"/></g>',
    'rounded boxes': '<rect x="10" y="20" width="70" height="50" rx="12" fill="blue"/><rect x="30" y="35" width="20" height="15" fill="white"/>',
    'ellipse under a matrix': '<ellipse cx="0" cy="0" rx="30" ry="10" transform="matrix(.8 .6 -.6 .8 50 50)" style="fill:#080;stroke:none"/>',
  }
  test.skipIf(mutool).each(Object.keys(drawings))('%s: the same picture as mutool draws', (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'wenshu-svg-'))
    try {
      const own = pixelsOf(made({ from: 'svg', bytes: svg(drawings[name]!), width: 10 }).data)
      writeFileSync(join(folder, 'a.svg'), svg(drawings[name]!, 'viewBox="0 0 100 100" width="100" height="100"'))
      const run = spawnSync('mutool', ['draw', '-q', '-w', String(own.width), '-h', String(own.height), '-c', 'rgb', '-o', join(folder, 'a.png'), join(folder, 'a.svg')])
      expect(run.stderr.toString()).not.toContain('error')
      const other = pixelsOf(new Uint8Array(readFileSync(join(folder, 'a.png'))))
      expect([other.width, other.height]).toEqual([own.width, own.height])
      let difference = 0
      let ink = 0
      for (let i = 0; i < own.width * own.height; i++) {
        const alpha = (own.alpha?.[i] ?? 255) / 255
        for (let c = 0; c < 3; c++) {
          const seen = own.colour[own.channels * i + (own.channels === 3 ? c : 0)]! * alpha + 255 * (1 - alpha)
          const theirs = other.colour[other.channels * i + (other.channels === 3 ? c : 0)]!
          difference += Math.abs(seen - theirs)
          ink += 255 - theirs
        }
      }
      expect(ink).toBeGreaterThan(0)
      // Only the softness of edges may differ.
      expect(difference / ink).toBeLessThan(0.03)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  const ring = '<circle cx="50" cy="50" r="40"/>'
  test.each<readonly [string, string, Uint8Array]>([
    ['script', 'svg.script', svg(`${ring}<script>alert(1)</script>`)],
    ['script under a prefix', 'svg.script', svg(`${ring}<s:script xmlns:s="http://www.w3.org/2000/svg"/>`)],
    ['event', 'svg.script', svg('<circle cx="5" cy="5" r="4" onclick="x()"/>')],
    ['event on the root', 'svg.script', svg(ring, 'viewBox="0 0 9 9" onload="x()"')],
    ['foreign content', 'svg.script', svg(`${ring}<foreignObject/>`)],
    ['animation', 'svg.script', svg('<circle cx="5" cy="5" r="4"><animate/></circle><animateTransform/>')],
    ['picture from elsewhere', 'svg.external', svg(`${ring}<image href="http://x/y.png"/>`)],
    ['use', 'svg.external', svg(`${ring}<use xlink:href="#a"/>`)],
    ['reference in paint', 'svg.external', svg('<circle r="5" fill="url(http://x#a)"/>')],
    ['reference in style', 'svg.external', svg('<circle r="5" style="fill:url(#a)"/>')],
    ['import in style', 'svg.style', svg(`<style>@import url(x)</style>${ring}`)],
    ['text', 'svg.text', svg(`${ring}<text>章</text>`)],
    ['entities', 'xml.doctype', utf8(`<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">${ring}</svg>`)],
    ['depth', 'xml.too-deep', svg(`${'<g>'.repeat(40)}${ring}${'</g>'.repeat(40)}`)],
    ['number of elements', 'xml.too-deep', svg(ring.repeat(20_001))],
    ['size in bytes', 'xml.too-large', svg(`<path d="M0 0${' '.repeat(2_100_000)}"/>`)],
    ['long path', 'svg.attribute', svg(`<path d="M0 0${'h1'.repeat(100_001)}"/>`)],
    ['many paths', 'svg.too-large', svg(`<path d="M0 0${'h1'.repeat(90_000)}"/>`.repeat(3))],
    ['gradient', 'svg.element', svg(`<defs><linearGradient/></defs>${ring}`)],
    ['clip', 'svg.attribute', svg('<circle r="5" clip-path="inset(1)"/>')],
    ['broken path', 'svg.attribute', svg('<path d="M 1 2 L 3"/>')],
    ['path without move', 'svg.attribute', svg('<path d="L 3 4"/>')],
    ['unknown colour', 'svg.attribute', svg('<circle r="5" fill="hotpinkish"/>')],
    ['number beyond reason', 'svg.attribute', svg('<circle r="1e300"/>')],
    ['nothing drawn', 'svg.element', svg('')],
    ['no size', 'svg.size', svg(ring, '')],
    ['flat', 'svg.size', svg(ring, 'viewBox="0 0 1000 1"')],
    ['other XML', 'svg.root', utf8('<html/>')],
    ['not XML', 'xml.malformed', utf8('seal')],
  ])('refuses %s with %s', (_, code, bytes) => expect(codeOf({ from: 'svg', bytes, width: 42 })).toBe(code))

  test('keeps the proportion, in whole millimetres', () => {
    expect(made({ from: 'svg', bytes: svg('<rect width="90" height="60"/>', 'viewBox="0 0 90 60"'), width: 45 })).toMatchObject({ width: 45, height: 30 })
  })
})

const chunk = (type: string, body: Uint8Array): Uint8Array => {
  const out = new Uint8Array(12 + body.length)
  const view = new DataView(out.buffer)
  view.setUint32(0, body.length)
  out.set(utf8(type), 4)
  out.set(body, 8)
  view.setUint32(8 + body.length, crc32(out.subarray(4, 8 + body.length)))
  return out
}
const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))
const magic = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const head = (width: number, height: number, rest: readonly number[] = [8, 0, 0, 0, 0]): Uint8Array => {
  const body = new Uint8Array(13)
  new DataView(body.buffer).setUint32(0, width)
  new DataView(body.buffer).setUint32(4, height)
  body.set(rest, 8)
  return chunk('IHDR', body)
}
const data = chunk('IDAT', deflateZlib(new Uint8Array(33 * 32)))
const end = chunk('IEND', new Uint8Array(0))
const plain = joined(magic, head(32, 32), data, end)

describe('PNG', () => {
  test('goes in byte for byte, with its size in mm', () => {
    expect(made({ from: 'png', bytes: plain, width: 40 })).toEqual({ type: 'PNG', data: plain, width: 40, height: 40 })
  })

  test.each<readonly [string, string, Uint8Array]>([
    ['another format', 'seal.picture-format', utf8('GIF89a')],
    ['cut off', 'seal.picture-format', plain.subarray(0, plain.length - 5)],
    ['bytes behind it', 'seal.picture-format', joined(plain, Uint8Array.of(0))],
    ['a checksum that is wrong', 'seal.picture-format', plain.map((byte, i) => (i === plain.length - 20 ? byte ^ 1 : byte))],
    ['no header first', 'seal.picture-format', joined(magic, data, end)],
    ['two headers', 'seal.picture-format', joined(magic, head(32, 32), head(32, 32), data, end)],
    ['a short header', 'seal.picture-format', joined(magic, chunk('IHDR', new Uint8Array(12)), data, end)],
    ['a depth that does not exist', 'seal.picture-format', joined(magic, head(32, 32, [7, 0, 0, 0, 0]), data, end)],
    ['too few pixels', 'seal.picture-format', joined(magic, head(32, 33), data, end)],
    ['a huge picture', 'seal.picture-size', joined(magic, head(100_000, 100_000), data, end)],
    ['a picture of one pixel', 'seal.picture-size', joined(magic, head(1, 1), data, end)],
    ['a bomb', 'seal.picture-format', joined(magic, head(32, 32), chunk('IDAT', deflateZlib(new Uint8Array(5_000_000))), end)],
  ])('refuses %s with %s', (_, code, bytes) => expect(codeOf({ from: 'png', bytes, width: 40 })).toBe(code))

  test('a chunk length beyond the file is no reason to read there', () => {
    const lying = plain.slice()
    new DataView(lying.buffer).setUint32(8, 0xffff_fff0)
    expect(codeOf({ from: 'png', bytes: lying, width: 40 })).toBe('seal.picture-format')
  })
})

describe('whatever comes', () => {
  const paths = fc.string({ unit: fc.constantFrom(...'MmLlHhVvCcSsQqTtAaZz0123456789 .,-+e'), maxLength: 60 })
  test('a path, a transform or a style is drawn or refused, never thrown', () => fc.assert(fc.property(paths, fc.oneof(fc.constantFrom('1', '.5,2', '-1'), paths), (d, transform) => {
    expect(codeOf({ from: 'svg', bytes: svg(`<path d="M1 1${d}" transform="scale(${transform})"/><circle cx="50" cy="50" r="1"/>`), width: 5 })).toMatch(/^(ok|svg\.)/)
  }), { numRuns: 300, seed: 1 }))
  test('a changed PNG is taken whole or refused', () => fc.assert(fc.property(fc.nat(plain.length - 1), fc.integer({ min: 1, max: 255 }), (i, flip) => {
    expect(codeOf({ from: 'png', bytes: plain.map((byte, at) => (at === i ? byte ^ flip : byte)), width: 40 })).toMatch(/^seal\.picture-/)
  }), { numRuns: 200, seed: 1 }))
})

describe('a picture inside a seal', () => {
  const check = (type: string, bytes: Uint8Array): string => {
    const result = checkPicture({ type, data: bytes })
    return result.ok ? result.value : result.error.code
  }
  test('is what it is called, whatever the case', () => {
    expect([check('png', plain), check('PNG', plain), check('es', plain)]).toEqual(['png', 'png', 'png'])
    expect(check('ofd', plain)).toBe('seal.picture-format')
    expect(check('PNG', utf8('nothing'))).toBe('seal.picture-format')
  })
  test('an OFD holds no further OFD, and is no bomb', () => {
    const inner = writeZip([{ path: 'OFD.xml', bytes: utf8('<x/>') }])
    expect(check('ofd', inner)).toBe('ofd')
    expect(check('ofd', writeZip([{ path: 'OFD.xml', bytes: utf8('<x/>') }, { path: 'Res/a.ofd', bytes: inner }]))).toBe('seal.picture-nested')
    expect(check('ofd', writeZip([{ path: 'OFD.xml', bytes: new Uint8Array(20_000_000) }]))).toMatch(/^zip\./)
    expect(check('ofd', inner.subarray(0, 30))).toMatch(/^zip\./)
  })
  test('is at most 4 MB', () => expect(check('bmp', joined(utf8('BM'), new Uint8Array(4 * 1024 * 1024)))).toBe('seal.picture-size'))
})
