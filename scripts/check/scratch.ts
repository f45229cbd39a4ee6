import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deadCode, lint, listFiles, PROJECTS, size, types, zones, type Checker, type Finding, type Report } from './checkers.ts';
import { CLEAN, DOORS, PLANTS, SUPPORT } from './plants.ts';
import { pooled } from './run.ts';

/** Copies the tree beside the system's temporary files, so that nothing planted can ever be committed. */
export async function scratchCopy(root: string): Promise<string> {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'wenshu-check-')));
  for (const file of await listFiles(root)) {
    if (/^(?:resources|docs)\//.test(file) || file === 'package-lock.json') continue;
    mkdirSync(join(scratch, dirname(file)), { recursive: true });
    cpSync(join(root, file), join(scratch, file), { dereference: true });
  }
  symlinkSync(realpathSync(join(root, 'node_modules')), join(scratch, 'node_modules'), 'dir');
  return scratch;
}

export function plantAll(scratch: string): string[] {
  const write = (file: string, source: string): void => {
    mkdirSync(join(scratch, dirname(file)), { recursive: true });
    writeFileSync(join(scratch, file), source);
  };
  const doors = DOORS.filter((file) => !existsSync(join(scratch, file)) && !existsSync(join(scratch, `${file}x`)));
  for (const file of doors) write(file, 'export const door = true;\n');
  const planted = [...PLANTS, ...CLEAN, ...SUPPORT];
  for (const { file, source } of planted) write(file, source);
  return [...doors, ...planted.map(({ file }) => file)];
}

/** Every checker over one tree: the types two at a time, then the rest. */
export async function inspect(root: string, files: readonly string[], done: (report: Report, ms: number) => void): Promise<Report[]> {
  const tasks = [
    () => lint(root),
    () => zones(root),
    () => deadCode(root),
    ...PROJECTS.map((project) => () => types(root, project)),
    () => size(root, files),
  ].map((task) => async () => {
    const start = performance.now();
    const report = await task();
    done(report, performance.now() - start);
    return report;
  });
  return pooled(2, tasks);
}

export type Miss = { what: string; file: string; checker: Checker; rule: string };

/** What a checker should have named and did not, or named and should not have. Empty means that all of them can see. */
export function misses(reports: readonly Report[]): Miss[] {
  const findings = reports.flatMap((report) => report.findings);
  const seen = (checker: Checker, file: string, rule: RegExp): boolean =>
    findings.some((finding: Finding) => finding.checker === checker && finding.file === file && rule.test(finding.rule));

  const unseen = PLANTS.flatMap(({ what, file, caught }) =>
    caught
      .filter(([checker, rule]) => !seen(checker, file, rule))
      .map(([checker, rule]) => ({ what, file, checker, rule: rule.source })),
  );
  const shouted = CLEAN.flatMap(({ file }) =>
    findings
      .filter((finding) => finding.file === file && finding.rule !== 'files')
      .map(({ checker, rule }) => ({ what: 'a clean file was refused', file, checker, rule })),
  );
  const blind = reports
    .filter(({ read }) => read === 0)
    .map(({ name, checker }) => ({ what: `${name} read nothing`, file: '', checker, rule: 'read 0' }));
  return [...unseen, ...shouted, ...blind];
}
