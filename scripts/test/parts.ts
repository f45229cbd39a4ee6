import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What one part of the tests came to. A part that did not run at all has a reason instead. */
export type Part = {
  name: string;
  passed: number;
  failed: number;
  skipped: number;
  ms: number;
  /** Titles of skipped tests, as far as the part names them. */
  skippedTitles: string[];
  /** Titles of failed tests with the first lines of the reason, to be told again at the end, where nobody has to look for them. */
  failures: string[];
  notes: string[];
};

type Env = Record<string, string | undefined>;

/** Runs a command with its output on the screen, and keeps what it printed to read counts and failures from. */
function show(command: string, args: readonly string[], cwd: string, env: Env): Promise<{ code: number; printed: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => {
      process.stdout.write(chunk);
      chunks.push(chunk);
    });
    child.on('error', (error) => resolve({ code: 127, printed: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, printed: Buffer.concat(chunks).toString('utf8') }));
  });
}

const empty = (name: string): Part => ({ name, passed: 0, failed: 0, skipped: 0, ms: 0, skippedTitles: [], failures: [], notes: [] });

/** At most six lines of a reason, each of at most 200 characters. */
const brief = (lines: readonly string[]): string => lines.slice(0, 6).map((line) => `\n      ${line.trim().slice(0, 200)}`).join('');

/** A part whose process failed although no test did still counts as a failure. */
function settle(part: Part, code: number, start: number): Part {
  if (code !== 0 && part.failed === 0) {
    part.failed = 1;
    part.notes.push(`ended with exit code ${code}`);
  }
  part.ms = performance.now() - start;
  return part;
}

export async function build(root: string, env: Env): Promise<Part> {
  const start = performance.now();
  const part = empty('build');
  const sources = ['main/electron.ts', 'preload/index.ts', 'renderer/index.html'];
  const absent = sources.filter((file) => !existsSync(join(root, file)));
  if (absent.length > 0) {
    part.notes.push(`not built: ${absent.join(', ')} missing`);
    return part;
  }
  const { code } = await show(join(root, 'node_modules/.bin/electron-vite'), ['build', '--logLevel', 'warn'], root, env);
  return settle(part, code, start);
}

type VitestFile = {
  name: string;
  status: string;
  message?: string;
  assertionResults: { status: string; fullName: string; failureMessages?: string[] }[];
};

export async function vitest(root: string, output: string, env: Env): Promise<Part> {
  const start = performance.now();
  const part = empty('unit, contract, fuzz (vitest)');
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${output}`];
  const { code } = await show(join(root, 'node_modules/.bin/vitest'), ['run', ...reporters], root, env);
  if (!existsSync(output)) return settle(part, code === 0 ? 1 : code, start);
  const { testResults } = JSON.parse(readFileSync(output, 'utf8')) as { testResults: VitestFile[] };
  for (const { name, status, assertionResults } of testResults) {
    // A file that cannot be loaded has no tests at all, and must not look like a file without failures.
    if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed')) {
      part.failed += 1;
      part.notes.push(`could not be run: ${name}`);
    }
    const file = name.replace(`${root}/`, '');
    for (const test of assertionResults) {
      if (test.status === 'passed') part.passed += 1;
      else if (test.status === 'failed') {
        part.failed += 1;
        part.failures.push(`${file}: ${test.fullName}${brief((test.failureMessages ?? []).join('\n').split('\n'))}`);
      } else {
        part.skipped += 1;
        part.skippedTitles.push(`${file}: ${test.fullName}`);
      }
    }
  }
  return settle(part, code, start);
}

/** Lines that begin with ✗ name a failed scenario; the lines behind, up to the next scenario, say why. */
const failuresIn = (printed: string): string[] => [...printed.matchAll(/^ {2}✗ (.*)\n((?:(?! {2}[✓✗] |\d+ passed, ).*\n)*)/gm)]
  .map(([, title = '', reason = '']) => `${title}${brief(reason.split('\n').filter((line) => line.trim() !== ''))}`);

/** A suite with a runner of its own, which ends with a line `N passed, N failed, N skipped`, or `none run, N skipped`. */
export async function suite(name: string, root: string, file: string, env: Env): Promise<Part> {
  const start = performance.now();
  const part = empty(name);
  const { code, printed } = await show(process.execPath, [file], root, env);
  part.failures = failuresIn(printed);
  const counts = [...printed.matchAll(/(\d+) passed, (\d+) failed, (\d+) skipped/g)].at(-1);
  const none = /^none run, (\d+) skipped$/m.exec(printed);
  if (counts === undefined && none !== null) {
    part.skipped = Number(none[1]);
    return settle(part, code, start);
  }
  if (counts === undefined) {
    part.notes.push('printed no line `N passed, N failed, N skipped`');
    return settle(part, code === 0 ? 1 : code, start);
  }
  [part.passed, part.failed, part.skipped] = [Number(counts[1]), Number(counts[2]), Number(counts[3])];
  return settle(part, code, start);
}
