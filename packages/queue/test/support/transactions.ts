import { connect, database } from '@orq/db';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Transaction } from '../../src/index.ts';

/** Runs work in a transaction that commits, or rolls back with what the work throws. */
type InTransaction = (url: string, work: (tx: Transaction) => Promise<unknown>) => Promise<void>;

/** Every kind of transaction that a caller may bring. */
export const transactionsOf: Record<string, InTransaction> = {
  'postgres.js': (url, work) => overPostgresJs(url, (sql) => sql.begin(work)),
  'drizzle over postgres.js': (url, work) => overPostgresJs(url, (sql) => database(sql).transaction(work)),
  'drizzle over node-postgres': (url, work) =>
    overNodePostgres(url, (client) => drizzle({ client }).transaction(work)),
  'node-postgres': (url, work) =>
    overNodePostgres(url, async (client) => {
      await client.query('BEGIN');
      try {
        await work(client);
        await client.query('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      }
    }),
};

async function overPostgresJs(url: string, work: (sql: ReturnType<typeof connect>) => Promise<unknown>) {
  const sql = connect(url, { max: 1 });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}

async function overNodePostgres(url: string, work: (client: pg.Client) => Promise<unknown>) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
