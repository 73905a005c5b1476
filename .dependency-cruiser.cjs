const { builtinModules } = require('node:module');

/**
 * The walls of the house: who may import whom. An arrow that is not listed here fails `pnpm boundaries`.
 * The drawing is in CONTRIBUTING.md.
 */
const arrows = {
  'packages/contracts': [],
  'packages/settings': [],
  'packages/storage': [],
  'packages/media': [],
  'packages/db': ['packages/contracts'],
  'packages/queue': ['packages/contracts', 'packages/db'],
  'packages/handlers': [
    'packages/contracts',
    'packages/db',
    'packages/queue',
    'packages/media',
    'packages/storage',
    'packages/settings',
  ],
  'apps/worker': [
    'packages/contracts',
    'packages/db',
    'packages/queue',
    'packages/handlers',
    'packages/storage',
    'packages/settings',
  ],
  'apps/api': [
    'packages/contracts',
    'packages/db',
    'packages/queue',
    'packages/storage',
    'packages/settings',
  ],
};

/** The one file of the api that may reach the handlers: it is loaded only where the api also works jobs. */
const IN_PROCESS_WORKER = '^apps/api/src/entry/in-process-worker\\.ts$';

/** The one file among all that the api loads that may need Node: it is imported when a worker is there, and may fail. */
const HEARTBEAT_THREAD = '^packages/queue/src/heartbeat-thread-host\\.ts$';
/** What runs in that thread: nothing imports it. */
const INSIDE_THREAD = '^packages/queue/src/heartbeat-thread\\.js$';
/** Handlers in threads of their own: for Node alone, by an entry of their own. */
const ISOLATED = '^packages/queue/src/isolated/';
const THREADS = '^(node:)?worker_threads$';

/** Node's own modules, by the names that dependency-cruiser gives them. */
const NODE = `^(node:)?(${builtinModules.join('|')})$`;

const sourceOf = (room) => `^${room}/src/`;

const walls = Object.entries(arrows).map(([room, allowed]) => ({
  name: `wall-around-${room.split('/')[1]}`,
  comment: `${room} may import from ${allowed.join(', ') || 'no other package'}, and nothing else of this repository.`,
  severity: 'error',
  from: { path: sourceOf(room), ...(room === 'apps/api' && { pathNot: IN_PROCESS_WORKER }) },
  to: {
    path: '^(apps|packages|tooling)/',
    pathNot: [room, ...allowed].map((open) => `^${open}/`),
  },
}));

module.exports = {
  forbidden: [
    ...walls,
    {
      name: 'wall-around-in-process-worker',
      comment:
        'Beside what the api may import, its in-process worker may reach the handlers, and nothing else.',
      severity: 'error',
      from: { path: IN_PROCESS_WORKER },
      to: {
        path: '^(apps|packages|tooling)/',
        pathNot: ['apps/api', 'packages/handlers', ...arrows['apps/api']].map((open) => `^${open}/`),
      },
    },
    {
      name: 'no-cycle',
      comment: 'Files that import each other in a circle can be neither read nor loaded in order.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'contracts-run-anywhere',
      comment:
        'Client projects import @orq/contracts in browsers and on edge runtimes: zod, and nothing of Node.',
      severity: 'error',
      from: { path: '^packages/contracts/src/' },
      to: { pathNot: ['^packages/contracts/src/', '/node_modules/zod/'] },
    },
    {
      name: 'api-runs-on-the-edge',
      comment:
        'What createApp loads runs on edge runtimes too. What needs Node belongs under apps/api/src/entry/.',
      severity: 'error',
      from: { path: '^apps/api/src/app\\.ts$' },
      to: { path: [NODE, '^apps/api/src/entry/'], pathNot: THREADS, reachable: true },
    },
    {
      name: 'threads-behind-one-door',
      comment:
        'Threads are the only thing of Node that the api may reach, and only by way of the heartbeat thread.',
      severity: 'error',
      from: {
        path: ['apps/api', ...arrows['apps/api']].map(sourceOf),
        pathNot: ['^apps/api/src/entry/', HEARTBEAT_THREAD, INSIDE_THREAD, ISOLATED],
      },
      to: { path: THREADS },
    },
    {
      name: 'one-door-opened-late',
      comment:
        'An edge runtime has no threads: their file is imported by `await import()`, where that may fail.',
      severity: 'error',
      from: { path: '^(apps|packages)/[^/]+/src/' },
      to: { path: HEARTBEAT_THREAD, dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
    {
      name: 'isolated-by-its-own-entry',
      comment:
        'What needs threads from the start is loaded by those who import @orq/queue/isolated, and no others.',
      severity: 'error',
      from: {
        path: ['^packages/queue/src/', '^apps/api/src/'],
        pathNot: [ISOLATED, '^apps/api/src/entry/'],
      },
      to: { path: ISOLATED },
    },
    {
      name: 'no-test-in-source',
      comment: 'Nothing that ships may need what only tests have.',
      severity: 'error',
      from: { path: '^(apps|packages)/[^/]+/src/' },
      to: { path: '/test/|^tooling/testing/' },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@orq/source', 'import', 'types', 'default'],
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.d.ts', '.json'],
    },
  },
};
