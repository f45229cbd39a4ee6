import { describe, expect, it } from 'vitest'
import { documentOfText, parsePlainText, type TextDocument } from './index.ts'

const read = (text: string): TextDocument => {
  const plain = parsePlainText(text)
  const found = plain.ok ? documentOfText(plain.value) : null
  if (found === null) throw new Error('no document')
  return found
}
const whole = `临江市人民政府关于做好防汛工作的通知
临政发〔2026〕8号
各县人民政府，市直各部门：
　　为做好防汛工作，现通知如下。
　　一、落实责任
　　附件：1．任务分工表
　　　　　2．值班电话
临江市人民政府
2026年3月5日
（此件公开发布）
抄送：市委办公室，市政协办公室。
临江市人民政府办公室　　　2026年3月6日印发
附件1
任务分工表
水利局负责。
附件2
值班电话
0719-8832106`

describe('a plain text as a document', () => {
  it('T9 elements are taken from where they are typed', () => {
    const { content, issue, elements } = read(whole)
    expect(content).toMatchObject({
      kind: '通知', issuers: ['临江市人民政府'], recipients: ['各县人民政府', '市直各部门'], signature: '临江市人民政府', authentication: '盖章', note: '此件公开发布',
      copies: ['市委办公室', '市政协办公室'], printer: '临江市人民政府办公室',
      body: [{ text: '为做好防汛工作，现通知如下。' }, { level: 1, text: '落实责任' }],
      attachments: [{ name: '任务分工表', body: [{ text: '水利局负责。' }] }, { name: '值班电话', body: [{ text: '0719-8832106' }] }],
    })
    expect(issue).toEqual({ number: '临政发〔2026〕8号', date: '2026-03-05', printDate: '2026-03-06' })
    expect(elements).toEqual(['发文字号', '主送机关', '附件说明', '署名', '成文日期', '附注', '抄送机关', '印发机关和印发日期'])
  })
  it('T9 nothing is invented for a draft without them', () => {
    const { content, issue, elements } = read('临江市人民政府关于防汛的通知\n为做好防汛工作，现通知如下：\n请认真落实。')
    expect(content).toMatchObject({ recipients: [], signature: '', authentication: '不盖章', body: [{ text: '为做好防汛工作，现通知如下：' }, { text: '请认真落实。' }] })
    expect([issue, elements]).toEqual([null, []])
  })
  it('T9 the organ of a title without one is that of the 署名', () => {
    expect(read('关于防汛的通知\n各单位：\n请认真落实。\n临江市水利局\n2026年3月5日').content.issuers).toEqual(['临江市水利局'])
  })
  it('T9 a date that is none stays as it is typed', () => {
    expect(read('甲市人民政府关于防汛的通知\n请落实。\n甲市人民政府\n二〇二六年三月五日').issue?.date).toBe('二〇二六年三月五日')
  })
  it('T9 every character of the text is in the document', () => {
    const { content, issue } = read(whole)
    const words = JSON.stringify([content, issue])
    for (const word of ['水利局负责', '0719-8832106', '市政协办公室', '市直各部门', '落实责任']) expect(words).toContain(word)
  })
})
