import { defineConfig } from 'vitest/config';

/**
 * Unit tests sit beside their code, one project per folder; contract and fuzz suites live under tests/.
 * The end-to-end and Electron suites are not vitest: `npm test` runs tests/e2e/run.ts and tests/electron/run.ts.
 */

const unit = (name: string, folder: string, setupFiles: string[] = []) => ({
  test: {
    name,
    include: [`${folder}/**/*.test.{ts,tsx}`],
    environment: 'node' as const,
    setupFiles,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      unit('core', 'core', ['./tests/harness/pure-core.ts']),
      unit('keys', 'keys'),
      unit('server', 'server'),
      unit('cli', 'cli'),
      unit('main', 'main'),
      unit('preload', 'preload'),
      unit('renderer', 'renderer', ['fake-indexeddb/auto']),
      unit('scripts', 'scripts'),
      {
        test: {
          name: 'surfaces',
          // One process for all of them: fonts are read and pages are set once.
          include: ['tests/{typeset,ofd,pdfa,docx,check,perf}/**/*.test.{ts,tsx}'],
          environment: 'node' as const,
          isolate: false,
          fileParallelism: false,
          // After the others: a group has one number of workers.
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'tests',
          include: ['tests/{contract,fuzz,harness,mutation}/**/*.test.{ts,tsx}'],
          environment: 'node' as const,
          globalSetup: ['./tests/harness/emptyDatabase.ts'],
          // These start servers, databases and whole clients.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
