import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createClient, defineJob, type Orq } from '@orq/contracts';
import { createWorker, defineHandler } from '@orq/queue';
import type { SpawnedProcess } from '@orq/testing';
import { z } from 'zod';
import { apis, keyCommand } from '../../src/runtimes.ts';
import { addressOf, type Environment, openEnvironment } from './environment.ts';

export const wordCount = defineJob({
  type: 'word_count',
  input: z.object({ text: z.string() }),
  output: z.object({ words: z.int() }),
});

const countWords = defineHandler(wordCount, async ({ input, log }) => {
  log.info({ text: input.text }, 'counting');
  return { words: input.text.split(' ').length };
});

export interface RunningApi extends Environment {
  process: SpawnedProcess;
  url: string;
  /** Of an api key of scope `admin`. */
  token: string;
  orq: Orq;
}

/** The api's process on a runtime, and a worker in this one that counts words. */
export async function startApi(
  runtime: keyof typeof apis,
  settings: Record<string, string> = {},
): Promise<RunningApi> {
  if (runtime === 'workerd') bundle();
  const environment = await openEnvironment();
  const token = makeKey(environment);
  const child = environment.start(apis[runtime], settings);
  const url = runtime === 'workerd' ? await socketOf(child) : await addressOf(child);
  const worker = createWorker({ sql: environment.sql, handlers: [countWords] });
  await worker.start();
  return {
    ...environment,
    process: child,
    url,
    token,
    orq: createClient({ baseUrl: url, token }),
    async [Symbol.asyncDispose]() {
      await worker.stop({ drainMs: 0 });
      await environment[Symbol.asyncDispose]();
    },
  };
}

function makeKey({ settings }: Environment): string {
  const args = [...keyCommand.args, 'keys', 'create', '--name=suite', '--scope=admin'];
  const env = { ...process.env, ...settings };
  return execFileSync(keyCommand.program, args, { env, encoding: 'utf8', stdio: 'pipe' }).trim();
}

/** Where workerd says that it listens. */
export async function socketOf(child: SpawnedProcess): Promise<string> {
  await child.waitForOutput(/"event":"listen"/);
  return `http://127.0.0.1:${/"port":(\d+)/.exec(child.output())?.[1]}`;
}

/** workerd runs one file. */
export function bundle(): void {
  const cwd = fileURLToPath(new URL('../../../../apps/api/', import.meta.url));
  execFileSync('pnpm', ['--silent', 'build:workerd'], { cwd });
}
