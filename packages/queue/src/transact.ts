import type { Sql, TransactionSql } from '@orq/db';
import { sleep } from './sleep.ts';

type Work<T> = (tx: TransactionSql) => T | Promise<T>;

/** How long the driver may take to tell that a connection has closed, after a statement on it has failed. In ms. */
const CLOSE_NOTICE_MS = 25;

/** Its code makes it count as the database being gone. */
class TransactionOverError extends Error {
  override readonly name = 'TransactionOverError';
  readonly code = 'CONNECTION_CLOSED';
}

/**
 * `sql.begin` for work that may outlive its connection. Once that has closed, postgres.js 3.4 runs what the work still
 * asks for on a later session, outside of any transaction, and its own ROLLBACK or COMMIT ends the process
 * (porsager/postgres#1208, #1216). Here nothing more is sent.
 *
 * @param mode as `BEGIN` takes it
 * @throws what the work throws; when the connection has closed, an error that counts as the database being gone
 */
export async function transact<T>(sql: Sql, work: Work<T>, mode = '') {
  let over = false;
  /** The driver rejects the transaction by itself; until then, what never settles keeps it from ending it again. */
  const never = new Promise<never>(() => undefined);

  async function perform<R>(tx: TransactionSql, run: Work<R>): Promise<R> {
    try {
      const given = run(guard(tx));
      const done = await (Array.isArray(given) ? Promise.all(given).then(() => given) : given);
      await sleep(0);
      return over ? await never : done;
    } catch (error) {
      await sleep(CLOSE_NOTICE_MS);
      if (over) return never;
      throw error;
    }
  }

  function guard(tx: TransactionSql): TransactionSql {
    function refuseWhenOver() {
      if (over) throw new TransactionOverError('This transaction is over, or its connection has closed');
    }
    return new Proxy(tx, {
      apply(target, self, statement) {
        refuseWhenOver();
        return Reflect.apply(target, self, statement);
      },
      get(target, key, receiver) {
        refuseWhenOver();
        return key === 'savepoint' ? savepointOn(target) : Reflect.get(target, key, receiver);
      },
    });
  }

  function savepointOn(tx: TransactionSql) {
    return <R>(...call: [Work<R>] | [string, Work<R>]) => {
      const [name, run] = call.length === 2 ? call : [undefined, call[0]];
      const inside = (inner: TransactionSql) => perform(inner, run);
      return name === undefined ? tx.savepoint(inside) : tx.savepoint(name, inside);
    };
  }

  try {
    return await sql.begin(mode, (tx) => perform(tx, work));
  } finally {
    over = true;
  }
}
