import { cutAnalysis, UploadResult } from '@orq/contracts';
import type { Sql, TransactionSql } from '@orq/db';
import { type Queue, transact } from '@orq/queue';
import { answer, DatabaseUnavailableError } from '../database-call.ts';
import { ProblemError } from '../problem.ts';
import type { ReceivedUpload } from '../upload/receive-upload.ts';

/** How long the transaction may take, in ms. */
const TRANSACTION_BOUND_MS = 15_000;
const SCOPE = 'upload';

/** The database was lost while the transaction committed: whether it did is not known. */
export class CommitUnknownError extends DatabaseUnavailableError {}

export interface RecordedUpload {
  result: UploadResult;
  /** False when the idempotency key had been used before for this same upload: `result` is the answer given then. */
  created: boolean;
}

/**
 * What makes two uploads the same: content, title and name of the file, and which clips are wanted. SHA-256 in hexadecimal.
 */
async function fingerprint({ sha256, title, filename, clips }: ReceivedUpload): Promise<string> {
  const text = JSON.stringify([sha256, title, filename, ...(clips ? [clips] : [])]);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @returns false when the key is taken. Waits while another transaction that takes it is still open. */
async function takeKey(tx: TransactionSql, key: string, print: string): Promise<boolean> {
  const { count } = await tx`
    INSERT INTO orq.idempotency_keys (scope, key, fingerprint, response)
    VALUES (${SCOPE}, ${key}, ${print}, '{}')
    ON CONFLICT DO NOTHING`;
  return count === 1;
}

async function earlierResult(tx: TransactionSql, key: string, print: string): Promise<UploadResult> {
  const [row] = await tx<{ fingerprint: string; response: unknown }[]>`
    SELECT fingerprint, response FROM orq.idempotency_keys WHERE scope = ${SCOPE} AND key = ${key}`;
  if (row?.fingerprint === print) return UploadResult.parse(row.response);
  throw new ProblemError(
    'idempotency-key-reused',
    'This Idempotency-Key came with another file, title, filename or choice of clips before; use a new key for a new upload',
  );
}

/**
 * Records an upload that is in storage: its video, the job that analyses it and the idempotency key, all or none.
 *
 * @param videoId the id that the video gets
 * @throws {ProblemError} `idempotency-key-reused`
 * @throws {CommitUnknownError} when it may have been recorded; {@link DatabaseUnavailableError} when it was not
 */
export async function recordUpload(
  { sql, queue }: { sql: Sql; queue: Queue },
  videoId: string,
  upload: ReceivedUpload,
  idempotencyKey?: string,
): Promise<RecordedUpload> {
  const print = await fingerprint(upload);
  let commits = false;
  let givenUp = false;
  const transaction = transact(sql, async (tx): Promise<RecordedUpload> => {
    if (idempotencyKey !== undefined && !(await takeKey(tx, idempotencyKey, print))) {
      return { result: await earlierResult(tx, idempotencyKey, print), created: false };
    }
    await tx`
      INSERT INTO orq.video_assets (id, title, filename, content_type, size_bytes, sha256, storage_key)
      VALUES (${videoId}, ${upload.title}, ${upload.filename}, ${upload.contentType}, ${upload.bytes},
        ${upload.sha256}, ${upload.storageKey})`;
    const job = await queue.enqueue(cutAnalysis, { video_asset_id: videoId, clips: upload.clips }, { tx });
    const result: UploadResult = { video_asset_id: videoId, job_id: job.id };
    if (idempotencyKey !== undefined) {
      await tx`
        UPDATE orq.idempotency_keys SET response = ${tx.json(result)}
        WHERE scope = ${SCOPE} AND key = ${idempotencyKey}`;
    }
    if (givenUp) throw new Error('The answer was given already: it was not recorded');
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
