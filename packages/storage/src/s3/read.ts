import { ObjectNotFoundError, RangeNotSatisfiableError } from '../errors.ts';
import type { ByteRange, ReadBody } from '../object-store.ts';
import { isCode, S3Error, S3TimeoutError } from './errors.ts';
import type { S3Download, S3Http } from './http.ts';
import { backoff } from './retry.ts';

/** So often in a row may a connection break. Those that bring {@link PROGRESS_BYTES} between them do not count. */
const MAX_BREAKS = 5;
const PROGRESS_BYTES = 1024 * 1024;

const CONTENT_RANGE = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/;

interface Opened extends S3Download {
  reader: ReadableStreamDefaultReader<Uint8Array>;
  first: number;
  /** The byte after the last one that it gives. */
  end: number;
  objectBytes: number;
  etag: string;
}

async function openAt(http: S3Http, key: string, range: ByteRange | undefined, etag?: string) {
  const headers = {
    ...(range && { range: `bytes=${range.first}-${range.last}` }),
    ...(etag !== undefined && { 'if-match': etag }),
  };
  try {
    return describe(await http.open({ method: 'GET', key, headers }), range);
  } catch (error) {
    if (isCode(error, 'NoSuchKey')) throw new ObjectNotFoundError(key, { cause: error });
    if (range && error instanceof S3Error && error.status === 416) {
      throw new RangeNotSatisfiableError(key, range.first, { cause: error });
    }
    throw error;
  }
}

function describe(download: S3Download, range: ByteRange | undefined): Opened {
  const { response } = download;
  const [, first, last, total] = CONTENT_RANGE.exec(response.headers.get('content-range') ?? '') ?? [];
  const length = Number(response.headers.get('content-length'));
  const etag = response.headers.get('etag');
  const isAsked = range ? Number(first) === range.first && Number(last) <= range.last : last === undefined;
  if (!etag || !isAsked || !Number.isSafeInteger(length)) {
    const error = new Error('The storage service answered with other bytes than it was asked for');
    download.abort(error);
    throw error;
  }
  const end = range ? Number(last) + 1 : length;
  const objectBytes = range ? Number(total) : length;
  const body = response.body ?? new Blob([]).stream();
  return { ...download, reader: body.getReader(), first: range?.first ?? 0, end, objectBytes, etag };
}

/** @returns undefined at the end. @throws {S3TimeoutError} when nothing comes in time */
async function readChunk({ reader, abort }: Opened, stallTimeoutMs: number): Promise<Uint8Array | undefined> {
  const late = new S3TimeoutError(`The storage service sent nothing for ${stallTimeoutMs / 1000} s`);
  const timer = setTimeout(() => abort(late), stallTimeoutMs);
  try {
    return (await reader.read()).value;
  } finally {
    clearTimeout(timer);
  }
}

export interface ReadOptions {
  /** Default: the whole object. */
  range?: ByteRange | undefined;
  /** The object has to be this one still. */
  etag?: string | undefined;
}

/**
 * Reads an object, or a range of it. Where the connection breaks, or stalls, it goes on in a new one, as long as the object
 * is still the same.
 *
 * @param stallTimeoutMs how long to wait for the next bytes
 * @throws as {@link ObjectStore.get}
 */
export async function readObject(
  http: S3Http,
  key: string,
  { range, etag }: ReadOptions,
  stallTimeoutMs: number,
): Promise<ReadBody> {
  const { objectBytes, first, end, ...opened } = await openAt(http, key, range, etag);
  let current: Opened = { objectBytes, first, end, ...opened };
  let position = first;
  let [breaks, brokeAt] = [0, first];
  let cancelled = false;

  async function goOn(cause: unknown): Promise<void> {
    current.abort(cause);
    if (cancelled) throw cause;
    if (position - brokeAt >= PROGRESS_BYTES) breaks = 0;
    [breaks, brokeAt] = [breaks + 1, position];
    if (breaks > MAX_BREAKS) throw cause;
    await backoff(breaks);
    current = await openAt(http, key, { first: position, last: end - 1 }, current.etag);
  }

  async function next(): Promise<Uint8Array | undefined> {
    while (position < end) {
      let chunk: Uint8Array | undefined;
      try {
        chunk = await readChunk(current, stallTimeoutMs);
        if (chunk === undefined) throw new Error('The storage service ended before the end of the object');
      } catch (error) {
        await goOn(error);
        continue;
      }
      position += chunk.length;
      if (position > end) throw new Error('The storage service sent more bytes than it was asked for');
      return chunk;
    }
    return undefined;
  }

  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await next();
        if (chunk) return controller.enqueue(chunk);
        current.abort(undefined);
        controller.close();
      },
      cancel(reason) {
        cancelled = true;
        current.abort(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, bytes: end - first, objectBytes };
}
