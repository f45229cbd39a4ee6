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
    for (const template of templates) {
      const content = templateContent(template, organ)
      expect(validateContent(content).ok, template.id).toBe(true)
      expect(content.kind).toBe(template.kind)
      expect(JSON.stringify(content)).not.toContain('本机关】')
      expect(blanksOf(JSON.stringify(content)).length, template.id).toBeGreaterThan(2)
      expect(content.title.endsWith(template.kind) || template.kind === '命令' && content.title.endsWith('令') || template.kind === '议案', template.id).toBe(true)
    }
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
    for (const template of templates) {
      const content = templateContent(template, organ)
      if (template.direction === '上行') expect(content.recipients, template.id).toHaveLength(1)
      if (template.direction === '公布' || template.kind === '命令' || template.kind === '纪要') expect(content.recipients, template.id).toHaveLength(0)
      if (template.kind === '函') expect(content.form).toBe('信函')
      if (template.kind === '命令') expect([content.form, content.authentication]).toEqual(['命令', '签名章'])
      if (template.kind === '纪要') expect([content.form, content.authentication, content.signature]).toEqual(['纪要', '不盖章', ''])
    }
  })
  it('are found by kind, use and initials', () => {
    expect(findTemplates('印发').map((template) => template.id)).toContain('notice-issue')
    expect(findTemplates('tz hy').map((template) => template.id)).toEqual(['notice-meeting'])
    expect(findTemplates('函 商').map((template) => template.id)).toContain('letter-consult')
    expect(findTemplates('没有这种')).toHaveLength(0)
    expect(findTemplates('  ')).toHaveLength(templates.length)
  })
})
