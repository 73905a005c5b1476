#!/usr/bin/env node
// Needs nothing but Node itself: it installs what the benchmarks need, compiles orq as it ships, and runs them.
import { spawn } from 'node:child_process';
import { existsSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const bench = fileURLToPath(new URL('.', import.meta.url));
const root = path.dirname(path.resolve(bench));
const BENCHMARKS = ['queue', 'limit', 'api', 'cuts', 'split'];

const [name, ...options] = process.argv.slice(2);
if (name === undefined || !BENCHMARKS.includes(name)) {
  process.stderr.write(`pnpm bench ${BENCHMARKS.join('|')} [options]; each says more with --help\n`);
  process.exit(2);
}

/**
 * @param {string} file
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<number>} its exit code
 */
async function run(file, args, cwd) {
  const child = spawn(file, args, { cwd, stdio: 'inherit' });
  // Ctrl-C reaches it through the terminal; what reaches only us is passed on.
  process.on('SIGINT', () => undefined);
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

/** @param {string[]} args */
async function pnpm(args, cwd = root) {
  const code = await run('pnpm', args, cwd);
  if (code !== 0) process.exit(code);
}

const installed = path.join(bench, 'node_modules', '.modules.yaml');
const lockfile = path.join(bench, 'pnpm-lock.yaml');
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lockfile).mtimeMs) {
  process.stdout.write("Installing orq's peers into bench/node_modules (once) ...\n");
  // Some of them need a newer Node than this one: they run by the one that is installed with them.
  await pnpm(['install', '--ignore-workspace', '--frozen-lockfile', '--config.engine-strict=false'], bench);
  utimesSync(installed, new Date(), new Date());
}
const packages = ['queue', 'media', 'cut-benchmark', 'worker', 'api'].map((one) => `--filter=@orq/${one}...`);
await pnpm(['exec', 'turbo', 'run', 'build', ...packages, '--output-logs=errors-only']);
// Compiled too: a process that reads TypeScript itself is slower, and larger by tens of MB.
await pnpm(['exec', 'tsc', '-p', 'tsconfig.build.json'], bench);
process.exitCode = await run(process.execPath, [`dist/${name}.js`, ...options], bench);
