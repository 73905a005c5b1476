import { cutAnalysis } from '@orq/contracts';
import { expect, test } from 'vitest';
import { sweepParts } from '../src/entry/sweep-parts.ts';
import { startApi } from './support/api.ts';

async function* oneByte() {
  yield new Uint8Array(1);
}

test('what parts of analyses have left goes once the analysis has ended, and not before', async () => {
  const { deps, sql } = await startApi();
  const { queue, storage } = deps;
  const input = { video_asset_id: crypto.randomUUID() };
  const [waiting, cancelled, completed] = await Promise.all(
    [1, 2, 3].map(async () => (await queue.enqueue(cutAnalysis, input)).id),
  );
  await queue.cancel(cancelled ?? '');
  await sql`UPDATE orq.jobs SET state = 'completed' WHERE id = ${completed ?? ''}`;
  const deleted = crypto.randomUUID();
  const owners = [waiting, cancelled, completed, deleted, 'not-a-job'];
  const keys = owners.flatMap((owner) => [`analysis/${owner}/0`, `analysis/${owner}/1`]);
  for (const key of [...keys, 'videos/v']) await storage.put(key, oneByte());

  const removed = await sweepParts(queue, storage);

  const left: string[] = [];
  for await (const { key } of storage.list()) left.push(key);
  expect(removed).toBe(6);
  expect(left.toSorted()).toEqual(
    [
      `analysis/${waiting}/0`,
      `analysis/${waiting}/1`,
      'analysis/not-a-job/0',
      'analysis/not-a-job/1',
      'videos/v',
    ].toSorted(),
  );
});
