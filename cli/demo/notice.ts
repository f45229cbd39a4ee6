/** The notice that the demonstration issues (示例通知): it prints and sends the given text as its attachment. */
import { emptyContent, parsePlainText, type DocumentContent, type Paragraph } from '#core/document'
import type { Result } from '#core/formats'

const paragraph = (text: string, level: Paragraph['level'] = 0): Paragraph => ({ kind: 'paragraph', level, number: null, text })

/** @param text UTF-8 text whose first line is the title of what is issued. Errors: the text's own. */
export const noticeFor = (text: string): Result<DocumentContent, string> => {
  const read = parsePlainText(text)
  if (!read.ok) return { ok: false, error: read.error.message }
  const { title, blocks } = read.value
  const organ = '内蒙古自治区人民政府办公厅'
  return {
    ok: true,
    value: {
      ...emptyContent({ kind: '通知', organName: organ }),
      urgency: '加急',
      title: `${organ}关于印发《${title}》的通知`,
      recipients: ['各盟行政公署、市人民政府', '自治区各委、办、厅、局'],
      body: [
        paragraph(`《${title}》已经自治区人民政府同意，现印发给你们，请结合实际认真贯彻落实。`),
        paragraph('提高认识，明确责任', 1),
        paragraph('各地区、各部门要把落实工作摆上重要议事日程。主要负责同志负总责，分管负责同志具体抓。', 0),
        paragraph('细化任务。按照职责分工逐项列出清单。', 2),
        paragraph('明确牵头单位和配合单位；', 3),
        paragraph('明确完成时限和工作标准；', 3),
        paragraph('重要事项按周调度，', 4),
        paragraph('一般事项按月调度。', 4),
        paragraph('加强督查。办公厅会同有关部门适时开展督查。', 2),
        paragraph('及时报告，务求实效', 1),
        paragraph('工作进展情况于每季度末报自治区人民政府办公厅。'),
      ],
      attachments: [{ kind: 'text', name: title, body: blocks }],
      signature: organ,
      note: '此件公开发布',
      copies: ['自治区党委办公厅', '自治区人大常委会办公厅', '自治区政协办公厅'],
      printer: organ,
    },
  }
}
