import { defineJob } from '@orq/contracts';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { echo, openTestQueue, runEcho } from './support/test-queue.ts';

const unheardOf = defineJob({ type: 'unheard_of', input: z.object({}), output: z.object({}) });

test('counts the live workers that know a type and work its queue, and none that is taken for dead', async () => {
  await using t = await openTestQueue();
  await t.worker({ handlers: [runEcho] }).start();
  await t.worker({ handlers: [runEcho], queues: ['default', 'video'] }).start();
  const dead = t.worker({ handlers: [runEcho], queues: ['video'], name: 'dead', leaseMs: 60_000 });
  await dead.start();

  const before = await t.queue.countWorkers(echo, 'video');
  await t.sql`UPDATE orq.workers SET heartbeat_at = now() - interval '2 minutes' WHERE name = 'dead'`;

  expect(before).toBe(2);
  expect(await t.queue.countWorkers(echo, 'video')).toBe(1);
  expect(await t.queue.countWorkers(echo, 'default')).toBe(2);
  expect(await t.queue.countWorkers(unheardOf, 'default')).toBe(0);
});
