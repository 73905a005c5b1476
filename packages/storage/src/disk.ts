import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, opendir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { readBody } from './body-reader.ts';
import { assertByteRange } from './byte-range.ts';
import {
  ObjectNotFoundError,
  ObjectTooLargeError,
  RangeNotSatisfiableError,
  StorageFullError,
} from './errors.ts';
import { assertObjectKey } from './object-key.ts';
import type {
  GetOptions,
  ListedObject,
  LocalFile,
  ObjectBody,
  ObjectStore,
  PutOptions,
  ReadBody,
  StoredBody,
} from './object-store.ts';

const READ_BYTES = 64 * 1024;

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

const isMissing = (error: unknown) => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';

/** Gives the errors of a full disk their type, and leaves all others as they are. */
function typed(error: unknown): unknown {
  const code = codeOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT' ? new StorageFullError({ cause: error }) : error;
}

/** A write may take less than it was given, for instance when the disk is nearly full. */
async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let offset = 0; offset < chunk.length;) {
    const { bytesWritten } = await file.write(chunk, offset);
    offset += bytesWritten;
  }
}

/**
 * Makes a rename durable: the entry belongs to the directory, not to the file; and a directory that is new is itself
 * an entry of the one above.
 */
async function syncDirectories(path: string, firstMade: string | undefined): Promise<void> {
  const directory = await open(path, constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
  if (firstMade !== undefined && path.startsWith(firstMade)) await syncDirectories(dirname(path), firstMade);
}

/**
 * Objects as files below `root`: `objects/<key>`, and `incoming/<uuid>.part` while they are written. Both are on one
 * file system, so that the rename which publishes an object is atomic.
 */
export class DiskStore implements ObjectStore {
  readonly #objects: string;
  readonly #incoming: string;

  /** @param root a directory; made on the first write */
  constructor(root: string) {
    this.#objects = join(resolve(root), 'objects');
    this.#incoming = join(resolve(root), 'incoming');
  }

  #path(key: string): string {
    assertObjectKey(key);
    return join(this.#objects, ...key.split('/'));
  }

  async put(key: string, body: ObjectBody, options: PutOptions = {}): Promise<StoredBody> {
    const path = this.#path(key);
    options.signal?.throwIfAborted();
    const part = join(this.#incoming, `${randomUUID()}.part`);
    try {
      await mkdir(this.#incoming, { recursive: true });
      const stored = await this.#write(part, body, options);
      const firstMade = await mkdir(dirname(path), { recursive: true });
      await rename(part, path);
      await syncDirectories(dirname(path), firstMade);
      return stored;
    } catch (error) {
      await rm(part, { force: true });
      throw typed(error);
    }
  }

  async #write(
    part: string,
    body: ObjectBody,
    { signal, maxBytes = Infinity }: PutOptions,
  ): Promise<StoredBody> {
    const file = await open(part, 'wx', 0o600);
    try {
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const chunk of readBody(body, signal)) {
        bytes += chunk.length;
        if (bytes > maxBytes) throw new ObjectTooLargeError(maxBytes);
        const written = writeAll(file, chunk);
        hash.update(chunk);
        await written;
      }
      await file.sync();
      return { bytes, sha256: hash.digest('hex') };
    } finally {
      await file.close();
    }
  }

  async get(key: string, { range }: GetOptions = {}): Promise<ReadBody> {
    if (range) assertByteRange(range);
    const file = await this.#existing(key, (path) => open(path, 'r'));
    const { size } = await file.stat();
    const first = range?.first ?? 0;
    const end = Math.min(size, (range?.last ?? size) + 1);
    if (range && first >= size) {
      await file.close();
      throw new RangeNotSatisfiableError(key, first);
    }
    return { stream: readFrom(file, first, end), bytes: end - first, objectBytes: size };
  }

  async delete(key: string): Promise<void> {
    try {
      await rm(this.#path(key));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  async localFile(key: string): Promise<LocalFile> {
    const path = this.#path(key);
    await this.#existing(key, stat);
    return { path, [Symbol.asyncDispose]: () => Promise.resolve() };
  }

  async #existing<Result>(key: string, look: (path: string) => Promise<Result>): Promise<Result> {
    const path = this.#path(key);
    try {
      return await look(path);
    } catch (error) {
      throw isMissing(error) ? new ObjectNotFoundError(key, { cause: error }) : error;
    }
  }

  async *list(prefix = ''): AsyncIterable<ListedObject> {
    for await (const path of files(this.#objects)) {
      const key = relative(this.#objects, path).split(sep).join('/');
      if (!key.startsWith(prefix)) continue;
      const found = await statIfThere(path);
      if (found) yield { key, bytes: found.size, modifiedAt: found.mtime };
    }
  }

  async deleteUnfinished(before: Date): Promise<number> {
    let deleted = 0;
    for await (const path of files(this.#incoming)) {
      const found = await statIfThere(path);
      if (!found || found.mtime >= before) continue;
      await rm(path, { force: true });
      deleted += 1;
    }
    return deleted;
  }

  /** Writes a byte: rights alone do not tell of a full or a read-only disk. */
  async check(): Promise<void> {
    const probe = join(this.#incoming, `${randomUUID()}.part`);
    try {
      await mkdir(this.#incoming, { recursive: true });
      const file = await open(probe, 'wx', 0o600);
      try {
        await writeAll(file, new Uint8Array(1));
      } finally {
        await file.close();
        await rm(probe, { force: true });
      }
    } catch (error) {
      throw typed(error);
    }
  }
}

/** The bytes of a file from `first` up to `end`, which is not one of them. The file is closed at its end. */
function readFrom(file: FileHandle, first: number, end: number): ReadableStream<Uint8Array> {
  let position = first;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const wanted = Math.min(READ_BYTES, end - position);
          const { bytesRead, buffer } = await file.read(new Uint8Array(wanted), 0, wanted, position);
          position += bytesRead;
          if (bytesRead > 0) return controller.enqueue(buffer.subarray(0, bytesRead));
          await file.close();
          controller.close();
        } catch (error) {
          await file.close();
          throw error;
        }
      },
      cancel: () => file.close(),
    },
    { highWaterMark: 0 },
  );
}

/** Every file below a directory, however deep; none where there is no such directory. */
async function* files(directory: string): AsyncIterable<string> {
  const entries = await opendir(directory).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  for await (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else if (entry.isFile()) yield path;
  }
}

/** Files come and go while they are listed. */
async function statIfThere(path: string) {
  return stat(path).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
}
