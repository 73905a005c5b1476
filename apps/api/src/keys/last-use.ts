import type { Sql } from '@orq/db';
import type { Logger } from '@orq/queue';
import { noteUse } from './key-table.ts';

const MINUTE_MS = 60_000;

/** Notes which keys are used, at most once a minute each, beside the calls that use them. */
export function createLastUse(sql: Sql, log: Logger): (keyId: string) => void {
  const notedAt = new Map<string, number>();
  return (keyId) => {
    const now = performance.now();
    if (now - (notedAt.get(keyId) ?? -Infinity) < MINUTE_MS) return;
    notedAt.set(keyId, now);
    noteUse(sql, keyId).catch((error: unknown) =>
      log.warn({ err: error, key: keyId }, 'the last use of a key was not noted'),
    );
  };
}
