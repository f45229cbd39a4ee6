/** One archive package verified by a stranger (归档包验证), as a process with its start. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { quantile, type Bench } from './figure.ts'
import { inFolder, nodeFlags, wenshu } from './place.ts'

const runs = 7

export const verification: Bench = {
  name: 'verify',
  run: () => inFolder(async (folder) => {
    const out = join(folder, 'out')
    const made = spawnSync(process.execPath, [...nodeFlags, wenshu, 'demo', '--out', out], { encoding: 'utf8' })
    if (made.status !== 0) throw new Error(`归档包未能生成：${made.stderr.slice(-500)}`)
    const taken: number[] = []
    for (let run = 0; run < runs; run += 1) {
      const started = performance.now()
      const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeFlags, wenshu, 'verify', join(out, 'package'), '--trust', join(out, 'trust')], { encoding: 'utf8' })
      taken.push((performance.now() - started) / 1000)
      if (status !== 0) throw new Error(`验证未通过：${stdout}${stderr}`)
    }
    const median = quantile(taken, 0.5)
    return [
      { name: `wenshu verify 一个归档包（含进程启动，${runs}次中位）`, value: median, unit: '秒', peer: null, budget: { text: '< 2 秒', met: median < 2 } },
      { name: '同上，最慢', value: Math.max(...taken), unit: '秒', peer: null, budget: null },
    ]
  }),
}
