import type { Sql } from '@orq/db';
import { answer } from '../database-call.ts';
import { readUsableKeys, type UsableKey } from './key-table.ts';
import { hashSecret, parseToken, sameHash } from './secret.ts';

/** Keys as old as this are read again while they still serve. */
const STALE_MS = 2_000;
/** Keys older than this do not serve: a key that is revoked works for so long at most. */
const TOO_OLD_MS = 5_000;
/** Between two readings for keys that are not known: whoever guesses keys cannot make more queries than this allows. */
const SPACING_MS = 250;

/** The keys of the database, read now and then as a whole: no call costs a query, known or not (ADR 26). */
export interface KeyRing {
  /** Whether there has never been a key. */
  isEmpty(): Promise<boolean>;
  /** Whether a key that was found still opens anything. */
  has(keyId: string): Promise<boolean>;
  /** The key that a token is; undefined where it is none that opens anything. */
  find(token: string): Promise<UsableKey | undefined>;
}

interface Reading {
  keys: ReadonlyMap<string, UsableKey>;
  everMade: boolean;
  /** When it was asked for. */
  at: number;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Each call throws {@link DatabaseUnavailableError} where the keys have to be read and cannot be. */
export function createKeyRing(sql: Sql): KeyRing {
  let latest: Reading | undefined;
  let reading: Promise<Reading> | undefined;

  async function readNow(): Promise<Reading> {
    const at = performance.now();
    const { usable, everMade } = await answer(readUsableKeys(sql));
    return (latest = { keys: new Map(usable.map((key) => [key.id, key])), everMade, at });
  }

  function read(): Promise<Reading> {
    return (reading ??= readNow().finally(() => (reading = undefined)));
  }

  async function current(): Promise<Reading> {
    const age = latest ? performance.now() - latest.at : Infinity;
    if (!latest || age > TOO_OLD_MS) return read();
    if (age > STALE_MS) read().catch(() => undefined);
    return latest;
  }

  /** A reading that was asked for after `time`: a key that was made before is in it. */
  async function after(time: number): Promise<Reading> {
    for (;;) {
      if (latest && latest.at >= time) return latest;
      if (latest) await pause(latest.at + SPACING_MS - performance.now());
      await read();
    }
  }

  return {
    isEmpty: async () => !(await current()).everMade,
    has: async (keyId) => (await current()).keys.has(keyId),

    async find(text) {
      const calledAt = performance.now();
      const token = parseToken(text);
      if (!token) return undefined;
      const known = (await current()).keys.get(token.id);
      const key = known ?? (await after(calledAt)).keys.get(token.id);
      return key && sameHash(key.secretSha256, await hashSecret(token.secret)) ? key : undefined;
    },
  };
}
