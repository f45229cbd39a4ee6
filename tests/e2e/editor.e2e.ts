/** Writing the text: input methods, tables, pictures, clipboards, find and replace, all in a real browser (正文编辑). */
import AxeBuilder from '@axe-core/playwright'
import type { Block, Table } from '#core/document'
import { leveled, openLab, plain, shown, type Lab } from './editor-lab.ts'
import { eventually, must, scenario, type Scenario } from './scenario.ts'
import { bodyOf, openUnfinished } from './work.ts'

/** An input method types `steps`, one candidate after the other, and commits `text`. */
const compose = async ({ cdp }: Lab, steps: readonly string[], text: string): Promise<void> => {
  for (const step of steps) await cdp.send('Input.imeSetComposition', { text: step, selectionStart: step.length, selectionEnd: step.length })
  await cdp.send('Input.insertText', { text })
}

const table = (rows: readonly (readonly string[])[], caption = ''): Table => ({
  kind: 'table', caption, orientation: 'portrait', headRows: 1, columns: rows[0]!.map(() => ({ align: 'left', share: 0 })), rows,
})

const is = (wanted: readonly Block[]) => (blocks: readonly Block[]): boolean => shown(blocks) === shown(wanted)

const composing = scenario('IME: Chinese composed in an empty paragraph, in numbered ones and at their start is there once, and no level changes meanwhile', async () => {
  const lab = await openLab()
  const { page } = lab
  await lab.open([plain('')])
  await compose(lab, ['n', 'ni', 'ni h', 'ni hao'], '你好')
  await lab.settled('an empty paragraph takes 你好 once', is([plain('你好')]))
  await compose(lab, ['s', 'shi', 'shi jie'], '世界')
  await lab.settled('and goes on', is([plain('你好世界')]))

  await lab.open([leveled(1, '总体要求'), leveled(2, '工作目标')])
  await page.evaluate(() => window.lab.handle?.goTo({ block: 1, offset: 2 }))
  await compose(lab, ['z', 'zhong', 'zhong dian'], '重点')
  await lab.settled('inside a numbered paragraph', is([leveled(1, '总体要求'), leveled(2, '工作重点目标')]))
  await page.evaluate(() => window.lab.handle?.goTo({ block: 0, offset: 0 }))
  await compose(lab, ['g', 'guan', 'guan yu'], '关于')
  await lab.settled('at the start of a numbered paragraph', is([leveled(1, '关于总体要求'), leveled(2, '工作重点目标')]))

  await lab.open([leveled(1, '甲'), leveled(1, '')])
  await page.evaluate(() => window.lab.handle?.goTo({ block: 1, offset: 0 }))
  await compose(lab, ['y', 'yi'], '乙')
  await lab.settled('in an empty numbered paragraph', is([leveled(1, '甲'), leveled(1, '乙')]))

  await lab.open([plain('')])
  const toldBefore = await lab.read('told')
  await lab.cdp.send('Input.imeSetComposition', { text: '一、', selectionStart: 2, selectionEnd: 2 })
  await page.waitForTimeout(200)
  must(await page.locator('.wk-block').first().getAttribute('data-level') === '0', 'a level changed while composing')
  must(await lab.read('told') === toldBefore, 'half-composed text was told to the host')
  await lab.cdp.send('Input.insertText', { text: '一、' })
  await lab.settled('the number becomes a level when it is committed', is([leveled(1, '')]))

  await lab.open([plain('甲')])
  await page.keyboard.press('End')
  await lab.cdp.send('Input.imeSetComposition', { text: 'ceshi', selectionStart: 5, selectionEnd: 5 })
  await lab.cdp.send('Input.imeSetComposition', { text: '', selectionStart: 0, selectionEnd: 0 })
  await lab.settled('a composition that is given up leaves nothing', is([plain('甲')]))
})

const composingWithFindings = scenario('IME: findings and comments that come and go while composing touch neither text, caret nor undo', async () => {
  const lab = await openLab()
  const { page } = lab
  const text = '各盟行政公署、市人民政府'
  await lab.open([plain(text)])
  await page.evaluate(() => window.lab.handle?.goTo({ block: 0, offset: 2 }))
  const mark = (message: string): Promise<void> => page.evaluate((said) => window.lab.find([
    { id: said, block: 0, start: 0, end: 6, severity: 'error', message: said }, { id: `${said}2`, block: 0, start: 7, end: 12, severity: 'info', message: said },
  ]), message)
  await mark('一')
  const marked = (): Promise<string> => page.evaluate(() => ['wk-error', 'wk-info', 'wk-comment'].map((name) => [...(CSS.highlights.get(name) ?? [])].map((range) => String(range)).join('/')).join('|'))
  await eventually('findings are drawn', async () => await marked() === '各盟行政公署|市人民政府|', 5000)
  await lab.cdp.send('Input.imeSetComposition', { text: 'ge', selectionStart: 2, selectionEnd: 2 })
  await mark('二')
  await page.evaluate(() => window.lab.comment([{ id: 'a', block: 0, start: 7, end: 8, text: '请核', resolved: false }, { id: 'b', block: 0, start: 0, end: 1, text: '已改', resolved: true }]))
  await lab.cdp.send('Input.imeSetComposition', { text: 'ge qi', selectionStart: 5, selectionEnd: 5 })
  await lab.cdp.send('Input.insertText', { text: '各旗' })
  await lab.settled('the composed words are there once', is([plain('各盟各旗行政公署、市人民政府')]))
  await eventually('the comment is drawn when composing ended', async () => (await marked()).endsWith('|署'), 5000)
  await page.keyboard.type('府')
  await lab.settled('the caret stayed behind the composed words', is([plain('各盟各旗府行政公署、市人民政府')]))
  await page.keyboard.press('Control+z')
  await page.keyboard.press('Control+z')
  await lab.settled('undo knows typing only', (blocks) => shown(blocks) === `0|${text}`)
})

const editsTable = scenario('a table by keyboard alone: in, through the cells, a new row, out, and undo over all of it', async () => {
  const lab = await openLab()
  const { page } = lab
  await lab.open([plain('前文'), plain('后文')])
  await page.evaluate(() => { window.lab.handle?.goTo({ block: 0, offset: 2 }); window.lab.handle?.insertTable(2, 2) })
  for (const word of ['单位', '金额', '甲局']) { await page.keyboard.type(word); await page.keyboard.press('Tab') }
  await compose(lab, ['y', 'yi', 'yi bai'], '一百')
  await lab.settled('four cells', is([plain('前文'), table([['单位', '金额'], ['甲局', '一百']]), plain('后文')]))
  await page.keyboard.press('Control+Enter')
  await page.keyboard.type('二百')
  await lab.settled('a row below', is([plain('前文'), table([['单位', '金额'], ['甲局', '一百'], ['', '二百']]), plain('后文')]))
  await page.keyboard.press('Control+z')
  await lab.settled('typing undone', is([plain('前文'), table([['单位', '金额'], ['甲局', '一百'], ['', '']]), plain('后文')]))
  await page.keyboard.press('Control+z')
  await lab.settled('row undone', is([plain('前文'), table([['单位', '金额'], ['甲局', '一百']]), plain('后文')]))
  await page.keyboard.press('Control+y')
  await lab.settled('row again', (blocks) => shown(blocks).includes('一百;,'))
  await page.keyboard.press('Escape')
  await page.keyboard.type('接')
  await lab.settled('Esc returns to the text behind', (blocks) => shown(blocks).endsWith('0|接后文'))
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.type('末')
  await lab.settled('the arrow goes in from below', (blocks) => shown(blocks).includes('一百;,末'))
  await page.keyboard.press('Alt+F10')
  must(await page.evaluate(() => document.activeElement?.textContent) === '上插行', 'Alt+F10 is not at the tools')
  for (let at = 0; at < 2; at++) await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await lab.settled('删行 by keyboard', is([plain('前文'), table([['单位', '金额'], ['甲局', '一百']]), plain('接后文')]))
  await page.keyboard.press('Escape')
  for (let at = 0; at < 12; at++) await page.keyboard.press('ArrowLeft')
  await page.keyboard.type('《')
  await lab.settled('arrows walk out at the front', (blocks) => blocks.length === 3)
})

const findsAndReplaces = scenario('find and replace in paragraphs, cells and captions: widths alike, counted, all replaced as one step', async () => {
  const lab = await openLab()
  const { page } = lab
  const before = [plain('按照（ABC）方案执行，ＡＢＣ为准。'), table([['ABC', '数'], ['abc', '1']], 'ABC情况表')]
  await lab.open(before)
  await page.keyboard.press('Control+f')
  await page.keyboard.type('abc')
  await page.getByText('第 1 处，共 5 处').waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('第 2 处，共 5 处').waitFor()
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.press('Shift+Enter')
  await page.getByText('已到开头，从末尾找起').waitFor()
  await eventually('five places are marked', async () =>
    await page.evaluate(() => [...(CSS.highlights.get('wk-found') ?? [])].length + [...(CSS.highlights.get('wk-current') ?? [])].length) === 5, 5000)
  await lab.shot('50-editor-find')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+h')
  await page.getByLabel('替换为').fill('甲方')
  await page.keyboard.press('Control+Enter')
  await lab.settled('all replaced', is([plain('按照（甲方）方案执行，甲方为准。'), table([['甲方', '数'], ['甲方', '1']], '甲方情况表')]))
  await page.getByText('已替换 5 处').waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+z')
  await lab.settled('one step back is all of it', is(before))
})

/** As Word puts it on the clipboard: list numbers and bullets of its own, headings that carry no number, styles everywhere. */
const wordHtml = `<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"><head><meta name=Generator content="Microsoft Word 15">
<!--[if gte mso 9]><xml><w:WordDocument><w:Zoom>0</w:Zoom></w:WordDocument></xml><![endif]--><style>p.MsoNormal{mso-style-parent:"";font-size:16.0pt}</style></head><body lang=ZH-CN>
<!--StartFragment-->
<p class=MsoNormal style='text-indent:32.0pt'><b style='mso-bidi-font-weight:normal'><span lang=EN-US style='font-family:仿宋'>2026</span></b><span style='font-family:
仿宋'>年防火工作安排
如下：</span><o:p></o:p></p>
<h1 style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>一、<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>总体要求</h1>
<p class=MsoListParagraph style='margin-left:21.0pt;mso-list:l1 level1 lfo2'><![if !supportLists]><span style='font-family:Wingdings'><span style='mso-list:Ignore'>&#61548;<span>&nbsp;</span></span></span><![endif]>加强值守</p>
<h2>工作目标</h2>
<p class=MsoNormal>（1）落实<a href="javascript:alert(1)">责任</a>；<span style='display:none;mso-hide:all'>隐藏的字</span></p>
<table class=MsoTableGrid border=1><tr><td><p align=center style='text-align:center'>单位</p></td><td><p>金额</p></td><td><p>备注</p></td></tr>
<tr><td rowspan=2><p>应急厅</p></td><td style='text-align:right'><p>1,250</p></td><td><p>第一批</p><p>已拨</p></td></tr><tr><td style='text-align:right'><p>860</p></td><td><p><o:p>&nbsp;</o:p></p></td></tr></table>
<p class=MsoNormal><img width=100 src="file:///C:/Users/x/image001.png"><img src="http://127.0.0.1:9/pixel.gif"></p>
<!--EndFragment--></body></html>`

const pastes = scenario('paste from Word, a web page and a spreadsheet: levels, tables and words only; nothing is fetched or run, what stays behind is said', async () => {
  const lab = await openLab()
  const { page } = lab
  await lab.open([plain('')])
  const asked = lab.requests.length
  await lab.paste({ 'text/html': wordHtml, 'text/plain': '纯文字' })
  const words = table([['单位', '金额', '备注'], ['应急厅', '1,250', '第一批已拨'], ['', '860', '']])
  await lab.settled('Word', is([plain('2026年防火工作安排如下：'), leveled(1, '总体要求'), plain('加强值守'), leveled(2, '工作目标'), leveled(4, '落实责任；'), words, plain('')]))
  const [pasted] = (await lab.read('blocks')).filter((block) => block.kind === 'table')
  must(pasted?.columns.map((column) => column.align).join() === 'left,right,left', `columns: ${pasted?.columns.map((column) => column.align).join()}`)
  const said = await page.locator('.wk-editor-note').innerText()
  must(said.includes('2 张图片') && said.includes('1 处合并单元格'), `said: ${said}`)
  must(lab.requests.length === asked, `fetched: ${lab.requests.slice(asked).join(', ')}`)
  await lab.shot('54-editor-pasted')
  await page.keyboard.press('Control+z')
  await lab.settled('one step back', is([plain('')]))

  await lab.open([plain('甲'), plain('乙')])
  await page.evaluate(() => window.lab.handle?.goTo({ block: 0, offset: 1 }))
  await lab.paste({ 'text/html': '<meta charset=utf-8><div onclick="alert(1)"><h1>标题</h1><script>window.hacked = 1</script><img src=x onerror="window.hacked = 1"><p>第一段</p><ul><li>项目</li></ul><iframe src="https://example.invalid"></iframe></div>' })
  await lab.settled('a web page', is([plain('甲标题'), plain('第一段'), plain('项目'), plain('乙')]))
  must(await page.evaluate(() => !('hacked' in window)), 'something of the clipboard ran')

  await lab.open([plain('')])
  await lab.paste({ 'text/plain': '名称\t数量\r\n灭火器\t12\r\n', 'text/html': '' })
  await lab.settled('a spreadsheet as text', is([table([['名称', '数量'], ['灭火器', '12']]), plain('')]))
  await page.locator('[data-place="1,1"]').click()
  await lab.paste({ 'text/html': '<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>', 'text/plain': 'a\tb\nc\td' })
  await lab.settled('cells into cells, the table grows', is([table([['名称', '数量', ''], ['灭火器', 'a', 'b'], ['', 'c', 'd']]), plain('')]))
})

const hostile = scenario('a hostile clipboard (10 MB, nested 100,000 deep, control characters) is refused or read as words, and never hangs', async () => {
  const lab = await openLab()
  const { page } = lab
  const timed = async (what: string, act: () => Promise<unknown>): Promise<void> => {
    const started = performance.now()
    await act()
    const took = performance.now() - started
    must(took < 6000, `${what} took ${Math.round(took)} ms`)
  }
  const huge = (make: string, text: string): Promise<void> => page.evaluate(({ source, words }) => {
    const transfer = new DataTransfer()
    transfer.setData('text/html', source === 'wide' ? '<p>字</p>'.repeat(1_300_000) : `${'<div>'.repeat(100_000)}深处${'</div>'.repeat(100_000)}`)
    transfer.setData('text/plain', words)
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }))
  }, { source: make, words: text })
  await lab.open([plain('原文')])
  await page.keyboard.press('End')
  await timed('10 MB of HTML', async () => {
    await huge('wide', '，补充')
    await lab.settled('its words are taken instead', is([plain('原文，补充')]))
  })
  must((await page.locator('.wk-editor-note').innerText()).includes('内容过大'), 'not said')
  await timed('100,000 nested elements', async () => {
    await huge('deep', '，深处')
    await lab.settled('its words are taken instead', is([plain('原文，补充，深处')]))
  })
  await lab.paste({ 'text/plain': 'a\u0000b' })
  await page.waitForFunction(() => window.lab.refused.some((message) => message.includes('控制字符')))
  await lab.paste({ 'application/x-wenshu-blocks': '[{"kind":"table","rows":"x"}]', 'text/plain': '' })
  await page.waitForFunction(() => window.lab.refused.length === 2)
  await lab.paste({ 'text/plain': '字'.repeat(20_001) })
  await page.waitForFunction(() => window.lab.refused.length === 3)
  await lab.settled('the text is as it was', is([plain('原文，补充，深处')]))
})

/** 1 × 1 red */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='

const pictures = scenario('pictures: pasted, inside HTML, captioned, sized, moved and deleted by keyboard; what is no picture is refused', async () => {
  const lab = await openLab()
  const { page } = lab
  const kinds = (wanted: string) => (blocks: readonly Block[]): boolean => blocks.map((block) => (block.kind === 'paragraph' ? block.text : block.kind === 'picture' ? `[${block.caption}${block.width}]` : '表')).join('|') === wanted
  await lab.open([plain('前'), plain('后')])
  await page.evaluate(() => window.lab.handle?.goTo({ block: 0, offset: 1 }))
  await lab.paste({}, [{ name: 'a.png', type: 'image/png', base64: png }])
  await lab.settled('a picture from the clipboard', kinds('前|[0]|后'))
  await page.keyboard.press('ArrowUp')
  must(await page.evaluate(() => document.activeElement?.hasAttribute('data-whole') === true), 'the arrow did not stop at the picture')
  await page.keyboard.press('Tab')
  await compose(lab, ['t', 'tu'], '图一')
  await lab.settled('its caption', kinds('前|[图一0]|后'))
  await page.keyboard.press('Tab')
  await page.keyboard.type('80')
  await page.keyboard.press('Enter')
  await lab.settled('its width', kinds('前|[图一80]|后'))
  await page.keyboard.press('Escape')
  await page.keyboard.press('Alt+ArrowDown')
  await lab.settled('moved down', kinds('前|后|[图一80]'))
  await page.keyboard.press('Alt+ArrowUp')
  await page.keyboard.press('Alt+ArrowUp')
  await lab.settled('moved up', kinds('[图一80]|前|后'))
  await lab.shot('55-editor-picture')
  await page.keyboard.press('Delete')
  await lab.settled('deleted', kinds('前|后'))
  await page.keyboard.press('Control+z')
  await lab.settled('and back', kinds('[图一80]|前|后'))
  await page.evaluate(() => window.lab.handle?.goTo({ block: 2, offset: 1 }))
  await lab.paste({ 'text/html': `<p>甲</p><img alt="示意图" src="data:image/png;base64,${png}"><p>乙</p>` })
  await lab.settled('a picture inside HTML', kinds('[图一80]|前|后甲|[示意图0]|乙'))
  await lab.paste({}, [{ name: 'a.png', type: 'image/png', base64: btoa('no picture at all') }])
  await page.waitForFunction(() => window.lab.refused.length === 1)
  await lab.settled('rubbish is refused', kinds('[图一80]|前|后甲|[示意图0]|乙'))
})

const copies = scenario('copy, cut and paste inside: levels, tables and pictures come back as they were, other programs get words with numbers', async () => {
  const lab = await openLab()
  const { page } = lab
  const text = [leveled(1, '总体要求'), leveled(2, '目标'), table([['甲', '乙'], ['1', '2']], '表题'), plain('完')]
  await lab.open(text)
  const taken = (kind: 'copy' | 'cut'): Promise<Record<string, string>> => page.evaluate((name) => {
    const transfer = new DataTransfer()
    document.activeElement?.dispatchEvent(new ClipboardEvent(name, { clipboardData: transfer, bubbles: true, cancelable: true }))
    return Object.fromEntries([...transfer.types].map((type) => [type, transfer.getData(type)]))
  }, kind)
  await page.keyboard.press('Control+a')
  const copied = await taken('copy')
  must(copied['text/plain'] === '一、总体要求\n（一）目标\n表题\n甲\t乙\n1\t2\n完', `plain: ${copied['text/plain']}`)
  must(copied['text/html']?.includes('<th>甲</th>') === true && !copied['text/html'].includes('style'), `html: ${copied['text/html']}`)
  const cut = await taken('cut')
  await lab.settled('all is cut', (blocks) => shown(blocks).replaceAll(/[\d|\n]/gu, '') === '')
  await lab.paste(cut)
  await lab.settled('and pasted', (blocks) => shown(blocks.filter((block) => block.kind !== 'paragraph' || block.text !== '')) === shown(text))
  await lab.open([plain('只取其中几个字')])
  await page.evaluate(() => window.lab.handle?.select({ block: 0, start: 2, end: 4 }))
  must((await taken('copy'))['text/plain'] === '其中', 'part of a line')
})

const reachable = scenario('the editor with a table, a picture and the find panel: axe finds nothing, Tab is no trap, the handle replaces exactly', async () => {
  const lab = await openLab()
  const { page } = lab
  await lab.open([leveled(1, '总体要求'), table([['甲', '乙'], ['1', '2']], '表题'), plain('完')])
  await lab.paste({}, [{ name: 'a.png', type: 'image/png', base64: png }])
  await page.keyboard.press('Control+h')
  await page.locator('[data-place="1,1"]').click()
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze()
  must(violations.length === 0, violations.map((violation) => `${violation.id}: ${violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`).join('\n'))
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  for (let at = 0; at < 40; at++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate(() => document.activeElement?.textContent === '后')) break
    must(at < 39, `Tab never leaves the editor: ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200) ?? '')}`)
  }
  await page.evaluate(() => window.lab.handle?.replaceText({ block: 1, start: 3, end: 4 }, '丙'))
  await lab.settled('a cell by its offset in the table', (blocks) => shown(blocks).includes('表[表题]丙,乙;1,2'))
  await page.evaluate(() => window.lab.handle?.replaceText({ block: 0, start: 2, end: 4 }, '目标'))
  await lab.settled('a paragraph', (blocks) => shown(blocks).startsWith('1|总体目标'))
  await page.evaluate(() => window.lab.handle?.select({ block: 1, start: 5, end: 6 }))
  const selection = await page.evaluate(() => window.lab.handle?.selection())
  must(JSON.stringify(selection) === JSON.stringify({ block: 1, start: 5, end: 6 }), `selection: ${JSON.stringify(selection)}`)
  must(JSON.stringify(await lab.read('caret')) === JSON.stringify({ block: 1, offset: 6 }), `caret: ${JSON.stringify(await lab.read('caret'))}`)
})

const onlyTable = scenario('a text that is a table alone is entered and left by keyboard, and text goes on before and behind it', async () => {
  const lab = await openLab()
  const { page } = lab
  await lab.open([table([['甲', '乙'], ['1', '2']])])
  await page.getByRole('button', { name: '前', exact: true }).focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.type('新')
  await lab.settled('in', is([table([['甲', '乙新'], ['1', '2']])]))
  await page.keyboard.press('Escape')
  await page.keyboard.type('后文')
  await lab.settled('behind', is([table([['甲', '乙新'], ['1', '2']]), plain('后文')]))
  await page.keyboard.press('Home')
  // The browser reports a moved caret a moment later; no hand is quicker.
  await page.waitForTimeout(50)
  await page.keyboard.press('Backspace')
  await page.keyboard.type('格')
  await lab.settled('backspace goes in and takes nothing away', is([table([['甲', '乙新'], ['1', '2格']]), plain('后文')]))
  for (let at = 0; at < 3; at++) await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.type('前文')
  await lab.settled('before', is([plain('前文'), table([['甲', '乙新'], ['1', '2格']]), plain('后文')]))
})

const inTheDesk = scenario('in the drafting desk: a table is set on the page as it is typed, its Ctrl+Enter is its own, the words are counted, and all of it is saved', async (office) => {
  const desk = await office.desk('qiqige')
  const { page } = desk
  await desk.go('#/drafting')
  await page.getByRole('button', { name: /^通知/ }).click()
  await page.getByLabel('标题', { exact: true }).fill('关于表格的通知')
  await bodyOf(page).click()
  await page.keyboard.press('Control+a')
  await page.keyboard.type('现将安排印发给你们。')
  await page.getByRole('button', { name: '插入表格', exact: true }).click()
  await page.getByRole('button', { name: '插入', exact: true }).click()
  await page.locator('[data-place="0,0"]').waitFor()
  await eventually('the first cell has the focus', async () => await page.evaluate(() => document.activeElement?.getAttribute('data-place')) === '0,0')
  for (const word of ['序号', '单位', '金额', '备注', '1']) { await page.keyboard.type(word); await page.keyboard.press('Tab') }
  await page.keyboard.type('自治区应急管理厅')
  const rows = await page.locator('.wk-table tr').count()
  await page.keyboard.press('Control+Enter')
  await eventually('a row more', async () => await page.locator('.wk-table tr').count() === rows + 1)
  must(await page.locator('.ant-drawer-open').count() === 0, 'Ctrl+Enter in a table sends the document')
  await eventually('the page shows the table', async () => await page.locator('.wk-drafting-pages svg text').filter({ hasText: '自治区应急管理厅' }).count() > 0)
  // Title 7, sentence 9, cells 2 + 2 + 2 + 2 + 1 + 8.
  await page.locator('.wk-status').getByText('33 字').waitFor()
  await desk.shot('56-desk-table')
  await page.keyboard.press('Control+f')
  await page.getByLabel('查找', { exact: true }).fill('应急')
  await page.getByText('第 1 处，共 1 处').waitFor()
  await desk.shot('57-desk-find')
  await page.keyboard.press('Escape')
  must(await page.evaluate(() => String(getSelection())) === '应急', 'closing does not leave the caret at the match')
  await eventually('saved at the server', async () => {
    const [row] = await office.server.db.query<{ state: { readonly drafts?: readonly unknown[] } }>("select state from aggregate where kind = 'document' and state->>'title' = '关于表格的通知'")
    return (row?.state.drafts?.length ?? 0) > 0
  })
  await desk.reopen()
  await openUnfinished(desk, '关于表格的通知')
  await page.locator('.wk-table').getByText('自治区应急管理厅').waitFor()
  const { violations } = await new AxeBuilder({ page }).include('.wk-editor').withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze()
  must(violations.length === 0, violations.map((violation) => `${violation.id}: ${violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`).join('\n'))
})

export const editing: readonly Scenario[] = [composing, composingWithFindings, editsTable, findsAndReplaces, pastes, hostile, pictures, copies, onlyTable, reachable, inTheDesk]
