/** One server and people at their own desks (端到端试验环境): a profile, a host, a browser and a cable for each. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page } from 'playwright'
import type { Carriers } from '#main/host'
import { startLoopback, type RunningLoopback } from '#main/loopback'
import type { Server } from '#server'
import { launchServer } from '../../cli/server.ts'
import { startTcpProxy, type TcpProxy } from '../harness/tcpProxy.ts'

const root = join(import.meta.dirname, '..', '..')
export const rendererDir = join(root, 'out', 'renderer')
export const shotsDir = join(root, 'test-results', 'e2e')
export const password = 'Wenshu-demo-2026'
export const pin = '20261124'

export type Desk = {
  readonly account: string
  readonly page: Page
  readonly context: BrowserContext
  readonly cable: TcpProxy
  readonly host: RunningLoopback
  readonly profileDir: string
  readonly browserDir: string
  /** console errors and uncaught exceptions of the page; a scenario that expects some takes them out */
  readonly complaints: string[]
  readonly shot: (name: string) => Promise<void>
  /** the same screen again, as after closing and opening the window */
  readonly reopen: () => Promise<void>
  readonly go: (hash: string) => Promise<void>
}

export type Office = {
  readonly server: Server
  readonly shiftClock: (milliseconds: number) => void
  readonly desk: (account: string, options?: { readonly signIn?: boolean; readonly serverUrl?: string; readonly profile?: string; readonly carriers?: Carriers }) => Promise<Desk>
  /** pictures and complaints of every desk, for a scenario that failed */
  readonly witness: () => Promise<string>
  readonly close: () => Promise<void>
}

export const signIn = async (page: Page, account: string, secret = password): Promise<void> => {
  const fields = page.locator('input')
  await page.locator('input[type=password]').waitFor()
  if (await fields.count() > 1) await fields.nth(0).fill(account)
  await page.locator('input[type=password]').fill(secret)
  await page.keyboard.press('Enter')
}

export const openOffice = async (executablePath: string): Promise<Office> => {
  const folder = mkdtempSync(join(tmpdir(), 'wenshu-e2e-'))
  mkdirSync(shotsDir, { recursive: true })
  process.env['WENSHU_OPEN_FONTS'] = '1'
  let offset = 0
  const server = await launchServer({ dataDir: join(folder, 'server'), port: 0, demo: true, clock: () => new Date(Date.now() + offset), log: () => undefined })
  const desks = new Map<string, Desk>()
  const closers: (() => Promise<unknown>)[] = []

  const desk: Office['desk'] = async (account, options = {}) => {
    const profile = options.profile ?? account
    const open = desks.get(profile)
    if (open !== undefined) {
      open.cable.restore()
      return open
    }
    const cable = await startTcpProxy(Number(new URL(options.serverUrl ?? server.url).port))
    const host = await startLoopback({ profile, profilesDir: join(folder, 'profiles'), serverUrl: cable.url, rendererDir, pokePause: { first: 200, longest: 1000 }, ...(options.carriers === undefined ? {} : { carriers: options.carriers }) })
    const browserDir = join(folder, 'browsers', profile)
    const context = await chromium.launchPersistentContext(browserDir, {
      executablePath, headless: true, viewport: { width: 1440, height: 900 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    })
    const page = context.pages()[0] ?? await context.newPage()
    page.setDefaultTimeout(30_000)
    const complaints: string[] = []
    page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()) })
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(host.url)
    if (options.signIn !== false) {
      await signIn(page, account)
      await page.locator('.ws-chip', { hasText: '在线' }).waitFor()
    }
    const opened: Desk = {
      account, page, context, cable, host, profileDir: join(folder, 'profiles', profile), browserDir, complaints,
      shot: async (name) => { await page.screenshot({ path: join(shotsDir, `${name}.png`) }) },
      reopen: async () => {
        // The same address with another fragment would not load anything.
        await page.goto('about:blank')
        await page.goto(await host.launchUrl())
        if (await page.locator('input[type=password]').or(page.getByRole('navigation').first()).first().waitFor().then(() => page.locator('input[type=password]').count()) > 0) await signIn(page, account)
        await page.getByRole('navigation').first().waitFor()
      },
      go: async (hash) => {
        await page.evaluate((target) => {
          window.history.pushState(null, '', target)
          window.dispatchEvent(new PopStateEvent('popstate'))
        }, hash)
      },
    }
    desks.set(profile, opened)
    closers.push(async () => {
      await context.close()
      await host.close()
      await cable.close()
    })
    return opened
  }
  return {
    server, desk,
    shiftClock: (milliseconds) => { offset += milliseconds },
    witness: async () => {
      const lines: string[] = []
      for (const [name, open] of desks) {
        await open.page.screenshot({ path: join(shotsDir, `failed-${name}.png`) }).catch(() => undefined)
        if (open.complaints.length > 0) lines.push(`${name}: ${open.complaints.splice(0).slice(-5).join(' · ')}`)
      }
      return lines.join('\n')
    },
    close: async () => {
      for (const close of closers) await close().catch(() => undefined)
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
