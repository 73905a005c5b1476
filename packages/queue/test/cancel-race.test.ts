import { expect, test } from 'vitest';
import { completeJobs } from '../src/sql/complete.ts';
import { wakeKeys } from '../src/sql/concurrency-keys.ts';
import { dieWithJobs } from './support/dead-worker.ts';
import { echo, openTestQueue } from './support/test-queue.ts';
import { untilLocked } from './support/until-locked.ts';

test('a parked job that gets its slot while it is being cancelled is cancelled all the same', async () => {
  await using t = await openTestQueue();
  const options = { concurrencyKey: 'one at a time' };
  await t.queue.enqueue(echo, { text: 'runs' }, options);
  const parked = await t.queue.enqueue(echo, { text: 'is parked' }, options);
  const { workerId, jobs } = await dieWithJobs(t.sql);
  await completeJobs(
    t.sql,
    workerId,
    jobs.map((job) => ({ job, result: '{}' })),
  );

  const cancelled = await t.sql.begin(async (tx) => {
    await tx`SELECT FROM orq.wake_keys(ARRAY['one at a time'])`;
    const answer = t.queue.cancel(parked.id);
    // For the row that the wake has moved.
    await untilLocked(t.sql);
    return { answer };
  });

  expect(await cancelled.answer).toBe('cancelled');
  expect((await t.queue.get(parked.id))?.status).toBe('cancelled');
  expect(await wakeKeys(t.sql, ['one at a time'])).toEqual([]);
});
