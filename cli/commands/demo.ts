/** wenshu demo: the whole main job without a screen, with real server, real clients and real signatures (主线演示). */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { progress, readOptions, type CommandModule } from '../command.ts'
import { noticeFor } from '../demo/notice.ts'
import { openCast } from '../demo/cast.ts'
import { openRelay } from '../demo/relay.ts'
import { playMainJob, type StepReport } from '../demo/steps.ts'
import { deliver } from '../demo/deliver.ts'
import { loadFaces } from '../fonts.ts'
import { launchServer } from '../server.ts'

const builtIn = join(import.meta.dirname, '..', '..', 'resources', 'demo', '草原防火专项行动方案.txt')

/** UTF-8, at most 4 MB; the reason in words otherwise. */
const readText = async (path: string): Promise<{ readonly text: string } | { readonly problem: string }> => {
  let bytes: Uint8Array
  try { bytes = await readFile(path) } catch (error) {
    return { problem: `无法读取 ${path}：${error instanceof Error && 'code' in error ? String(error.code) : String(error)}` }
  }
  if (bytes.length > 4_000_000) return { problem: `文本过大（${Math.round(bytes.length / 1_000_000)} MB，上限 4 MB）` }
  try { return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) } } catch { return { problem: `${path} 不是 UTF-8 文本` } }
}

const wait = async (what: string, done: () => Promise<boolean>): Promise<void> => {
  const started = performance.now()
  while (!(await done())) {
    if (performance.now() - started > 60_000) throw new Error(`等待“${what}”超过一分钟`)
    await new Promise((next) => setTimeout(next, 100))
  }
}

export const { help, run }: CommandModule = {
  help: (language) => language === 'en'
    ? 'wenshu demo [--input TEXT] --out DIR\n  Leaves the sealed PDF, package/, trust/ and report.json under DIR. Exit: 0 only if every step’s own verification passed.'
    : 'wenshu demo [--input 文本] --out 目录\n  以该文本为附件印发一份通知：拟稿、核稿、会签、断网签发、编号、用印、封发、签收、归档、验证。\n  在目录中留下 正本.pdf、package/、trust/、report.json。退出码：每一步自检都通过才为 0。',
  run: async (argv) => {
    const { values } = readOptions(argv, { input: { type: 'string', default: builtIn }, out: { type: 'string' }, json: { type: 'boolean', default: false } })
    if (values.out === undefined) {
      process.stderr.write('请用 --out 指定输出目录\n')
      return 1
    }
    const out = resolve(values.out)
    const input = await readText(values.input)
    if ('problem' in input) {
      process.stderr.write(`${input.problem}\n`)
      return 1
    }
    const notice = noticeFor(input.text)
    if (!notice.ok) {
      process.stderr.write(`文本不能作为附件：${notice.error}\n`)
      return 1
    }
    await mkdir(dirname(out), { recursive: true })
    const work = await mkdtemp(join(tmpdir(), 'wenshu-demo-'))
    const steps: StepReport[] = []
    let failure: string | null = null
    const quiet = (level: string, message: string): void => { if (level === 'error') progress(message) }
    progress('正在启动服务器和九个客户端……')
    const server = await launchServer({ dataDir: join(work, 'server'), port: 0, demo: true, log: quiet })
    const relay = await openRelay(server.url)
    const cast = await openCast({ serverUrl: server.url, leaderUrl: relay.url, profilesDir: join(work, 'profiles'), fonts: (await loadFaces()).fonts })
    try {
      const report = (step: StepReport): void => {
        steps.push(step)
        progress(`${step.verified ? '✓' : '✗'} ${step.step}（${step.person}，${step.milliseconds} 毫秒）`)
      }
      const documentId = await playMainJob(cast.people, notice.value, relay, wait, report)
      await deliver({ out, serverUrl: server.url, archivist: cast.people.wuyunna, documentId, report })
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error)
      if (process.env['WENSHU_DEBUG'] !== undefined && error instanceof Error) progress(error.stack ?? '')
    } finally {
      await cast.close()
      await relay.close()
      await server.close()
      await rm(work, { recursive: true, force: true })
    }
    const ok = failure === null && steps.every((step) => step.verified)
    const report = { schema: 'wenshu.demo/1', ok, failure, input: values.input === builtIn ? null : values.input, steps }
    await mkdir(out, { recursive: true })
    await writeFile(join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
    if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`)
    else process.stdout.write(ok ? `全部${steps.length}步通过，交付物在 ${out}\n` : `未通过：${failure ?? '有步骤自检失败'}（详见 ${join(out, 'report.json')}）\n`)
    return ok ? 0 : 1
  },
}
