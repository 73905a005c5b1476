import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { repositoryRoot } from './stack/settings.ts';

/** Scripts of the root package.json with further arguments, the slow ones first; so many of them at a time. */
const STEPS: [string, ...string[]][] = [
  ['build', '--output-logs=errors-only', '--concurrency=2'],
  ['types'],
  ['contracts'],
  ['boundaries'],
  ['unused'],
  ['lint'],
  ['format:check'],
];
const AT_ONCE = 2;

/** Runs one step, prints a line for it and, where it fails, what it has written. */
async function passes(step: string, args: string[]): Promise<boolean> {
  const startedAt = performance.now();
  const child = spawn('pnpm', ['--silent', 'run', step, ...args], {
    cwd: repositoryRoot,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
  await once(child, 'close');
  const passed = child.exitCode === 0;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${passed ? 'ok    ' : 'FAILED'} ${step.padEnd(14)} ${seconds.padStart(5)} s\n`);
  if (!passed) process.stdout.write(`${Buffer.concat(output).toString().trim()}\n\n`);
  return passed;
}

const waiting = [...STEPS];
let allPass = true;
async function runWaiting(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const [step, ...args] = next;
    allPass = (await passes(step, args)) && allPass;
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, runWaiting));
process.exit(allPass ? 0 : 1);
