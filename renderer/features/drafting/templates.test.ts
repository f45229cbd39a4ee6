import { documentKinds, validateContent } from '#core/document'
import { describe, expect, it } from 'vitest'
import { blanksOf, findTemplates, templateContent, templates } from './templates.ts'

const organ = '苍原市人民政府办公室'
const lastText = (id: string): string => {
  const { body } = templateContent(templates.find((template) => template.id === id)!, organ)
  const last = body.at(-1)!
  return last.kind === 'paragraph' ? last.text : ''
}

describe('templates', () => {
  it('cover all fifteen kinds, with ids that are unique', () => {
    expect(new Set(templates.map((template) => template.kind))).toEqual(new Set(documentKinds))
    expect(new Set(templates.map((template) => template.id)).size).toBe(templates.length)
  })
  it('are valid documents of their kind, carry the own organ, and leave blanks to fill', () => {
    const all = templates.map((template) => ({ ...template, content: templateContent(template, organ) }))
    const idsOf = (holds: (entry: (typeof all)[number]) => boolean): string[] => all.filter(holds).map(({ id }) => id)
    expect(idsOf(({ content }) => !validateContent(content).ok)).toEqual([])
    expect(idsOf(({ kind, content }) => content.kind !== kind)).toEqual([])
    expect(idsOf(({ content }) => JSON.stringify(content).includes('本机关】'))).toEqual([])
    expect(idsOf(({ content }) => blanksOf(JSON.stringify(content)).length < 3)).toEqual([])
    expect(idsOf(({ kind, content }) => !content.title.endsWith(kind === '命令' ? '令' : kind))).toEqual([])
  })
  it('close as practice asks: 请示 asks, 报告 does not, 批复 and 函 have their own words', () => {
    expect(lastText('request-approval')).toBe('妥否，请批示。')
    expect(lastText('request-instruction')).toBe('以上意见当否，请批示。')
    expect(lastText('report-work')).toBe('特此报告。')
    expect(lastText('opinion-upward')).toBe('以上意见如无不妥，请批转各地各部门执行。')
    expect(lastText('letter-reply')).toBe('专此函复。')
    expect(lastText('reply-agree')).toBe('此复。')
    expect(lastText('announcement')).toBe('特此公告。')
    for (const template of templates.filter(({ kind }) => kind === '报告')) expect(JSON.stringify(templateContent(template, organ))).not.toMatch(/请批示|请批准|妥否/u)
  })
  it('go upward to one recipient, to the public to none; letters are letters, orders are stamped, minutes unsealed', () => {
    const all = templates.map((template) => ({ ...template, content: templateContent(template, organ) }))
    const idsOf = (holds: (entry: (typeof all)[number]) => boolean): string[] => all.filter(holds).map(({ id }) => id)
    expect(idsOf(({ direction, content }) => direction === '上行' && content.recipients.length !== 1)).toEqual([])
    expect(idsOf(({ direction, kind, content }) => (direction === '公布' || kind === '命令' || kind === '纪要') && content.recipients.length > 0)).toEqual([])
    expect(idsOf(({ kind, content }) => kind === '函' && content.form !== '信函')).toEqual([])
    expect(idsOf(({ kind, content }) => kind === '命令' && (content.form !== '命令' || content.authentication !== '签名章'))).toEqual([])
    expect(idsOf(({ kind, content }) => kind === '纪要' && (content.form !== '纪要' || content.authentication !== '不盖章' || content.signature !== ''))).toEqual([])
  })
  it('are found by kind, use and initials', () => {
    expect(findTemplates('印发').map((template) => template.id)).toContain('notice-issue')
    expect(findTemplates('tz hy').map((template) => template.id)).toEqual(['notice-meeting'])
    expect(findTemplates('函 商').map((template) => template.id)).toContain('letter-consult')
    expect(findTemplates('没有这种')).toHaveLength(0)
    expect(findTemplates('  ')).toHaveLength(templates.length)
  })
})
