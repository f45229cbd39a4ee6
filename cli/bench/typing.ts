/** From a key to the painted page in a text of 50 pages (按键到版面): the scenario of the end-to-end suite in a real browser, measured now. */
import { spawnSync } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { progress } from '../command.ts'
import type { Bench } from './figure.ts'

const root = join(import.meta.dirname, '..', '..')

/** Where the scenario leaves its figures. */
export const typingFile = join(root, 'test-results', 'e2e', 'typing.json')

/** Times in ms; `processor` and `floor` of the page's main thread for one key, here and in a bare paragraph of the same browser. */
export type Typing = {
  readonly pages: number
  readonly keys: number
  /** of the machine in the last minute */
  readonly load: number
  /** p95 by the clock, as is `painted` */
  readonly layout: number
  readonly painted: number
  readonly paintedMedian: number
  readonly processor: number
  readonly floor: number
}

export const typing: Bench = {
  name: 'typing',
  run: async () => {
    await rm(typingFile, { force: true })
    const played = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'tests', 'e2e', 'run.ts'), 'D6'], { cwd: root, encoding: 'utf8', timeout: 600_000 })
    const text = await readFile(typingFile, 'utf8').catch(() => null)
    if (text === null) {
      progress(`未测量按键：${(played.stdout + played.stderr).trim().split('\n').at(-1) ?? ''}`)
      return []
    }
    const { pages, layout, painted, paintedMedian, processor, floor, load } = JSON.parse(text) as Typing
    const where = `${pages} 页，负载 ${load.toFixed(1)}`
    return [
      { name: `按键后重排（${where}，第 95 百分位）`, value: layout, unit: '毫秒', peer: null, budget: { text: '< 16 毫秒', met: layout < 16 } },
      { name: `按键到画出（${where}，第 95 百分位）`, value: painted, unit: '毫秒', peer: null, budget: { text: '< 50 毫秒', met: painted < 50 } },
      { name: '同上，中位', value: paintedMedian, unit: '毫秒', peer: null, budget: null },
      { name: '每键处理器时间（页面主线程）', value: processor, unit: '毫秒', peer: { name: '同一浏览器的空段落', value: floor }, budget: null },
    ]
  },
}
