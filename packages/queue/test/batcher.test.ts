import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createBatcher } from '../src/batcher.ts';

/** A batcher whose batches end when the test says so. */
function heldBatcher(maxItems = 100, maxInFlight = 1) {
  const batches: number[][] = [];
  const release: (() => void)[] = [];
  const batcher = createBatcher<number, number>({
    maxItems,
    maxInFlight,
    async run(items) {
      batches.push([...items]);
      await new Promise<void>((resolve) => release.push(resolve));
      return items.map((item) => item * 10);
    },
  });
  const releaseNext = async () => {
    release.shift()?.();
    await sleep(0);
  };
  return { batcher, batches, releaseNext };
}

test('one that comes alone goes at once', async () => {
  const { batcher, batches, releaseNext } = heldBatcher();

  const result = batcher.add(1);
  await sleep(0);

  expect(batches).toEqual([[1]]);
  await releaseNext();
  expect(await result).toBe(10);
});

test('those that come while others are under way go together, each with its own result', async () => {
  const { batcher, batches, releaseNext } = heldBatcher();
  const results = [batcher.add(1)];
  await sleep(0);

  results.push(batcher.add(2), batcher.add(3));
  await sleep(0);
  results.push(batcher.add(4));
  await releaseNext();
  await releaseNext();

  expect(batches).toEqual([[1], [2, 3, 4]]);
  expect(await Promise.all(results)).toEqual([10, 20, 30, 40]);
});

test('no batch is larger than it may be, and no more are under way than may be', async () => {
  const { batcher, batches } = heldBatcher(2, 2);

  for (let item = 1; item <= 7; item++) void batcher.add(item);
  await sleep(0);

  expect(batches).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test('one that is refused fails alone', async () => {
  const batcher = createBatcher<number, number>({
    maxItems: 10,
    maxInFlight: 1,
    async run(items) {
      if (items.includes(13)) throw new Error('13 is refused');
      return items;
    },
  });

  const results = await Promise.allSettled([1, 13, 2].map((item) => batcher.add(item)));

  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('when the database is gone all fail, and none is tried by itself', async () => {
  let runs = 0;
  const gone = Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
  const batcher = createBatcher<number, number>({
    maxItems: 10,
    maxInFlight: 1,
    async run() {
      runs += 1;
      throw gone;
    },
  });

  const results = await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)));

  expect(results).toEqual([1, 2, 3].map(() => ({ status: 'rejected', reason: gone })));
  expect(runs).toBe(1);
});
