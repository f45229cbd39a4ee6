/**
 * Who may import whom: the zones, the order inside core, and the doors. See docs and `npm run check`, which plants a
 * violation of each rule and must see it reported here.
 *
 * @swc/core is named because without a parser that it knows, this tool reads nothing and reports nothing.
 */

/** Top to bottom: a folder imports only from lines below its own. */
const CORE_ORDER = [
  ['desktop'],
  ['sync'],
  ['archive'],
  ['seal'],
  ['check', 'output'],
  ['typeset', 'route'],
  ['ledger'],
  ['crypto', 'document', 'access'],
  ['formats'],
];

const TEST = '\\.(test|fixture)\\.tsx?$';
const OWN = '^(core|keys|main|preload|renderer|server|cli|tests|scripts)/';
const SCREEN = '(^|/)node_modules/(electron|react|react-dom|antd|@ant-design|dexie|dexie-react-hooks|lexical|@lexical)/';

/** An own folder may reach only these own paths (tests beside the code may also use tests/harness). */
const zone = (name, from, mayReach, comment) => [
  {
    name: `zone-${name}`,
    comment,
    severity: 'error',
    from: { path: from, pathNot: TEST },
    to: { path: OWN, pathNot: mayReach },
  },
  {
    name: `zone-${name}-test`,
    comment,
    severity: 'error',
    from: { path: `${from}.*${TEST}` },
    to: { path: OWN, pathNot: [...mayReach, '^tests/harness/'] },
  },
];

const coreOrder = CORE_ORDER.flatMap((line, depth) =>
  line.map((folder) => {
    const below = CORE_ORDER.slice(depth + 1).flat();
    return {
      name: `core-order-${folder}`,
      comment: `core/${folder} imports only from: ${below.join(', ') || 'nothing'}`,
      severity: 'error',
      from: { path: `^core/${folder}/` },
      to: { path: '^core/', pathNot: [`^core/(${[folder, ...below].join('|')})/`] },
    };
  }),
);

/** Folders whose index.ts is their only door: how to tell a room, and how to name the room one is in. */
const ROOMS = [
  { name: 'core', room: '^core/([^/]+)/', own: '^core/$1/' },
  { name: 'server', room: '^server/([^/]+)/', own: '^server/$1/' },
  { name: 'renderer', room: '^renderer/(app|store|sync|editor|ui|features/[^/]+)/', own: '^renderer/$1/' },
  { name: 'main', room: '^main/(host|transport|electron)/', own: '^main/$1/' },
];
const doors = ROOMS.flatMap(({ name, room, own }) => [
  {
    name: `door-${name}`,
    comment: 'index.ts is a folder’s only door',
    severity: 'error',
    from: { path: room },
    to: { path: room, pathNot: [own, `${room}index\\.tsx?$`] },
  },
  {
    name: `door-${name}-from-outside`,
    comment: 'index.ts is a folder’s only door',
    severity: 'error',
    from: { pathNot: room },
    // Suites outside share the fixtures of a folder's own tests; the product may not (product-knows-no-tests).
    to: { path: room, pathNot: [`${room}index\\.tsx?$`, '\\.fixture\\.tsx?$'] },
  },
]);

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      comment: 'an import that cannot be found is an import that no rule below can judge',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['^node_modules/', '\\.(css|svg|png|wasm|ttf)', '[?](worker|url|raw|inline)$'] },
    },

    ...coreOrder,
    {
      name: 'core-known-folder',
      comment: 'a new folder in core needs its place in CORE_ORDER',
      severity: 'error',
      from: { path: '^core/', pathNot: `^core/(${CORE_ORDER.flat().join('|')})/` },
      to: { path: '^core/' },
    },
    ...zone('core', '^core/', ['^core/'], 'core imports only itself'),
    {
      name: 'core-no-node',
      severity: 'error',
      from: { path: '^core/', pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'core-no-screen', severity: 'error', from: { path: '^core/' }, to: { path: SCREEN } },

    ...zone('keys', '^keys/', ['^keys/', '^core/'], 'keys import core'),
    { name: 'keys-no-screen', severity: 'error', from: { path: '^keys/' }, to: { path: SCREEN } },

    ...zone('host', '^main/(host|transport)/', ['^main/(host|transport)/', '^core/', '^keys/'], 'the host runs in plain Node'),
    ...zone('loopback', '^main/loopback', ['^main/loopback', '^main/(host|transport)/', '^core/', '^keys/'], 'as the host'),
    {
      name: 'host-no-electron',
      severity: 'error',
      from: { path: '^main/(host/|transport/|loopback)' },
      to: { path: SCREEN },
    },
    ...zone('electron', '^main/electron', ['^main/', '^core/', '^keys/'], 'the client holds no server'),

    ...zone('preload', '^preload/', ['^preload/', '^core/desktop/'], 'the preload exposes the contract, nothing else'),
    {
      name: 'preload-no-package',
      severity: 'error',
      from: { path: '^preload/', pathNot: TEST },
      to: { path: '(^|/)node_modules/', pathNot: '(^|/)node_modules/electron/' },
    },

    ...zone('renderer', '^renderer/', ['^renderer/', '^core/'], 'the renderer has a browser and the contract'),
    {
      name: 'renderer-no-node',
      severity: 'error',
      from: { path: '^renderer/', pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'renderer-no-electron', severity: 'error', from: { path: '^renderer/' }, to: { path: '(^|/)node_modules/electron/' } },
    {
      name: 'ui-is-dumb',
      comment: 'ui gets values and callbacks',
      severity: 'error',
      from: { path: '^renderer/ui/', pathNot: TEST },
      to: { path: '^(core/|renderer/(app|store|sync|editor|features)/)' },
    },

    ...zone('server', '^server/', ['^server/', '^core/', '^keys/'], 'the server has no desktop'),
    { name: 'server-no-screen', severity: 'error', from: { path: '^server/' }, to: { path: SCREEN } },

    ...zone(
      'cli',
      '^cli/',
      ['^cli/', '^core/', '^keys/', '^server/', '^main/(host|transport)/', '^main/loopback', '^tests/perf/'],
      'the command line has no window',
    ),
    { name: 'cli-no-screen', severity: 'error', from: { path: '^cli/' }, to: { path: SCREEN } },

    ...doors,
    {
      name: 'product-knows-no-tests',
      severity: 'error',
      from: { path: '^(core|keys|main|preload|renderer|server)/', pathNot: TEST },
      to: { path: `^(tests|scripts)/|${TEST}` },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.cjs', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'module', 'browser', 'default', 'types', 'require'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
