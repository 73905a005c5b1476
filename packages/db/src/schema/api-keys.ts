import type { Scope } from '@orq/contracts';
import { text, timestamp } from 'drizzle-orm/pg-core';
import { orq } from './orq.ts';

const time = (name: string) => timestamp(name, { withTimezone: true });

/** Keys of the api. One that is revoked keeps its row: where there has been a key, the api is never open again. */
export const apiKeys = orq.table('api_keys', {
  /** 16 hexadecimal digits, the part of the key that is no secret. */
  id: text().primaryKey(),
  name: text().notNull(),
  scope: text().$type<Scope>().notNull(),
  /** It reaches what is of these queues, and nothing else. Null: of all. */
  queues: text().array(),
  /** SHA-256 of the secret part, in hexadecimal. */
  secretSha256: text('secret_sha256').notNull(),
  createdAt: time('created_at').notNull().defaultNow(),
  /** Null: it never expires. */
  expiresAt: time('expires_at'),
  revokedAt: time('revoked_at'),
  /** True to a minute. */
  lastUsedAt: time('last_used_at'),
});
