/**
 * `npm test`: everything that can be tested here, in one run. It installs the tools it may, builds the client, runs the
 * unit, contract and fuzz suites, then the end-to-end suite in a real browser, then the Electron suite. Whatever cannot
 * run is named at the end with the reason. The last line is the sum: `wenshu: N passed, N failed, N skipped`.
 *
 * Suites with a runner of their own (tests/e2e/run.ts, tests/electron/run.ts) end with `N passed, N failed, N skipped`
 * on standard output, or with `none run, N skipped`. Tests report what they skip through tests/harness/skips.ts.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, suite, vitest, type Part } from './test/parts.ts';
import { ensureTools, which } from './test/tools.ts';

type Skip = { suite: string; reason: string };

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const OWN_RUNNERS = [
  { name: 'end to end (browser)', file: 'tests/e2e/run.ts' },
  { name: 'Electron', file: 'tests/electron/run.ts' },
] as const;

if (!process.version.startsWith('v24.')) {
  console.error(`!!! 需要 Node 24，当前是 ${process.version}: run it as \`npm test\``);
  process.exit(1);
}

const scratch = mkdtempSync(join(tmpdir(), 'wenshu-test-'));
// A run inside a run of the tests hands its skips to the outer one.
const skipFile = process.env['WENSHU_SKIPS'] ?? join(scratch, 'skips.jsonl');
writeFileSync(skipFile, '', { flag: 'a' });

const skips: Skip[] = ensureTools().map(({ tool, reason }) => ({ suite: `tests that need ${tool}`, reason }));
const chromium = which(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']);
const env = {
  ...process.env,
  ...(process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: undefined }),
  WENSHU_SKIPS: skipFile,
  ...(chromium === undefined ? {} : { WENSHU_CHROMIUM: process.env['WENSHU_CHROMIUM'] ?? chromium }),
};

const parts: Part[] = [await build(root, env), await vitest(root, join(scratch, 'vitest.json'), env)];
for (const { name, file } of OWN_RUNNERS) {
  if (existsSync(join(root, file))) parts.push(await suite(name, root, file, env));
  else skips.push({ suite: name, reason: `${file} does not exist` });
}

const notBuilt = parts[0]?.notes.find((note) => note.startsWith('not built'));
if (notBuilt !== undefined) skips.push({ suite: 'build', reason: notBuilt });

const reasons: Skip[] = [];
for (const line of readFileSync(skipFile, 'utf8').split('\n').filter(Boolean)) reasons.push(JSON.parse(line) as Skip);
skips.push(...reasons);
rmSync(scratch, { recursive: true, force: true });

const sum = (count: (part: Part) => number): number => parts.reduce((total, part) => total + count(part), 0);
const told = [...new Map(skips.map((skip) => [`${skip.suite}\0${skip.reason}`, skip])).values()];
const titles = parts.flatMap(({ skippedTitles }) => skippedTitles);
const [passed, failed] = [sum((part) => part.passed), sum((part) => part.failed)];
// A suite that gave a reason and then registered no test is still a skip.
const skipped = Math.max(sum((part) => part.skipped), told.length);

console.log('\nwhat ran:');
for (const part of parts) {
  const counts = `${part.passed} passed, ${part.failed} failed, ${part.skipped} skipped`;
  console.log(`  ${part.name.padEnd(32)} ${`${(part.ms / 1000).toFixed(1)} s`.padStart(9)}  ${part.name === 'build' ? '' : counts}`);
  for (const note of part.notes) console.log(`    ${note}`);
}
if (told.length > 0) console.log('\nskipped, and why:');
for (const { suite: what, reason } of told) console.log(`  ${what}: ${reason}`);
if (titles.length > 0) console.log('\nskipped tests:');
for (const title of titles.slice(0, 40)) console.log(`  ${title}`);
if (titles.length > 40) console.log(`  … and ${titles.length - 40} more`);
if (titles.length > 0 && reasons.length === 0) console.log('  !!! no reason was given: skip through tests/harness/skips.ts');
if (passed + failed === 0) console.log('\n!!! no test ran at all');

const failures = parts.flatMap((part) => part.failures);
if (failures.length > 0) console.log('\nfailed:');
for (const failure of failures.slice(0, 40)) console.log(`  ✗ ${failure}`);
if (failures.length > 40) console.log(`  … and ${failures.length - 40} more`);

console.log(`\nwenshu: ${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
