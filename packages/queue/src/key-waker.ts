import type { Sql } from '@orq/db';
import { createBatcher } from './batcher.ts';
import { wakeKeys } from './sql/concurrency-keys.ts';

/** Passes freed slots of concurrency keys on to the jobs that wait for them. */
export interface KeyWaker {
  /** A slot of this key was freed. Never throws: what is missed, housekeeping finds. */
  freed(key: string): void;
}

export interface KeyWakerDeps {
  sql: Sql;
  /** Tells the workers of a queue that there is work. */
  ring(queue: string): void;
}

/** Keys that are woken in one statement at most; their locks are held together. */
const KEYS_AT_ONCE = 50;

export function createKeyWaker({ sql, ring }: KeyWakerDeps): KeyWaker {
  const waking = createBatcher<string, void>({
    maxItems: KEYS_AT_ONCE,
    maxInFlight: 1,
    async run(keys) {
      const queues = await wakeKeys(sql, [...new Set(keys)]);
      queues.forEach(ring);
      return keys.map(() => undefined);
    },
  });
  return { freed: (key) => void waking.add(key).catch(() => undefined) };
}
