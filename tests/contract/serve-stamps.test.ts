/** A server started by the command line, sealing with a time-stamp service that has a root of its own. Rules T16, S2, PP2. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SealEntry } from '#core/sync'
import { placeEmptyDatabase } from '../harness/emptyDatabase.ts'
import type { TestServer } from '../harness/server.ts'
import { startStamping, type StampingHost } from '../harness/stamping.ts'
import { openRegion } from './server/region.ts'

const cli = fileURLToPath(new URL('../../cli/wenshu.ts', import.meta.url))
const argv = ['--disable-warning=ExperimentalWarning', cli]
const environment = { ...process.env, WENSHU_OPEN_FONTS: '1', WENSHU_LOG: 'error' }
const folder = mkdtempSync(join(tmpdir(), 'wenshu-serve-stamps-'))
const inside = (name: string): string => join(folder, name)

describe('T16 wenshu serve with a time-stamp service', () => {
  let stamping: StampingHost
  let served: ChildProcess
  let said = ''
  let url = ''
  beforeAll(async () => {
    stamping = await startStamping()
    mkdirSync(inside('trust'))
    writeFileSync(inside('tsa.pem'), stamping.trust)
    writeFileSync(join(folder, 'trust', 'tsa.pem'), stamping.trust)
    mkdirSync(inside('data'))
    placeEmptyDatabase(inside('data'))
    served = spawn(process.execPath, [...argv, 'serve', '--demo', '--json', '--data', inside('data'), '--port', '0',
      '--time-stamps', stamping.url, '--time-stamp-trust', inside('tsa.pem'), '--pdf-level', 'LTA'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    served.stderr?.on('data', (chunk: Buffer) => { said += chunk.toString() })
    url = await new Promise<string>((resolve, reject) => {
      let output = ''
      served.stdout?.on('data', (chunk: Buffer) => {
        output += chunk.toString()
        if (output.includes('\n')) resolve((JSON.parse(output) as { url: string }).url)
      })
      served.on('exit', (code) => reject(new Error(`serve ended with ${code}: ${said}`)))
    })
  }, 120_000)
  afterAll(async () => {
    const gone = new Promise((resolve) => { served.on('exit', resolve) })
    served.kill('SIGTERM')
    expect(await gone).toBe(0)
    await stamping.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('seals a PDF at B-LTA and an OFD with a stamped time; strangers verify both from roots alone', async () => {
    const settled = () => expect.poll(async () => ((await (await fetch(`${url}/v1/health`)).json()) as { jobs: { waiting: number } }).jobs.waiting, { timeout: 60_000 }).toBe(0)
    // A process of its own has no database that could be asked; the embedded one serves what is committed.
    const region = openRegion({ url, settled, db: { query: () => Promise.resolve([{ end: '0', served: true }]) } } as unknown as TestServer)
    const id = await region.composed()
    const clerk = await region.on('sunli')
    await clerk.enrolKey()
    await clerk.pull()
    // The keys of the seals are made right after the start. What was signed for the entry of before is thrown away by S9, and stamped anew.
    const made = async () => ((await clerk.call('GET', '/v1/seals')).body as { seals: SealEntry[] }).seals.find((seal) => seal.id === 'nmg-bgt-seal')?.made ?? null
    await expect.poll(made, { timeout: 60_000 }).not.toBe(null)
    expect(await clerk.send({ type: 'document.seal', documentId: id, purpose: 'issue', sealId: 'nmg-bgt-seal', signature: await clerk.sealOrder(id) })).toMatchObject({ status: 'accepted' })
    await clerk.pull()
    // Stamp of the seal and of the evidence in the PDF, stamp of the seal in the OFD.
    expect(stamping.asked()).toBe(3)
    const save = async (hash: string | undefined, name: string): Promise<string> => {
      const response = await fetch(`${url}/v1/blobs/${hash ?? ''}`, { headers: { 'wenshu-wire': '1', authorization: `Bearer ${clerk.session?.accessToken}` } })
      writeFileSync(inside(name), new Uint8Array(await response.arrayBuffer()))
      return inside(name)
    }
    const { seal } = clerk.state(id)
    const files = [await save(seal?.sealedHash, 'sealed.pdf'), await save(seal?.sealedOfdHash, 'sealed.ofd')]
    const trust = (await (await fetch(`${url}/v1/trust`)).json()) as Record<string, unknown>
    const pems = Object.values(trust).filter((value): value is string => typeof value === 'string' && value.includes('-----BEGIN'))
    expect(pems.length).toBeGreaterThan(0)
    for (const [nth, pem] of pems.entries()) writeFileSync(join(folder, 'trust', `server-${nth}.pem`), pem)
    const verify = (path: string, ...more: string[]) => spawnSync(process.execPath, [...argv, 'verify', path, '--json', ...more], { encoding: 'utf8', env: environment })
    const found = files.map((path) => {
      const { status, stdout } = verify(path, '--trust', inside('trust'))
      const report = JSON.parse(stdout) as { verdict: string; signatures: { timeSource: string }[] }
      return [status, report.verdict, report.signatures.map((signature) => signature.timeSource)]
    })
    expect(found).toEqual([[0, 'valid', ['timestamp', 'timestamp']], [0, 'valid', ['timestamp']]])
    // The PDF carries its evidence: it holds when every list outside has run out.
    expect(verify(files[0]!, '--trust', inside('trust'), '--at', '2040-01-01T00:00:00Z').status).toBe(0)
    expect(verify(files[0]!).status).toBe(4)
  }, 180_000)

  it('says at the start what seals will carry, and nothing starts with a wrong value', () => {
    expect(said).toContain(`用印：时间戳服务 ${stamping.url}，PDF 为 B-LTA 级`)
    const refused = spawnSync(process.execPath, [...argv, 'serve', '--data', inside('none'), '--time-stamps', 'maybe'], { encoding: 'utf8', env: environment })
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('--time-stamps 不正确：maybe')])
  })
})
