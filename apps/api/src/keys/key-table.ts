import type { Scope } from '@orq/contracts';
import type { Sql } from '@orq/db';
import { formatToken, hashSecret, newToken } from './secret.ts';

/** A key, without its secret. */
export interface KeyRecord {
  id: string;
  name: string;
  scope: Scope;
  /** It is limited to these; null: it is not. */
  queues: string[] | null;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
}

/** A key as it is held against what a call brings. */
export interface UsableKey {
  id: string;
  scope: Scope;
  queues: string[] | null;
  secretSha256: string;
}

const columns = (sql: Sql) => sql`
  id, name, scope, to_json(queues) AS queues, created_at AS "createdAt", expires_at AS "expiresAt", revoked_at AS "revokedAt",
  last_used_at AS "lastUsedAt"`;

export interface NewKey {
  name: string;
  scope: Scope;
  /** Limits it to these. */
  queues?: string[] | undefined;
  /** After so many ms it expires; undefined: never. */
  expiresInMs?: number | undefined;
}

/** Sent as JSON: the client knows no array types. */
const jsonArray = (sql: Sql, texts: readonly string[] | undefined) =>
  texts ? sql`ARRAY(SELECT jsonb_array_elements_text(${JSON.stringify(texts)}::text::jsonb))` : sql`NULL`;

/** Makes a key. @returns it, and the token that nobody can read again */
export async function createKey(
  sql: Sql,
  { name, scope, queues, expiresInMs }: NewKey,
): Promise<{ token: string; key: KeyRecord }> {
  const token = newToken();
  const [key] = await sql<KeyRecord[]>`
    INSERT INTO orq.api_keys (id, name, scope, queues, secret_sha256, expires_at)
    VALUES (${token.id}, ${name}, ${scope}, ${jsonArray(sql, queues)}, ${await hashSecret(token.secret)},
      now() + ${expiresInMs ?? null}::float8 * interval '1 millisecond')
    RETURNING ${columns(sql)}`;
  if (!key) throw new Error('The database gave no key back');
  return { token: formatToken(token), key };
}

/** Every key there has been, the newest first. */
export const listKeys = (sql: Sql): Promise<KeyRecord[]> => sql<KeyRecord[]>`
  SELECT ${columns(sql)} FROM orq.api_keys ORDER BY created_at DESC, id`;

/** Revokes a key. One that was revoked before stays as it is. @returns undefined where there is none */
export async function revokeKey(sql: Sql, id: string): Promise<KeyRecord | undefined> {
  const [key] = await sql<KeyRecord[]>`
    UPDATE orq.api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE id = ${id}
    RETURNING ${columns(sql)}`;
  return key;
}

/** The keys that open anything now, and whether there has ever been one. */
export async function readUsableKeys(sql: Sql): Promise<{ usable: UsableKey[]; everMade: boolean }> {
  const usable = await sql<UsableKey[]>`
    SELECT id, scope, to_json(queues) AS queues, secret_sha256 AS "secretSha256" FROM orq.api_keys
    WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`;
  if (usable.length > 0) return { usable, everMade: true };
  const [row] = await sql<{ everMade: boolean }[]>`
    SELECT EXISTS (SELECT FROM orq.api_keys) AS "everMade"`;
  return { usable, everMade: row?.everMade ?? true };
}

/** Notes that a key is used now, once a minute among all processes. */
export async function noteUse(sql: Sql, id: string): Promise<void> {
  await sql`
    UPDATE orq.api_keys SET last_used_at = now()
    WHERE id = ${id} AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`;
}
