import type { BinaryAnswer } from '@orq/contracts';
import type { StoredMedia } from '@orq/db';
import { ObjectNotFoundError, type ObjectStore, type ReadBody } from '@orq/storage';
import type { Context } from 'hono';
import { isKnown, REVALIDATED } from '../etag.ts';
import { ProblemError } from '../problem.ts';
import { parseRange, type RequestedRange } from './byte-range.ts';

/** The content type that a route of one kind of file promises. */
export const typeOf = ({ success }: { success: BinaryAnswer }): string => success.binary.contentTypes[0];

/** What is stored under a key never changes, so the digest of its bytes stands for all of them. */
const etagOf = ({ sha256 }: StoredMedia) => `"${sha256}"`;

/**
 * Answers a GET or HEAD with the bytes of a stored file, as RFC 9110 has it: all of them, the single range that is asked for
 * (206), or none where the client has them already (304). They stream from storage at the client's pace.
 *
 * @throws {ProblemError} `range-not-satisfiable`; `not-found` when storage has lost the file
 */
export async function answerFile(
  c: Context,
  storage: ObjectStore,
  file: StoredMedia,
  contentType: string,
): Promise<Response> {
  const etag = etagOf(file);
  const headers = { 'accept-ranges': 'bytes', 'cache-control': REVALIDATED, etag };
  if (isKnown(c.req.header('if-none-match'), etag)) return c.body(null, 304, headers);

  const range = rangeOf(c, file, etag);
  if (range === 'unsatisfiable') {
    throw new ProblemError('range-not-satisfiable', `The file has ${file.bytes} bytes`, {
      headers: { 'accept-ranges': 'bytes', 'content-range': `bytes */${file.bytes}` },
    });
  }
  const isPart = range !== 'all';
  const length = isPart ? range.last - range.first + 1 : file.bytes;
  const described = {
    ...headers,
    'content-type': contentType,
    'content-length': String(length),
    ...(isPart && { 'content-range': `bytes ${range.first}-${range.last}/${file.bytes}` }),
  };
  // The body of an answer to HEAD is dropped, and a stream that nobody reads would hold the object open.
  if (c.req.method === 'HEAD') return c.body(null, 200, described);
  const { stream } = await read(storage, file, isPart ? range : undefined);
  return c.body(stream, isPart ? 206 : 200, described);
}

/** Ranges are for GET alone, and hold only for the file that `If-Range` names; a date there is none that we ever told. */
function rangeOf(c: Context, file: StoredMedia, etag: string): RequestedRange {
  const ifRange = c.req.header('if-range');
  const isWhole = c.req.method === 'HEAD' || (ifRange !== undefined && ifRange.trim() !== etag);
  return isWhole ? 'all' : parseRange(c.req.header('range'), file.bytes);
}

async function read(
  storage: ObjectStore,
  { key }: StoredMedia,
  range: { first: number; last: number } | undefined,
): Promise<ReadBody> {
  try {
    return await storage.get(key, { range });
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError)) throw error;
    throw new ProblemError('not-found', 'Its file is no longer in storage: ask again, or render it again', {
      cause: error,
    });
  }
}
