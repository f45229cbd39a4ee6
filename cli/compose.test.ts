import { describe, expect, it } from 'vitest'
import { emptyContent, type DocumentContent } from '#core/document'
import { loadFontSet } from '#main/host'
import { openPress } from './compose.ts'

const press = openPress(await loadFontSet({ system: false }))
const withText = (text: string): DocumentContent => ({
  ...emptyContent({ kind: '通知', organName: '甲市人民政府', title: '甲市人民政府关于任命的通知' }),
  body: [{ kind: 'paragraph', level: 0, number: null, text }],
})

describe('press', () => {
  it('Y83 names the characters that would print as 〓, before and after there is an issue', async () => {
    const missing = ['有私用区字符（U+E123），别处打不开，请改用标准编码的字']
    expect(press.missing(withText('任命\ue123为局长。'))).toEqual(missing)
    const issue = { number: '甲政发〔2026〕1号', date: '2026-11-24', printDate: '2026-11-24' }
    expect(await press.compose(withText('任命\ue123为局长。'), issue)).toMatchObject({ missing })
  })
  it('Y83 takes rare characters that a fallback has', () => {
    expect(press.missing(withText('任命𠮷𪚥𬺈𮯠为局长。'))).toEqual([])
  })
})
