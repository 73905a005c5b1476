import { spawnProcess } from '@orq/testing';
import { expect, test } from 'vitest';
import { descendantsOf, stillRunning } from './support/processes.ts';
import { scratchDataDir } from './support/stack.ts';

test('a stack ends with the pnpm that it was started by', async () => {
  const env = { PORT: '0', ORQ_DATA_DIR: await scratchDataDir(), DATABASE_URL: undefined };
  const pnpm = spawnProcess(new URL('./processes/pnpm.ts', import.meta.url), { env });
  await pnpm.waitForOutput('Try it:', { timeoutMs: 60_000 });
  const started = descendantsOf(pnpm.pid);

  process.kill(pnpm.pid, 'SIGKILL');

  await expect.poll(() => stillRunning(started), { timeout: 30_000 }).toEqual([]);
  expect((await pnpm.exited).signal).toBe('SIGKILL');
  expect(pnpm.output()).toContain('Stopped.');
});
