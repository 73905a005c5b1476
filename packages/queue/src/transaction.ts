import type { Sql, TransactionSql } from '@orq/db';
import type { SQL } from 'drizzle-orm';

/** A node-postgres client inside a transaction, or a pool. */
interface NodePostgres {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>;
}

/** A drizzle database or transaction, over postgres.js or node-postgres. */
interface Drizzle {
  execute(query: SQL): PromiseLike<unknown>;
}

/** Whatever a caller's own transaction may be. */
export type Transaction = TransactionSql | Sql | Drizzle | NodePostgres;

/** Runs a statement with `$1`-style parameters, every one of them text or null, so that all drivers send them alike. */
export type Query = <Row>(text: string, parameters: readonly (string | null)[]) => Promise<Row[]>;

/**
 * One way to run a statement over the three drivers.
 *
 * @throws {TypeError} when `tx` is none of them
 */
export function queryOn(tx: Transaction): Query {
  if (typeof tx === 'function') return overPostgresJs(tx);
  if ('execute' in tx && typeof tx.execute === 'function') return overDrizzle(tx);
  if ('query' in tx && typeof tx.query === 'function') return overNodePostgres(tx);
  throw new TypeError('tx must be a transaction of postgres.js, drizzle-orm, or node-postgres (pg)');
}

function overPostgresJs(tx: TransactionSql | Sql): Query {
  return async <Row>(text: string, parameters: readonly (string | null)[]) => {
    const rows = await tx.unsafe<(Row & object)[]>(text, [...parameters], { prepare: true });
    return [...rows];
  };
}

function overDrizzle(tx: Drizzle): Query {
  return async <Row>(text: string, parameters: readonly (string | null)[]) => {
    // Loaded by those who use it: it takes more memory than all the rest of a worker.
    const { sql: fragment } = await import('drizzle-orm');
    const chunks = text
      .split(/\$(\d+)/)
      .map((part, index) =>
        index % 2 === 0 ? fragment.raw(part) : fragment`${parameters[Number(part) - 1] ?? null}`,
      );
    const result = await tx.execute(fragment.join(chunks));
    return rowsOf(result) as Row[];
  };
}

function overNodePostgres(tx: NodePostgres): Query {
  return async <Row>(text: string, parameters: readonly (string | null)[]) => {
    const { rows } = await tx.query(text, [...parameters]);
    return rows as Row[];
  };
}

/** Drizzle hands over what its driver gave: an array from postgres.js, `{ rows }` from node-postgres. */
function rowsOf(result: unknown): unknown[] {
  if (Array.isArray(result)) return result;
  if (typeof result === 'object' && result !== null && 'rows' in result && Array.isArray(result.rows)) {
    return result.rows;
  }
  throw new TypeError('drizzle over this driver is not supported: use postgres-js or node-postgres');
}
