import type { Scope } from '@orq/contracts';
import { createKey, type KeyRecord } from '../../src/keys/key-table.ts';
import type { TestApi } from './api.ts';

export interface TestKey {
  token: string;
  key: KeyRecord;
  /** As the headers of a call. */
  headers: { authorization: string };
}

/** Makes a key, as the command does. */
export async function makeKey(
  { sql }: Pick<TestApi, 'sql'>,
  scope: Scope,
  options: { expiresInMs?: number; queues?: string[] } = {},
): Promise<TestKey> {
  const made = await createKey(sql, { name: `test ${scope}`, scope, ...options });
  return { ...made, headers: { authorization: `Bearer ${made.token}` } };
}
