import { expect, test } from 'vitest';
import { spawnProcess } from '../src/index.ts';

const talker = new URL('./processes/talker.ts', import.meta.url);

test('runs TypeScript as a process of its own and captures what it writes', async () => {
  const child = spawnProcess(talker, { args: ['leave'], env: { GREETING: 'hello' } });

  await expect(child.exited).resolves.toEqual({ code: 3, signal: null });
  expect(child.output()).toBe(`hello from ${child.pid}\n`);
});

test('kills a process that does not end by itself', async () => {
  const child = spawnProcess(talker, { args: ['stay'], env: { GREETING: 'hi' } });
  await child.waitForOutput(/hi from \d+/);

  await expect(child.kill('SIGKILL')).resolves.toEqual({ code: null, signal: 'SIGKILL' });
});

test('shows the output of a process that ends before it is ready', async () => {
  const child = spawnProcess(talker, { args: ['leave'], env: { GREETING: 'oops' } });

  await expect(child.waitForOutput('ready')).rejects.toThrow(/"code":3.*oops from/s);
});
