/** Runs the end-to-end scenarios in Chromium against one real server: node tests/e2e/run.ts [parts of titles, or mainJob for the whole main job] */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { skipLoudly } from '../harness/skips.ts'
import { openOffice, rendererDir } from './office.ts'
import type { Scenario } from './scenario.ts'
import { mainJob } from './mainJob.e2e.ts'
import { badInput } from './badInput.e2e.ts'
import { keeping } from './keeping.e2e.ts'
import { editing } from './editor.e2e.ts'
import { deskToken } from './deskToken.e2e.ts'
import { drafting } from './drafting.e2e.ts'
import { importing } from './importing.e2e.ts'
import { jointIssue } from './jointIssue.e2e.ts'
import { screens } from './screens.e2e.ts'
import { batchToTheEnd, confirmed } from './sealDesk.e2e.ts'
import { placing } from './sealPlace.e2e.ts'
import { pins } from './pins.e2e.ts'
import { verifying } from './verifying.e2e.ts'

const wanted = process.argv.slice(2)
// One server and its people serve all. The main job finds the desks empty; what fills their lists comes last.
const all: readonly Scenario[] = [
  ...keeping, ...badInput, ...editing, ...drafting, ...verifying, ...mainJob, ...placing, ...jointIssue, confirmed, batchToTheEnd, deskToken, ...pins, ...importing, ...screens,
]
const isWanted = (entry: Scenario): boolean =>
  wanted.length === 0 || wanted.some((part) => entry.title.includes(part)) || (wanted.includes('mainJob') && mainJob.includes(entry))
const scenarios = all.filter(isWanted)
const browser = [process.env['WENSHU_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path !== undefined && path !== '' && existsSync(path))

const finish = (passed: number, failed: number, skipped: number): void => {
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`)
  process.exit(failed > 0 ? 1 : 0)
}

if (browser === undefined || !existsSync(join(rendererDir, 'index.html'))) {
  skipLoudly('end-to-end suite', browser === undefined ? 'no Chromium: apt-get install -y chromium' : 'the client is not built: npm run build')
  finish(0, 0, scenarios.length)
} else {
  const office = await openOffice(browser)
  let passed = 0
  let failed = 0
  for (const { title, play } of scenarios) {
    const started = performance.now()
    try {
      await play(office)
      passed += 1
      process.stdout.write(`  ✓ ${title} (${Math.round(performance.now() - started)} ms)\n`)
    } catch (error) {
      failed += 1
      process.stdout.write(`  ✗ ${title} (${Math.round(performance.now() - started)} ms)\n${error instanceof Error ? error.stack ?? error.message : String(error)}\n${await office.witness()}\n`)
    }
  }
  await office.close()
  finish(passed, failed, 0)
}
