import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';

export type Checker = 'types' | 'lint' | 'zones' | 'dead code' | 'size';

/** One complaint: which checker, under which rule, about which file (relative to the root). */
export type Finding = { checker: Checker; rule: string; file: string; text: string };

/** What one run of one checker saw. `read` is the number of files or modules it looked at, when it tells. */
export type Report = { checker: Checker; name: string; findings: Finding[]; read: number | undefined; note?: string };

export const PROJECTS = [
  'tsconfig.json',
  'core/tsconfig.json',
  'core/tsconfig.test.json',
  'keys/tsconfig.json',
  'main/host/tsconfig.json',
  'main/transport/tsconfig.json',
  'main/electron/tsconfig.json',
  'preload/tsconfig.json',
  'preload/tsconfig.test.json',
  'renderer/tsconfig.json',
  'renderer/tsconfig.test.json',
  'server/tsconfig.json',
  'cli/tsconfig.json',
  'scripts/tsconfig.json',
  'tests/tsconfig.json',
] as const;

const FOLDERS = ['core', 'keys', 'main', 'preload', 'renderer', 'server', 'cli', 'tests', 'scripts'];
const SOURCE = /\.(?:ts|tsx|mjs|cjs|css)$/;
const LIMIT = { median: 100, ninetieth: 300, longest: 600 };

function bin(root: string, name: string): string {
  return join(root, 'node_modules', '.bin', name);
}

/** A checker that ended badly without a finding we understood must not pass. */
function broken(checker: Checker, output: { code: number; stdout: string; stderr: string }): Finding {
  const text = `${output.stdout}\n${output.stderr}`.trim().slice(0, 2000);
  return { checker, rule: 'broken', file: '', text: `exit ${output.code}: ${text}` };
}

export async function types(root: string, project: string): Promise<Report> {
  const output = await run(bin(root, 'tsc'), ['-p', project, '--pretty', 'false', '--listFiles'], root);
  const report: Report = { checker: 'types', name: `types ${project}`, findings: [], read: 0 };
  for (const line of output.stdout.split('\n')) {
    const error = /^(.+?)\(\d+,\d+\): error (TS\d+): /.exec(line);
    if (error) report.findings.push({ checker: 'types', rule: error[2]!, file: error[1]!, text: line });
    else if (line.startsWith('/') && !line.includes('/node_modules/')) report.read! += 1;
  }
  if (output.stdout.includes('TS18003') || output.stderr.includes('TS18003')) {
    report.note = 'no sources';
    if (!project.includes('test')) report.findings.push({ checker: 'types', rule: 'TS18003', file: project, text: `${project}: no sources` });
  } else if (output.code !== 0 && report.findings.length === 0) {
    report.findings.push(broken('types', output));
  }
  return report;
}

type Diagnostic = { message: string; code?: string; filename: string; labels?: { span?: { line?: number } }[] };
type LintOutput = { diagnostics: Diagnostic[]; number_of_files: number };

export async function lint(root: string): Promise<Report> {
  const output = await run(bin(root, 'oxlint'), ['--format', 'json', '--deny-warnings'], root);
  const report: Report = { checker: 'lint', name: 'lint (oxlint)', findings: [], read: 0 };
  const parsed = parse<LintOutput>(output.stdout);
  if (parsed === undefined) return { ...report, findings: [broken('lint', output)] };
  report.read = parsed.number_of_files;
  report.findings = parsed.diagnostics.map(({ message, code, filename, labels }) => ({
    checker: 'lint',
    rule: code ?? 'syntax',
    file: filename,
    text: `${filename}:${labels?.[0]?.span?.line ?? 1}: ${code ?? 'syntax'}: ${message}`,
  }));
  if (output.code !== 0 && report.findings.length === 0) report.findings.push(broken('lint', output));
  return report;
}

type ZonesOutput = {
  modules: { source: string }[];
  summary: {
    totalDependenciesCruised?: number;
    violations: { from: string; to: string; rule: { name: string; severity: string }; cycle?: { name: string }[] }[];
  };
};

export async function zones(root: string): Promise<Report> {
  const folders = FOLDERS.filter((folder) => existsSync(join(root, folder)));
  const output = await run(bin(root, 'depcruise'), [...folders, '--output-type', 'json'], root);
  const report: Report = { checker: 'zones', name: 'zones (dependency-cruiser)', findings: [], read: 0 };
  const parsed = parse<ZonesOutput>(output.stdout);
  if (parsed === undefined) return { ...report, findings: [broken('zones', output)] };
  report.read = parsed.modules.filter(({ source }) => SOURCE.test(source) && !source.includes('node_modules/')).length;
  report.note = `${parsed.summary.totalDependenciesCruised ?? 0} imports`;
  for (const { from, to, rule, cycle } of parsed.summary.violations) {
    const path = cycle === undefined ? to : cycle.map(({ name }) => name).join(' → ');
    report.findings.push({ checker: 'zones', rule: rule.name, file: from, text: `${from} → ${path}: ${rule.name}` });
  }
  return report;
}

type KnipIssue = { file: string } & Record<string, { name: string }[] | string>;

export async function deadCode(root: string): Promise<Report> {
  const output = await run(bin(root, 'knip'), ['--no-progress', '--no-config-hints', '--reporter', 'json'], root);
  const report: Report = { checker: 'dead code', name: 'dead code (knip)', findings: [], read: undefined };
  const parsed = parse<{ issues: KnipIssue[] }>(output.stdout);
  if (parsed === undefined) return { ...report, findings: [broken('dead code', output)] };
  const add = (rule: string, file: string, name: string): void => {
    report.findings.push({ checker: 'dead code', rule, file, text: `${file}: ${rule}: ${name}` });
  };
  for (const { file, ...kinds } of parsed.issues) {
    for (const [kind, names] of Object.entries(kinds)) {
      if (Array.isArray(names)) for (const { name } of names) add(kind, file, name);
    }
  }
  if (output.code !== 0 && report.findings.length === 0) report.findings.push(broken('dead code', output));
  return report;
}

/** Files: median under 100 lines, nine in ten under 300, none over 600. */
export async function size(root: string, files: readonly string[]): Promise<Report> {
  const lengths = files
    .filter((file) => SOURCE.test(file) && FOLDERS.some((folder) => file.startsWith(`${folder}/`)))
    .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length }))
    .sort((a, b) => a.lines - b.lines);
  const at = (share: number): number => lengths[Math.floor((lengths.length - 1) * share)]?.lines ?? 0;
  const findings: Finding[] = lengths
    .filter(({ lines }) => lines > LIMIT.longest)
    .map(({ file, lines }) => ({ checker: 'size', rule: 'longest', file, text: `${file}: ${lines} lines, over ${LIMIT.longest}` }));
  const overall = (rule: 'median' | 'ninetieth', lines: number): void => {
    const text = `${rule} file has ${lines} lines, not under ${LIMIT[rule]}`;
    if (lines >= LIMIT[rule]) findings.push({ checker: 'size', rule, file: '', text });
  };
  overall('median', at(0.5));
  overall('ninetieth', at(0.9));
  const note = `median ${at(0.5)}, nine in ten ≤ ${at(0.9)}, longest ${at(1)}`;
  return { checker: 'size', name: 'file size', findings, read: lengths.length, note };
}

/** The files of the tree: tracked, or new and not ignored. Deleted ones that git still lists are left out. */
export async function listFiles(root: string): Promise<string[]> {
  const output = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], root);
  if (output.code !== 0) throw new Error(`git ls-files failed: ${output.stderr}`);
  const isFile = (file: string): boolean => statSync(join(root, file), { throwIfNoEntry: false })?.isFile() ?? false;
  return [...new Set(output.stdout.split('\0'))].filter((file) => file !== '' && isFile(file));
}

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
