import { type ClientOptions, createClient, defineJob, type Fetch, type Orq } from '@orq/contracts';
import { createWorker, defineHandler, PermanentError, type Worker } from '@orq/queue';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { TestApi } from './api.ts';

export const wordCount = defineJob({
  type: 'word_count',
  input: z.object({ text: z.string(), waits: z.boolean().optional(), fails: z.boolean().optional() }),
  output: z.object({ words: z.int() }),
});

export const clientOf = (api: Pick<TestApi, 'url'>, options: Partial<ClientOptions> = {}): Orq =>
  createClient({ baseUrl: api.url, ...options });

/** A worker that counts words. A job that `waits` runs until `release` is called, or until it is told to end. */
export async function startWordCounter(api: TestApi): Promise<{ worker: Worker; release: () => void }> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const handler = defineHandler(wordCount, async ({ input, signal, progress, log }) => {
    if (input.fails) throw new PermanentError('too many words');
    progress(0.5);
    log.info({ text: input.text }, 'counting');
    if (input.waits) {
      const told = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      await Promise.race([released, told]);
      signal.throwIfAborted();
    }
    return { words: input.text.split(' ').length };
  });
  const worker = createWorker({ sql: api.sql, handlers: [handler] });
  await worker.start();
  onTestFinished(() => worker.stop({ drainMs: 0 }));
  return { worker, release };
}

/** A fetch that fails as it is told before it lets a call through, and keeps what was sent. */
export function unreliableFetch(failures: (() => Promise<Response>)[]) {
  const calls: { url: string; headers: Headers; at: number }[] = [];
  const unreliable: Fetch = async (url, init) => {
    calls.push({ url, headers: new Headers(init.headers), at: performance.now() });
    const fail = failures.shift();
    return fail ? fail() : fetch(url, init);
  };
  return { fetch: unreliable, calls };
}
