import { jsonb, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { orq } from './orq.ts';

/** The answer that was given under a key, and the fingerprint of the request that it was given to. */
export const idempotencyKeys = orq.table(
  'idempotency_keys',
  {
    /** Keys of different routes do not meet. */
    scope: text().notNull(),
    key: text().notNull(),
    fingerprint: text().notNull(),
    response: jsonb().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ name: 'idempotency_keys_pkey', columns: [table.scope, table.key] })],
);
