import postgres from 'postgres';

/** A postgres.js client. */
export type Sql = postgres.Sql;

/** A postgres.js transaction, as `sql.begin` hands it over. */
export type TransactionSql = postgres.TransactionSql;

export interface ConnectOptions {
  /** Connections at most. Default 10. */
  max?: number;
  /** Shown in pg_stat_activity. Default `orq`. */
  applicationName?: string;
}

/**
 * Opens a pool of connections; none is made before the first query.
 *
 * @param url a PostgreSQL connection URL
 */
export function connect(url: string, { max = 10, applicationName = 'orq' }: ConnectOptions = {}): Sql {
  return postgres(url, {
    max,
    prepare: true,
    connect_timeout: 10,
    onnotice: () => undefined,
    connection: { application_name: applicationName },
  });
}
