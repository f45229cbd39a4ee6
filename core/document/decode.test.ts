import { describe, expect, test } from 'vitest'
import { decodeText } from './index.ts'

const utf16 = (text: string, order: 'le' | 'be'): Uint8Array => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le')
  return Uint8Array.from(order === 'le' ? bytes : bytes.swap16())
}

describe('text files', () => {
  test.each([
    ['UTF-8', Uint8Array.from(Buffer.from('公文\n正文', 'utf8'))],
    ['UTF-8 with a mark', Uint8Array.from([0xef, 0xbb, 0xbf, ...Buffer.from('公文\n正文', 'utf8')])],
    ['GB18030', Uint8Array.from([0xb9, 0xab, 0xce, 0xc4, 0x0a, 0xd5, 0xfd, 0xce, 0xc4])],
    ['UTF-16, little end first', utf16('公文\n正文', 'le')],
    ['UTF-16, big end first', utf16('公文\n正文', 'be')],
  ])('%s is read', (_name, bytes) => {
    expect(decodeText(bytes)).toEqual({ ok: true, value: '公文\n正文' })
  })
  test.each([
    ['no encoding at all', Uint8Array.from([0xff, 0xfe, 0xfd, 0x00, 0x81])],
    ['a picture', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00])],
    ['a half character', Uint8Array.from([0xb9])],
    ['a mark and bytes of nothing Chinese', Uint8Array.from([0xff, 0xfe, 0x00, 0x01])],
    ['a mark and one Chinese character by chance', Uint8Array.from([0xff, 0xfe, 0x00, 0x01, 0x02, 0x80])],
  ])('%s is refused', (_name, bytes) => {
    expect(decodeText(bytes).ok).toBe(false)
  })
})
