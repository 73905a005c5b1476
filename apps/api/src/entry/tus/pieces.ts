import { pieceKey, type Sql } from '@orq/db';
import type { ObjectStore } from '@orq/storage';
import { v7 as uuidv7 } from 'uuid';
import { answer } from '../../database-call.ts';
import { ProblemError } from '../../problem.ts';

/** What is lost at most when a process is killed: a piece is there once it is whole. */
const PIECE_BYTES = 64 * 1024 * 1024;

interface PieceDeps {
  sql: Sql;
  storage: ObjectStore;
}

/** A part of an upload that is in storage. */
interface Piece {
  key: string;
  offset: number;
  bytes: number;
}

/** Reads a body in pieces. Its failure ends the piece that it comes in, and is kept: what had come until then counts. */
function splitter(body: AsyncIterable<Uint8Array>) {
  const chunks = body[Symbol.asyncIterator]();
  let next: Uint8Array | undefined;
  let failure: unknown;
  async function read(): Promise<void> {
    try {
      const { done, value } = await chunks.next();
      next = done ? undefined : value;
    } catch (error) {
      [next, failure] = [undefined, error];
    }
  }
  return {
    failure: () => failure,
    async hasMore(): Promise<boolean> {
      if (!next) await read();
      return next !== undefined;
    },
    async *piece(): AsyncGenerator<Uint8Array> {
      for (let bytes = 0; next && bytes < PIECE_BYTES; await read()) {
        bytes += next.length;
        yield next;
      }
    },
  };
}

/** @returns false where another request has written a piece that begins there, too */
async function noteOf(sql: Sql, uploadId: string, { key, offset, bytes }: Piece): Promise<boolean> {
  const { count } = await answer(sql`
    INSERT INTO orq.upload_pieces (upload_id, offset_bytes, bytes, storage_key)
    VALUES (${uploadId}, ${offset}, ${bytes}, ${key}) ON CONFLICT DO NOTHING`);
  return count === 1;
}

/**
 * Puts what comes into storage, as the next pieces of an upload. What came before a break is kept.
 *
 * @returns where the upload stands now
 * @throws {ProblemError} `upload-conflict`; what the body throws, after what came before it is stored
 */
export async function writePieces(
  { sql, storage }: PieceDeps,
  uploadId: string,
  from: number,
  body: AsyncIterable<Uint8Array>,
): Promise<number> {
  const split = splitter(body);
  let offset = from;
  while (await split.hasMore()) {
    const key = pieceKey(uploadId, offset, uuidv7());
    const { bytes } = await storage.put(key, split.piece());
    if (!(await noteOf(sql, uploadId, { key, offset, bytes }))) {
      await storage.delete(key);
      throw new ProblemError(
        'upload-conflict',
        'Another request sends this upload: ask where it stands, by HEAD',
      );
    }
    offset += bytes;
  }
  const failure = split.failure();
  if (failure !== undefined) throw failure;
  return offset;
}

/** The pieces of an upload, in their order. */
async function listPieces(sql: Sql, uploadId: string): Promise<Piece[]> {
  return answer(sql<Piece[]>`
    SELECT storage_key AS key, offset_bytes::float8 AS offset, bytes::float8 AS bytes
    FROM orq.upload_pieces WHERE upload_id = ${uploadId} ORDER BY offset_bytes`);
}

/** All that has come of an upload, from its first byte on. */
export async function* readPieces({ sql, storage }: PieceDeps, uploadId: string): AsyncGenerator<Uint8Array> {
  for (const { key } of await listPieces(sql, uploadId)) {
    const { stream } = await storage.get(key);
    for await (const chunk of stream) yield chunk;
  }
}

/** Removes the pieces of an upload. What cannot be removed now is no row's any more: the sweep finds it. */
export async function removePieces({ sql, storage }: PieceDeps, uploadId: string): Promise<void> {
  const removed = await answer(sql<{ key: string }[]>`
    DELETE FROM orq.upload_pieces WHERE upload_id = ${uploadId} RETURNING storage_key AS key`);
  await Promise.allSettled(removed.map(({ key }) => storage.delete(key)));
}
