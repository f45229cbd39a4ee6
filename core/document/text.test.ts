import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { skipLoudly } from '../../tests/harness/skips.ts'
import { numberBlocks, parsePlainText } from './index.ts'

const samples = process.env.WENSHU_SAMPLES ?? fileURLToPath(new URL('../../../shared/samples', import.meta.url))
const plan = `${samples}/内蒙古自治区数字政府建设实施方案.txt`
const hasPlan = existsSync(plan) || !skipLoudly('reading a published plan', `no sample at ${plan} (set WENSHU_SAMPLES)`)

describe('plain text', () => {
  it('strips half and full width indentation and reads levels', () => {
    expect(parsePlainText('\ufeff标题\r\n\r\n　　一、甲\r\n\t（一）乙\n    丙\t丁  \n')).toEqual({
      ok: true,
      value: {
        title: '标题',
        blocks: [
          { kind: 'paragraph', level: 1, number: null, text: '甲' },
          { kind: 'paragraph', level: 2, number: null, text: '乙' },
          { kind: 'paragraph', level: 0, number: null, text: '丙 丁' },
        ],
      },
    })
  })
  it.each([
    ['empty', ' \n　\n', 'text.empty'],
    ['NUL', 'a\0', 'text.control'],
    ['10 MB line', 'x'.repeat(10_000_000), 'text.too-large'],
    ['lone surrogate', '\udc00', 'text.malformed'],
    ['long first line', '字'.repeat(201), 'text.title-too-long'],
    ['too many lines', 'a\n'.repeat(6000), 'text.too-many-blocks'],
  ])('refuses %s', (_, text, code) => {
    expect(parsePlainText(text)).toMatchObject({ ok: false, error: { code } })
  })

  it.skipIf(!hasPlan)('reads all 72 numbered items of a published plan', () => {
    const text = readFileSync(plan, 'utf8')
    const result = parsePlainText(text)
    if (!result.ok) throw new Error(result.error.message)
    const { title, blocks } = result.value
    expect(title).toBe('内蒙古自治区数字政府建设实施方案')
    const numbers = numberBlocks(blocks)
    const of = (level: number) => numbers.filter((_, i) => blocks[i]!.level === level)
    expect(of(3)).toEqual(Array.from({ length: 72 }, (_, i) => `${i + 1}.`))
    expect(of(1)).toEqual(['一、', '二、', '三、', '四、'])
    expect(of(2)).toHaveLength(2 + 5 + 3 + 4)
    // The items run on through the sections, so only the first item of a later section needs an override.
    expect(blocks.filter((block) => block.number !== null).map((block) => block.number)).toContain('27.')
    const rebuilt = [title, ...blocks.map((block, i) => numbers[i]! + block.text)].join('\n')
    expect(rebuilt).toBe(text.split('\n').map((line) => line.trim()).filter((line) => line !== '').join('\n'))
  })
})
