import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Sql } from './connect.ts';
import * as schema from './schema/index.ts';

/** Typed reads and writes through drizzle. Its client is its own: drizzle rewrites the client's parsers. */
export type Database = PostgresJsDatabase<typeof schema>;

/** Wraps a client of its own in drizzle. Do not hand the same client to the queue. */
export function database(sql: Sql): Database {
  return drizzle({ client: sql, schema });
}
