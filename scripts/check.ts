/**
 * `npm run check`: types, lint, zones, dead code, file size.
 *
 * First it plants a violation of each kind in a scratch copy of the tree and must see every checker name it, because a
 * checker that reads nothing also complains of nothing. Only then is the tree itself judged.
 */
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { listFiles, type Report } from './check/checkers.ts';
import { PLANTS } from './check/plants.ts';
import { inspect, misses, plantAll, scratchCopy } from './check/scratch.ts';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const SHOWN = 60;

if (!process.version.startsWith('v24.')) {
  console.error(`!!! 需要 Node 24，当前是 ${process.version}: run it as \`npm run check\``);
  process.exit(1);
}
if (!existsSync(`${root}/node_modules/.bin/tsc`)) {
  console.error('!!! node_modules is missing: run `npm ci` first');
  process.exit(1);
}

const started = performance.now();
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`.padStart(8);

/** Does every checker see what it is for? Prints what was missed; true when nothing was. */
async function checkersSee(): Promise<boolean> {
  const start = performance.now();
  const scratch = await scratchCopy(root);
  try {
    const planted = plantAll(scratch);
    const files = [...(await listFiles(root)), ...planted];
    const missed = misses(await inspect(scratch, files, () => {}));
    const expected = PLANTS.flatMap(({ caught }) => caught).length;
    for (const { what, file, checker, rule } of missed) {
      console.error(`  ✗ ${checker} did not behave: ${what} (${file}, expected ${rule})`);
    }
    const verdict = missed.length === 0 ? '✓' : '✗';
    console.log(
      `${verdict} planted ${PLANTS.length} violations, ${expected} complaints expected, ${missed.length} amiss ${seconds(performance.now() - start)}`,
    );
    return missed.length === 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function treeIsClean(): Promise<boolean> {
  const took = new Map<Report, number>();
  const reports = await inspect(root, await listFiles(root), (report, ms) => took.set(report, ms));
  const width = Math.max(...reports.map(({ name }) => name.length));
  console.log('');
  for (const report of reports) {
    const { name, findings, read, note } = report;
    const blind = read === 0 && note !== 'no sources';
    if (blind) findings.push({ checker: report.checker, rule: 'read 0', file: '', text: `${name} read nothing` });
    const verdict = findings.length === 0 ? '✓' : '✗';
    const about = [read === undefined ? '' : `${read} read`, note ?? ''].filter(Boolean).join(', ');
    console.log(`${verdict} ${name.padEnd(width)} ${seconds(took.get(report) ?? 0)} ${String(findings.length).padStart(5)} findings  ${about}`);
  }
  // A mistake in core is reported by every project that imports it: say it once.
  const all = reports.flatMap(({ findings }) => findings);
  for (const checker of ['types', 'lint', 'zones', 'size', 'dead code'] as const) {
    const texts = [...new Set(all.filter((finding) => finding.checker === checker).map(({ text }) => text))];
    if (texts.length === 0) continue;
    console.log(`\n${checker}:`);
    for (const text of texts.slice(0, SHOWN)) console.log(`  ${text}`);
    if (texts.length > SHOWN) console.log(`  … and ${texts.length - SHOWN} more`);
  }
  return all.length === 0;
}

console.log(`wenshu check, Node ${process.version}`);
const sighted = await checkersSee();
const clean = await treeIsClean();
const verdict = sighted && clean ? 'check passed' : 'check FAILED';
console.log(`\n${verdict}${seconds(performance.now() - started)}`);
process.exitCode = sighted && clean ? 0 : 1;
