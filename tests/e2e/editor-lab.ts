/** Builds the editor's page, serves it under the product's own policy, and opens it in Chromium (编辑器试验台). */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import react from '@vitejs/plugin-react'
import { chromium, type CDPSession, type Page } from 'playwright'
import { build } from 'vite'
import type { Block, Paragraph } from '#core/document'
import { pageHeaders, withNonce } from '#main/transport'
import type { EditorLab } from './editor-page.tsx'
import { shotsDir } from './office.ts'
import { eventually, must } from './scenario.ts'

const root = join(import.meta.dirname, '..', '..')
const html = '<!doctype html><html lang="zh-CN"><head><title>正文编辑</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/page.css"></head><body><div id="root"></div><script type="module" src="/page.js"></script></body></html>'
const sheet = '.lab { height: 100vh; display: flex; flex-direction: column; padding: 8px; } .lab-sheet { flex: 1 1 auto; min-height: 0; overflow: auto; border: 1px solid var(--line); background: var(--surface); }'

export type Lab = {
  readonly page: Page
  readonly cdp: CDPSession
  readonly requests: readonly string[]
  readonly complaints: string[]
  readonly open: (blocks: readonly Block[]) => Promise<void>
  readonly read: <K extends 'blocks' | 'caret' | 'told' | 'refused'>(what: K) => Promise<EditorLab[K]>
  readonly settled: (what: string, holds: (blocks: readonly Block[]) => boolean) => Promise<void>
  /** a clipboard as another program would give it */
  readonly paste: (data: Readonly<Record<string, string>>, files?: readonly { readonly name: string; readonly type: string; readonly base64: string }[]) => Promise<void>
  readonly shot: (name: string) => Promise<void>
}

export const plain = (text: string): Paragraph => ({ kind: 'paragraph', level: 0, number: null, text })
export const leveled = (level: 1 | 2 | 3 | 4, text: string): Paragraph => ({ kind: 'paragraph', level, number: null, text })

/** The texts of all blocks, tables as rows of cells. */
export const shown = (blocks: readonly Block[]): string => blocks.map((block) => {
  switch (block.kind) {
    case 'paragraph': return `${block.level}${block.number ?? ''}|${block.text}`
    case 'table': return `表[${block.caption}]${block.rows.map((row) => row.join(',')).join(';')}`
    case 'picture': return `图[${block.caption}]`
  }
}).join('\n')

let opened: Promise<Lab> | null = null

/** One lab serves all scenarios of a run; the process ends it. */
export const openLab = (): Promise<Lab> => (opened ??= start())

const start = async (): Promise<Lab> => {
  const folder = mkdtempSync(join(tmpdir(), 'wenshu-editor-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(shotsDir, { recursive: true })
  await build({
    root, configFile: false, logLevel: 'error', plugins: [react()], publicDir: false,
    build: { outDir: folder, emptyOutDir: true, target: 'es2023', cssCodeSplit: false, minify: false, rolldownOptions: { input: join(import.meta.dirname, 'editor-page.tsx'), output: { entryFileNames: 'page.js', assetFileNames: 'page[extname]' } } },
  })
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0]!
    const file = join(folder, path)
    const [body, type] = path === '/' ? [withNonce(html, 'lab'), 'text/html; charset=utf-8'] as const
      : !existsSync(file) ? ['', 'text/plain'] as const
      : path.endsWith('.css') ? [`${readFileSync(join(root, 'renderer', 'app', 'style.css'), 'utf8')}${readFileSync(file, 'utf8')}${sheet}`, 'text/css'] as const : [readFileSync(file, 'utf8'), extname(path) === '.js' ? 'text/javascript' : 'text/plain'] as const
    response.writeHead(body === '' ? 404 : 200, { ...pageHeaders('lab'), 'content-type': type }).end(body)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  server.unref()
  const executablePath = [process.env['WENSHU_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path !== undefined && path !== '' && existsSync(path))
  const browser = await chromium.launch({ executablePath, headless: true, args: ['--no-sandbox', '--disable-gpu'] } as Parameters<typeof chromium.launch>[0])
  const context = await browser.newContext({ viewport: { width: 900, height: 900 }, locale: 'zh-CN' })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()) })
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message))
  page.on('request', (request) => requests.push(request.url()))
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await page.waitForFunction(() => window.lab?.handle !== null)
  const cdp = await context.newCDPSession(page)
  const read: Lab['read'] = (what) => page.evaluate((name) => window.lab[name], what) as never
  return {
    page, cdp, requests, complaints, read,
    open: async (blocks) => {
      complaints.length = 0
      await page.evaluate((given) => { window.lab.handle = null; window.lab.open(given) }, blocks)
      await page.waitForFunction(() => window.lab.handle !== null)
      await page.evaluate(() => window.lab.handle?.focus())
    },
    settled: async (what, holds) => {
      await eventually(what, async () => holds(await read('blocks')), 5000).catch(async (error: unknown) => {
        throw new Error(`${error instanceof Error ? error.message : String(error)}; the text is:\n${shown(await read('blocks'))}\n${complaints.join('\n')}`)
      })
      must(complaints.length === 0, complaints.join('\n'))
    },
    paste: async (data, files = []) => {
      await page.evaluate(({ given, pictures }) => {
        const transfer = new DataTransfer()
        for (const [type, value] of Object.entries(given)) transfer.setData(type, value)
        for (const { name, type, base64 } of pictures) transfer.items.add(new File([Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0))], name, { type }))
        document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }))
      }, { given: data, pictures: files })
    },
    shot: async (name) => { await page.screenshot({ path: join(shotsDir, `${name}.png`) }) },
  }
}
