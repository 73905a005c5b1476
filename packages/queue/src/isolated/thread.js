// Plain JavaScript, since a thread has no TypeScript loader: it is loaded as it stands, from source and from dist.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { workerData } from 'node:worker_threads';

/** @import { FromThread, Meaning, ThreadSettings, Thrown, ToThread } from './messages.ts' */
/** @import { Logger } from '../logger.ts' */

/** Progress is posted at most this often, in ms. */
const PROGRESS_EVERY_MS = 100;
const MAX_CAUSES = 4;
/** @type {readonly string[]} */
const MEANINGS = /** @type {const} @satisfies {readonly Meaning[]} */ ([
  'PermanentError',
  'SnoozeError',
  'RetryAtError',
]);

const { moduleUrl, job, input, port } = /** @type {ThreadSettings} */ (workerData);
const abortion = new AbortController();
let lastProgressAt = -Infinity;
let newestProgress = 0;
/** @type {NodeJS.Timeout | undefined} */
let progressTimer;

/** By its name, this one keeps its meaning on the other side. */
class PermanentError extends Error {
  /** @override */
  name = 'PermanentError';
}

/** @param {FromThread} message */
function post(message) {
  port.postMessage(message);
}

/** @param {number} fraction */
function progress(fraction) {
  newestProgress = Number(fraction);
  const waitMs = lastProgressAt + PROGRESS_EVERY_MS - performance.now();
  if (waitMs <= 0) postProgress();
  else progressTimer ??= setTimeout(postProgress, waitMs);
}

function postProgress() {
  clearTimeout(progressTimer);
  progressTimer = undefined;
  lastProgressAt = performance.now();
  post({ progress: newestProgress });
}

/**
 * @param {object} bound
 * @returns {Logger}
 */
function logger(bound) {
  /** @param {'debug' | 'info' | 'warn' | 'error'} level */
  const write = (level) => (/** @type {object} */ bindings, /** @type {string} */ message) => {
    const own = bindings instanceof Error ? { err: bindings } : bindings;
    const line = { level, message: String(message ?? '') };
    try {
      post({ ...line, bindings: { ...bound, ...own } });
    } catch (error) {
      post({ ...line, bindings: { not_kept: `the fields cannot leave the thread: ${String(error)}` } });
    }
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (bindings) => logger({ ...bound, ...bindings }),
  };
}

/** As tsc writes imports: where only the built file is there, it is meant. */
function existingFile() {
  const built = moduleUrl.replace(/\.([cm]?)tsx?$/, '.$1js');
  return existsSync(fileURLToPath(moduleUrl)) || !existsSync(fileURLToPath(built)) ? moduleUrl : built;
}

/** On Node 20, tsx registers itself in the main thread alone. Where Node reads TypeScript by itself, nothing is needed. */
async function readTypeScript() {
  if ('typescript' in process.features && process.features.typescript) return;
  const require = createRequire(moduleUrl);
  const manifest = require.resolve('tsx/package.json');
  const api = require(manifest).exports['./esm/api'].import.default;
  const { register } = await import(new URL(api, pathToFileURL(manifest)).href);
  register();
}

async function load() {
  const file = existingFile();
  /** @type {unknown} */
  let run;
  try {
    if (/\.[cm]?tsx?$/.test(file)) await readTypeScript();
    run = (await import(file)).default;
  } catch (cause) {
    throw new PermanentError(`The module of the isolated handler cannot be loaded: ${file}`, { cause });
  }
  if (typeof run === 'function') return run;
  throw new PermanentError(
    `The module of the isolated handler has no function as its default export: ${file}`,
  );
}

/**
 * @param {unknown} error
 * @returns {Thrown}
 */
function inWords(error, depth = 0) {
  if (!(error instanceof Error)) return { name: 'Error', message: asText(error) };
  const { name, stack } = error;
  // A refused connection to a host with several addresses has no message of its own.
  const parts = error instanceof AggregateError ? error.errors : [];
  const message = asText(error.message) || parts.map(asText).join('; ');
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const when = 'until' in error ? error.until : 'at' in error ? error.at : undefined;
  const cause =
    error.cause === undefined || depth >= MAX_CAUSES ? undefined : inWords(error.cause, depth + 1);
  return {
    meaning: meaningOf(error),
    name: asText(name),
    message,
    stack,
    code,
    when,
    cause,
  };
}

/**
 * By name, since the module may have loaded another copy of this package than the worker.
 *
 * @param {Error} error
 */
function meaningOf(error) {
  const names = [error.name];
  for (let of = Object.getPrototypeOf(error); of; of = Object.getPrototypeOf(of))
    names.push(of.constructor.name);
  return /** @type {Meaning | undefined} */ (names.find((name) => MEANINGS.includes(name)));
}

/** @param {unknown} value */
function asText(value) {
  try {
    return String(value);
  } catch {
    return 'something was thrown that cannot be put into words';
  }
}

async function work() {
  const run = await load();
  const output = await run({ job, input, signal: abortion.signal, progress, log: logger({}) });
  try {
    post({ output });
  } catch (cause) {
    throw new PermanentError('The output cannot leave the thread: structured clone does not take it', {
      cause,
    });
  }
}

port.on('message', (/** @type {ToThread} */ { abort: { name, message } }) => {
  abortion.abort(Object.assign(new Error(message), { name }));
});

work().catch((error) => {
  const thrown = inWords(error);
  try {
    post({ thrown });
  } catch {
    post({ thrown: { ...thrown, when: undefined } });
  }
});
