import type { Sql, TransactionSql } from '@orq/db';
import { transact } from '@orq/queue';
import type { z } from 'zod';
import { answer, DatabaseUnavailableError } from '../database-call.ts';
import { ProblemError } from '../problem.ts';

/** How long the transaction may take, in ms. */
const TRANSACTION_BOUND_MS = 15_000;

/** The database was lost while the transaction committed: whether it did is not known. */
export class CommitUnknownError extends DatabaseUnavailableError {}

/** What a key stands for: the call, and what was sent with it. */
export interface KeyedCall<Schema extends z.ZodType> {
  /** Keys of different scopes do not meet. */
  scope: string;
  /** Undefined where the client sends none: then each call is a new one. */
  key: string | undefined;
  /** What makes two calls the same. */
  content: readonly unknown[];
  /** The answer, as it is kept. */
  answer: Schema;
  /** What a client is told that used the key for something else. */
  reused: string;
}

export interface Once<Result> {
  result: Result;
  /** False when the key had been used before for this same call: `result` is the answer given then. */
  created: boolean;
}

/** SHA-256 of the parts as JSON, in hexadecimal. */
async function fingerprint(parts: readonly unknown[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(parts)));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @returns false when the key is taken. Waits while another transaction that takes it is still open. */
async function takeKey(tx: TransactionSql, scope: string, key: string, print: string): Promise<boolean> {
  const { count } = await tx`
    INSERT INTO orq.idempotency_keys (scope, key, fingerprint, response)
    VALUES (${scope}, ${key}, ${print}, '{}')
    ON CONFLICT DO NOTHING`;
  return count === 1;
}

async function earlierAnswer<Schema extends z.ZodType>(
  tx: TransactionSql,
  { scope, answer: schema, reused }: KeyedCall<Schema>,
  key: string,
  print: string,
): Promise<z.output<Schema>> {
  const [row] = await tx<{ fingerprint: string; response: unknown }[]>`
    SELECT fingerprint, response FROM orq.idempotency_keys WHERE scope = ${scope} AND key = ${key}`;
  if (row?.fingerprint === print) return schema.parse(row.response);
  throw new ProblemError('idempotency-key-reused', reused);
}

/**
 * Runs `work` in a transaction, once for a key: a second call with the same key and content gets the answer of the first.
 * The key is taken and the answer kept in that same transaction, so that a call which fails leaves its key free.
 *
 * @throws {ProblemError} `idempotency-key-reused`
 * @throws {CommitUnknownError} when it may have been done; {@link DatabaseUnavailableError} when it was not
 */
export async function once<Schema extends z.ZodType>(
  sql: Sql,
  call: KeyedCall<Schema>,
  work: (tx: TransactionSql) => Promise<z.input<Schema>>,
): Promise<Once<z.output<Schema>>> {
  const { scope, key } = call;
  const print = key === undefined ? '' : await fingerprint(call.content);
  let commits = false;
  let givenUp = false;
  const transaction = transact(sql, async (tx): Promise<Once<z.output<Schema>>> => {
    if (key !== undefined && !(await takeKey(tx, scope, key, print))) {
      return { result: await earlierAnswer(tx, call, key, print), created: false };
    }
    const result = call.answer.parse(await work(tx));
    if (key !== undefined) {
      await tx`
        UPDATE orq.idempotency_keys SET response = ${JSON.stringify(result)}::text::jsonb
        WHERE scope = ${scope} AND key = ${key}`;
    }
    if (givenUp) throw new Error('The answer was given already: nothing of it was done');
    commits = true;
    return { result, created: true };
  });
  // The bound may pass first; what comes of the transaction then is not an unhandled rejection.
  transaction.catch(() => undefined);
  try {
    return await answer(transaction, TRANSACTION_BOUND_MS);
  } catch (error) {
    givenUp = true;
    throw commits && error instanceof DatabaseUnavailableError ? new CommitUnknownError(error.cause) : error;
  }
}
