import { emptyContent, issuerMarkOf, type Block } from '#core/document'
import { describe, expect, it } from 'vitest'
import { attendanceOf, shapeOf, withAttendance, withForm, withIssuers } from './shape.ts'

const line = (text: string): Block => ({ kind: 'paragraph', level: 0, number: null, text })
const content = (kind: Parameters<typeof emptyContent>[0]['kind']) => emptyContent({ kind, organName: '苍原市财政局' })

describe('what the form asks for', () => {
  it('a 请示 asks who signs and whom to call, and says that two recipients are too many', () => {
    const shape = shapeOf({ ...content('请示'), recipients: ['甲', '乙'] }, null)
    expect(shape.asksSigners).toBe(true)
    expect(shape.hints).toEqual(expect.arrayContaining(['singleRecipient', 'contact', 'copiesUp', 'signers']))
  })
  it('an 意见 asks its direction; upward it asks who signs', () => {
    expect(shapeOf(content('意见'), null)).toMatchObject({ asksDirection: true, direction: '下行', asksSigners: false })
    expect(shapeOf(content('意见'), '上行')).toMatchObject({ direction: '上行', asksSigners: true })
    expect(shapeOf(content('通知'), '上行')).toMatchObject({ asksDirection: false, direction: '下行' })
  })
  it('a 函 offers the letter first; an order asks for a post; minutes ask for attendance and no seal', () => {
    expect(shapeOf(content('函'), null).forms[0]).toBe('信函')
    expect(shapeOf({ ...content('函'), form: '文件' }, null).hints).toContain('letterForm')
    expect(shapeOf(content('命令'), null)).toMatchObject({ isPersonal: true, forms: ['命令'] })
    expect(shapeOf(content('纪要'), null)).toMatchObject({ asksAttendance: true })
  })
  it('what follows from the issuers follows them, and what a person wrote stays', () => {
    const own = content('通知')
    const joint = withIssuers(own, ['苍原市财政局', '苍原市教育局'])
    expect(joint).toMatchObject({ issuerMark: issuerMarkOf(['苍原市财政局', '苍原市教育局'], '文件'), signature: '苍原市财政局 苍原市教育局' })
    expect(withIssuers({ ...own, issuerMark: '苍原市财政局 苍原市教育局文件' }, ['苍原市教育局'])).not.toHaveProperty('issuerMark')
    expect(withForm(own, '信函')).toMatchObject({ form: '信函', issuerMark: '苍原市财政局' })
    expect(withForm(content('纪要'), '文件')).toMatchObject({ signature: '苍原市财政局', authentication: '盖章' })
  })
  it('attendance is read from the end of the body and written back in order', () => {
    const body = [line('会议议定。'), line('出席：王志远'), line('列席：李梅')]
    expect(attendanceOf(body)).toEqual({ 出席: '王志远', 请假: '', 列席: '李梅' })
    expect(withAttendance(body, { 出席: '王志远　陈立', 请假: '赵强', 列席: '' })).toEqual([line('会议议定。'), line('出席：王志远　陈立'), line('请假：赵强')])
  })
})
