import { existsSync } from 'node:fs';
import path from 'node:path';
import { startEmbeddedPostgres } from '@orq/db/embedded';
import { migrate } from '@orq/db/migrate';
import postgres from 'postgres';
import type { StackSettings } from './settings.ts';

/** A migrated database, and how to take leave of it. */
export interface StackDatabase {
  url: string;
  /** Settles if the server ends, with why; undefined where the server is not ours. */
  exited: Promise<string> | undefined;
  stop(): Promise<void>;
}

const DATABASE = 'orq';

/** Opens the database that DATABASE_URL names, else one on a server of this stack's own. Either is migrated. */
export async function openDatabase(
  settings: StackSettings,
  say: (line: string) => void,
): Promise<StackDatabase> {
  return settings.databaseUrl === undefined
    ? openEmbedded(path.join(settings.dataDir, 'postgres'), say)
    : openGiven(settings.databaseUrl, say);
}

async function openEmbedded(dataDir: string, say: (line: string) => void): Promise<StackDatabase> {
  say(existsSync(dataDir) ? `Starting PostgreSQL on ${dataDir}` : `Making a new database in ${dataDir}`);
  const server = await startEmbeddedPostgres({ dataDir });
  try {
    await createDatabase(server.url());
    say('Migrating the database');
    await migrate(server.url(DATABASE));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url: server.url(DATABASE), exited: server.exited, stop: () => server.stop() };
}

async function openGiven(url: string, say: (line: string) => void): Promise<StackDatabase> {
  const { host, pathname } = new URL(url);
  say(`Migrating the database ${host}${pathname} (DATABASE_URL)`);
  try {
    await migrate(url);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message || String(cause) : String(cause);
    throw new Error(`The database ${host}${pathname} that DATABASE_URL names can not be used: ${reason}`, {
      cause,
    });
  }
  return { url, exited: undefined, stop: async () => undefined };
}

async function createDatabase(adminUrl: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1 });
  try {
    const [found] = await sql`SELECT 1 FROM pg_database WHERE datname = ${DATABASE}`;
    if (found === undefined) await sql`CREATE DATABASE ${sql(DATABASE)}`;
  } finally {
    await sql.end();
  }
}
