/**
 * The client in the real Electron (桌面端到端): the built main process, preload and renderer. Runs where Electron's binary is
 * installed and a display can be had, and otherwise says loudly that it did not. Last line: `N passed, N failed, N skipped`.
 */
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { _electron, type ElectronApplication, type Page } from 'playwright'
import { methodNames } from '#core/desktop'
import { account, password, startFakeServer } from '../contract/desktop.fixture.ts'
import { skipLoudly } from '../harness/skips.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Where `electron` keeps its binary after its download; asking the package itself would start one. */
const binary = (): string | null => {
  const given = process.env['WENSHU_ELECTRON']
  if (given !== undefined && existsSync(given)) return given
  const note = join(root, 'node_modules/electron/path.txt')
  const path = existsSync(note) ? join(root, 'node_modules/electron/dist', readFileSync(note, 'utf8').trim()) : null
  return path !== null && existsSync(path) ? path : null
}

type Check = { readonly title: string; readonly run: (page: Page, app: ElectronApplication) => Promise<void> }

const equal = (found: unknown, wanted: unknown): void => {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) throw new Error(`found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`)
}

/** In the page: the code of one call's answer, as a screen sees it. */
const call = (page: Page, method: string, input: unknown): Promise<string> =>
  page.evaluate(async ([name, value]) => {
    const { wenshu } = window as unknown as { wenshu: { call: (method: unknown, input: unknown) => Promise<{ ok: boolean; error?: { code: string } }> } }
    const result = await wenshu.call(name, value)
    return result.ok ? 'ok' : (result.error?.code ?? '')
  }, [method, input] as const)

const checks: readonly Check[] = [
  {
    title: 'the window is our page, sandboxed and isolated',
    run: async (page) => {
      equal(new URL(page.url()).host, 'wenshu')
      equal(await page.evaluate(() => ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron'].filter((name) => name in window)), [])
      equal(await page.evaluate(() => Object.keys((window as unknown as { wenshu: object }).wenshu).sort()), ['call', 'on'])
      equal(await page.evaluate(() => isSecureContext && 'indexedDB' in window && crypto.subtle !== undefined), true)
    },
  },
  {
    title: 'every method refuses input that is not its own; unknown methods are unknown',
    run: async (page) => {
      for (const method of methodNames.filter((name) => name !== 'blobs.put')) equal([method, await call(page, method, { surplus: 1 })], [method, 'invalid_input'])
      for (const name of ['toString', 'nothing', '']) equal([name, await call(page, name, {})], [name, 'unknown_method'])
    },
  },
  {
    title: 'signing in, saving and reading back go through the channel',
    run: async (page) => {
      equal(await call(page, 'journal.pending', {}), 'signed_out')
      equal(await call(page, 'session.signIn', { account, password }), 'ok')
      equal(await call(page, 'drafts.save', { documentId: 'doc-1', json: '{}' }), 'ok')
      equal(await call(page, 'drafts.list', {}), 'ok')
    },
  },
  {
    title: 'the window goes nowhere else and opens nothing',
    run: async (page, app) => {
      const before = page.url()
      await page.evaluate(() => { window.location.href = 'https://example.org/' })
      await page.evaluate(() => window.open('file:///etc/passwd'))
      await page.waitForTimeout(500)
      equal(page.url(), before)
      equal(app.windows().length, 1)
    },
  },
]

const found = binary()
const absent = found === null
  ? 'Electron’s binary is not installed: npx electron --version fetches it where its host can be reached, or set WENSHU_ELECTRON'
  : existsSync(join(root, 'out/main/electron.js')) ? null : 'out/main/electron.js is not built: npm run build'

if (found === null || absent !== null) {
  skipLoudly('Electron', absent ?? '')
  console.log(`none run, ${checks.length} skipped`)
} else {
  const folder = await mkdtemp(join(tmpdir(), 'wenshu-electron-'))
  const server = await startFakeServer()
  let passed = 0
  let failed = 0
  try {
    const app = await _electron.launch({
      executablePath: found, cwd: root, timeout: 60_000,
      args: ['.', '--profile=test', `--server=${server.url}`, `--user-data-dir=${folder}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    })
    const page = await app.firstWindow()
    await page.waitForLoadState('domcontentloaded')
    for (const { title, run } of checks) {
      try {
        await run(page, app)
        passed++
        console.log(`ok   ${title}`)
      } catch (error) {
        failed++
        console.log(`FAIL ${title}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
    await app.close()
  } catch (error) {
    failed += checks.length - passed - failed
    console.log(`FAIL Electron did not start: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
  console.log(`${passed} passed, ${failed} failed, 0 skipped`)
  process.exitCode = failed === 0 ? 0 : 1
}
