import type { Sql } from '@orq/db';
import { createBatcher } from './batcher.ts';
import { type Place, wakeKeys } from './sql/concurrency-keys.ts';

/** Passes freed slots of concurrency keys on to the jobs that wait for them. */
export interface KeyWaker {
  /** A slot of this key was freed. Never throws: what is missed, housekeeping finds. */
  freed(key: string): void;
}

export interface KeyWakerDeps {
  sql: Sql;
  /** Called with the places of jobs that can run now. */
  onWoken(places: readonly Place[]): void;
}

/** Keys that are woken in one statement at most; their locks are held together. */
const KEYS_AT_ONCE = 50;

export function createKeyWaker({ sql, onWoken }: KeyWakerDeps): KeyWaker {
  const waking = createBatcher<string, void>({
    maxItems: KEYS_AT_ONCE,
    maxInFlight: 1,
    async run(keys) {
      const places = await wakeKeys(sql, [...new Set(keys)]);
      if (places.length > 0) onWoken(places);
      return keys.map(() => undefined);
    },
  });
  return { freed: (key) => void waking.add(key).catch(() => undefined) };
}
