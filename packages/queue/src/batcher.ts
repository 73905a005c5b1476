import { isTransient } from './errors.ts';

export interface BatcherOptions<Item, Result> {
  /** Does it for all of them at once. @returns their results, in the same order */
  run(items: readonly Item[]): Promise<readonly Result[]>;
  /** Items at once, at most. */
  maxItems: number;
  /** Batches under way at once, at most. */
  maxInFlight: number;
}

export interface Batcher<Item, Result> {
  add(item: Item): Promise<Result>;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Does one by one what is asked one by one, and together what is asked while others are under way. Nobody waits for a
 * batch to fill: while a place is free, what is there goes at once; under load what comes meanwhile makes the next batch.
 * When a batch is refused for what one of its items says, each of them is done by itself.
 */
export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const { run, maxItems, maxInFlight } = options;
  let waiting: Waiting<Item, Result>[] = [];
  let inFlight = 0;
  let scheduled = false;

  function pump() {
    scheduled = false;
    while (inFlight < maxInFlight && waiting.length > 0) {
      const batch = waiting.slice(0, maxItems);
      waiting = waiting.slice(maxItems);
      inFlight += 1;
      void send(batch).finally(() => {
        inFlight -= 1;
        pump();
      });
    }
  }

  async function send(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await run(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      if (batch.length > 1 && !isTransient(error)) {
        for (const one of batch) await send([one]);
      } else {
        for (const { reject } of batch) reject(error);
      }
    }
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (scheduled) return;
        scheduled = true;
        // What is asked for within the same turn of the event loop's microtasks goes together.
        queueMicrotask(pump);
      }),
  };
}
