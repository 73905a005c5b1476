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
  /**
   * Whether the URL leads to a transaction pooler: then nothing is prepared, which costs speed, and there are ten times as
   * many connections, which are cheap there. Default false.
   */
  pooled?: boolean;
}

/** In seconds, after so many failures: from 0.1 up to 2, less a random half. The driver's own goes up to 20. */
const reconnectDelay = (failures: number) => (0.5 + Math.random() / 2) * Math.min(0.1 * 2 ** failures, 2);

/**
 * Opens a pool of connections; none is made before the first query.
 *
 * @param url a PostgreSQL connection URL
 */
export function connect(
  url: string,
  { max = 10, applicationName = 'orq', pooled = false }: ConnectOptions = {},
): Sql {
  return postgres(url, {
    // What postgres.js sends behind another statement, for want of a connection, gets stuck in poolers
    // (porsager/postgres#970), and it cannot be told to wait in its place.
    max: pooled ? 10 * max : max,
    prepare: !pooled,
    connect_timeout: 10,
    backoff: reconnectDelay,
    // postgres.js 3.4 lets nobody catch the failure of its query for the array types: it ends the process
    // (porsager/postgres#1192). Arrays are sent as text and cast.
    fetch_types: false,
    onnotice: () => undefined,
    connection: { application_name: applicationName },
  });
}
