import type { Checker } from './checkers.ts';

/**
 * Violations to plant in a scratch copy of the tree. Each names the file it lives in and every checker that must name
 * that file. A checker that has stopped reading is otherwise indistinguishable from a clean tree.
 */
export type Plant = { what: string; file: string; source: string; caught: readonly (readonly [Checker, rule: RegExp])[] };

const zone = (name: string): readonly [Checker, RegExp] => ['zones', new RegExp(`^${name}$`)];
const IMPORT: readonly [Checker, RegExp] = ['lint', /no-restricted-imports/];
const GLOBAL: readonly [Checker, RegExp] = ['lint', /no-restricted-globals/];
const PURE: readonly [Checker, RegExp] = ['lint', /pure-core/];
const MISTYPED = "export const planted: number = 'text';\n";

/** Folders that must have a door in the scratch copy for the plants to resolve, whatever the tree has so far. */
export const DOORS: readonly string[] = [
  ...['formats', 'crypto', 'document', 'access', 'ledger', 'typeset', 'route', 'check', 'output', 'seal', 'archive'].map(
    (name) => `core/${name}/index.ts`,
  ),
  ...['core/sync/index.ts', 'core/desktop/index.ts', 'keys/index.ts', 'server/index.ts', 'main/host/index.ts'],
  ...['main/transport/index.ts', 'renderer/app/index.ts', 'renderer/store/index.ts'],
];

const purity: Plant[] = [
  {
    what: 'core imports node:fs',
    file: 'core/formats/planted-node.ts',
    source: "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
    caught: [IMPORT, zone('core-no-node'), ['types', /TS2591|TS2307/]],
  },
  {
    what: 'core imports React',
    file: 'core/formats/planted-react.ts',
    source: "import { createElement } from 'react';\nexport const draw = createElement;\n",
    caught: [IMPORT, zone('core-no-screen')],
  },
  {
    what: 'core calls Date.now',
    file: 'core/formats/planted-now.ts',
    source: 'export const now = (): number => Date.now();\n',
    caught: [['lint', /no-restricted-properties/]],
  },
  {
    what: 'core makes new Date()',
    file: 'core/formats/planted-date.ts',
    source: 'export const today = (): Date => new Date();\n',
    caught: [PURE],
  },
  {
    what: 'core calls Math.random',
    file: 'core/formats/planted-random.ts',
    source: 'export const dice = (): number => Math.random();\n',
    caught: [['lint', /no-restricted-properties/]],
  },
  {
    what: 'core calls getRandomValues',
    file: 'core/formats/planted-entropy.ts',
    source: 'export const salt = (): Uint8Array => globalThis.crypto.getRandomValues(new Uint8Array(8));\n',
    caught: [PURE, ['types', /TS7017|TS2339/]],
  },
  {
    what: 'core writes to the console',
    file: 'core/formats/planted-console.ts',
    source: "export const say = (): void => console.log('x');\n",
    caught: [['lint', /no-console/], ['types', /TS2584/]],
  },
  {
    what: 'core uses window',
    file: 'core/formats/planted-window.ts',
    source: 'export const size = (): number => window.innerWidth;\n',
    caught: [GLOBAL, ['types', /TS2304/]],
  },
  {
    what: 'core uses process, Buffer and setTimeout',
    file: 'core/formats/planted-process.ts',
    source: 'export const all = (): unknown[] => [process, Buffer, setTimeout];\n',
    caught: [GLOBAL, ['types', /TS2591/]],
  },
];

const order: Plant[] = [
  {
    what: 'core imports upwards (formats → route)',
    file: 'core/formats/planted-upward.ts',
    source: "import * as route from '#core/route';\nexport const up = route;\n",
    caught: [zone('core-order-formats')],
  },
  {
    what: 'core imports upwards, types only',
    file: 'core/crypto/planted-upward-type.ts',
    source: "import type * as seal from '#core/seal';\nexport type Up = typeof seal;\n",
    caught: [zone('core-order-crypto')],
  },
  {
    what: 'core imports a neighbour (typeset → route)',
    file: 'core/typeset/planted-neighbour.ts',
    source: "import * as route from '#core/route';\nexport const beside = route;\n",
    caught: [zone('core-order-typeset')],
  },
  {
    what: 'a deep import past a door in core',
    file: 'core/route/planted-deep.ts',
    source: "import { clean } from '../formats/planted-clean.ts';\nexport const deep = clean;\n",
    caught: [zone('door-core')],
  },
  {
    what: 'a deep import into core from outside',
    file: 'server/planted-deep.ts',
    source: "import { clean } from '../core/formats/planted-clean.ts';\nexport const deep = clean;\n",
    caught: [zone('door-core-from-outside')],
  },
  {
    what: 'a cycle',
    file: 'core/formats/planted-cycle-a.ts',
    source: "import { b } from './planted-cycle-b.ts';\nexport const a = (): unknown => b;\n",
    caught: [zone('no-cycle')],
  },
  {
    what: 'an import that does not exist',
    file: 'core/formats/planted-missing.ts',
    source: "import { gone } from './planted-gone.ts';\nexport const missing = gone;\n",
    caught: [zone('resolvable'), ['types', /TS2307/]],
  },
];

/** A folder that imports another room it may not enter. */
function crossing(from: string, specifier: string, rule: string, linted: boolean): Plant {
  return {
    what: `${from.replace(/\/planted.*/, '')} imports ${specifier}`,
    file: from,
    source: `import * as other from '${specifier}';\nexport const crossing = other;\n`,
    caught: linted ? [IMPORT, zone(rule)] : [zone(rule)],
  };
}

const rooms: Plant[] = [
  crossing('renderer/app/planted-server.ts', '#server', 'zone-renderer', true),
  crossing('renderer/app/planted-node.ts', 'node:fs', 'renderer-no-node', true),
  crossing('renderer/app/planted-electron.ts', 'electron', 'renderer-no-electron', true),
  crossing('renderer/ui/planted-store.ts', '../store/index.ts', 'ui-is-dumb', true),
  crossing('main/host/planted-electron.ts', 'electron', 'host-no-electron', true),
  crossing('main/transport/planted-server.ts', '#server', 'zone-host', true),
  crossing('main/electron/planted-server.ts', '#server', 'zone-electron', true),
  crossing('preload/planted-host.ts', '#main/host', 'zone-preload', true),
  crossing('preload/planted-package.ts', 'zod', 'preload-no-package', true),
  crossing('server/planted-host.ts', '#main/host', 'zone-server', true),
  crossing('keys/planted-server.ts', '#server', 'zone-keys', true),
  crossing('cli/planted-renderer.ts', '../renderer/store/index.ts', 'zone-cli', true),
  crossing('core/formats/planted-keys.ts', '#keys', 'zone-core', true),
  crossing('server/planted-tests.ts', '../tests/contract/planted-used.ts', 'product-knows-no-tests', false),
];

/** One type error in the territory of every tsconfig proves that every one of them reads its files. */
const mistyped: Plant[] = [
  'planted.config.ts',
  'core/formats/planted-type.ts',
  'core/formats/planted-type.test.ts',
  'keys/planted-type.ts',
  'main/host/planted-type.ts',
  'main/transport/planted-type.ts',
  'main/electron/planted-type.ts',
  'preload/planted-type.ts',
  'preload/planted-type.test.ts',
  'renderer/ui/planted-type.tsx',
  'renderer/ui/planted-type.test.ts',
  'server/planted-type.ts',
  'cli/planted-type.ts',
  'scripts/planted-type.ts',
  'tests/contract/planted-type.ts',
].map((file) => ({ what: `a type error in ${file}`, file, source: MISTYPED, caught: [['types', /^TS2322$/]] }));

const leftovers: Plant[] = [
  {
    what: 'a file that nothing imports',
    file: 'core/formats/planted-unused.ts',
    source: 'export const unused = 1;\n',
    caught: [['dead code', /^files$/]],
  },
  {
    what: 'an export that nothing uses',
    file: 'tests/contract/planted-used.ts',
    source: 'export const used = 1;\nexport const plantedUnused = 2;\n',
    caught: [['dead code', /^exports$/]],
  },
  {
    what: 'a package that package.json does not name, a focused test, a skipped test',
    file: 'tests/contract/planted.test.ts',
    source: [
      "import 'planted-unlisted';",
      "import { expect, it } from 'vitest';",
      "import { used } from './planted-used.ts';",
      "it.only('focused', () => expect(used).toBe(1));",
      "it.skip('skipped', () => expect(used).toBe(1));",
      '',
    ].join('\n'),
    caught: [['dead code', /^unlisted$/], ['lint', /no-focused-tests/], ['lint', /no-disabled-tests/]],
  },
  {
    what: 'a file of 601 lines',
    file: 'core/formats/planted-long.ts',
    source: Array.from({ length: 601 }, (_, i) => `export const line${i} = ${i};`).join('\n'),
    caught: [['size', /^longest$/]],
  },
  {
    what: 'a leftover note to oneself',
    file: 'core/formats/planted-note.ts',
    source: '// TO' + 'DO: later\nexport const note = 1;\n',
    caught: [['lint', /no-warning-comments/]],
  },
  {
    what: 'any',
    file: 'core/formats/planted-any.ts',
    source: 'export const loose = (x: any): unknown => x;\n',
    caught: [['lint', /no-explicit-any/]],
  },
];

export const PLANTS: readonly Plant[] = [...purity, ...order, ...rooms, ...mistyped, ...leftovers];

/** Files that the plants need and that must themselves draw no complaint: a checker that shouts at everything proves nothing. */
export const CLEAN: readonly { file: string; source: string }[] = [
  { file: 'core/formats/planted-clean.ts', source: 'export const clean = (iso: string): Date => new Date(iso);\n' },
];

export const SUPPORT: readonly { file: string; source: string }[] = [
  {
    file: 'core/formats/planted-cycle-b.ts',
    source: "import { a } from './planted-cycle-a.ts';\nexport const b = (): unknown => a;\n",
  },
];
