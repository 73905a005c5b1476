import { connect, type Sql } from '@orq/db/client';
import type { Lifetime } from './lifetime.ts';

/** A database for one measurement. */
export interface Database {
  url: string;
  /** A client of the runner's own. */
  sql: Sql;
  /** Drops it. */
  close(): Promise<void>;
}

/** Makes a database of this name anew. @param serverUrl that of another one, with the right to make databases */
export async function openDatabase(serverUrl: string, name: string, lifetime: Lifetime): Promise<Database> {
  const url = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
  const drop = () => administer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await drop();
  await administer(serverUrl, `CREATE DATABASE ${name}`);
  const sql = connect(url, { max: 2, applicationName: 'orq-bench' });
  const close = lifetime.own(async () => {
    await sql.end({ timeout: 1 });
    await drop();
  });
  return { url, sql, close };
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const sql = connect(serverUrl, { max: 1 });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
