import postgres from 'postgres';

/** A server, and the migrated database on it that tests clone. */
export interface TestDatabaseSource {
  adminUrl: string;
  template: string;
  /** Whether this server can clone by copying files, which takes half the time (PostgreSQL 15 and later). */
  copiesFiles: boolean;
}

/** Does some work on one connection that may create and drop databases. */
export async function withAdmin<T>(adminUrl: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

/** The same server's URL for another database. */
export function databaseUrl(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}
