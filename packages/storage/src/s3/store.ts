import { assertByteRange } from '../byte-range.ts';
import { assertObjectKey } from '../object-key.ts';
import type {
  DirectWrites,
  GetOptions,
  ListedObject,
  LocalFile,
  ObjectBody,
  ObjectStore,
  PutOptions,
  ReadBody,
  StoredBody,
} from '../object-store.ts';
import { isCode } from './errors.ts';
import { createDirectWrites } from './direct.ts';
import { type S3Credentials, S3Http } from './http.ts';
import { lastWritten, listObjects, listUnfinished } from './listing.ts';
import type { S3Location } from './location.ts';
import { MultipartUpload } from './multipart.ts';
import { readObject } from './read.ts';
import { SharedCopies } from './shared-copies.ts';
import { writeObject } from './write.ts';

export interface S3StoreOptions {
  location: S3Location;
  credentials: S3Credentials;
  /** How long to wait for the next bytes of an object, in ms. Default 30,000. */
  stallTimeoutMs?: number;
  /** How long a local copy is kept after its last use, in ms. Default 60,000. */
  keepCopiesMs?: number;
}

const STALL_TIMEOUT_MS = 30_000;
const KEEP_COPIES_MS = 60_000;
/** What `check` begins to write. */
const CHECK_KEY = 'check';

/** Objects in a bucket of any service that speaks S3, below the location's prefix. */
export class S3Store implements ObjectStore {
  readonly direct: DirectWrites;
  readonly #http: S3Http;
  readonly #stallTimeoutMs: number;
  readonly #copies: SharedCopies;

  constructor({
    location,
    credentials,
    stallTimeoutMs = STALL_TIMEOUT_MS,
    keepCopiesMs: keepMs = KEEP_COPIES_MS,
  }: S3StoreOptions) {
    this.#http = new S3Http(location, credentials);
    this.#stallTimeoutMs = stallTimeoutMs;
    this.#copies = new SharedCopies(this.#http, { stallTimeoutMs, keepMs });
    this.direct = createDirectWrites(this.#http, (key) => this.get(key));
  }

  async put(key: string, body: ObjectBody, options: PutOptions = {}): Promise<StoredBody> {
    assertObjectKey(key);
    options.signal?.throwIfAborted();
    return writeObject(this.#http, key, body, options);
  }

  async get(key: string, { range }: GetOptions = {}): Promise<ReadBody> {
    assertObjectKey(key);
    if (range) assertByteRange(range);
    return readObject(this.#http, key, { range }, this.#stallTimeoutMs);
  }

  async delete(key: string): Promise<void> {
    assertObjectKey(key);
    try {
      await this.#http.send({ method: 'DELETE', key });
    } catch (error) {
      if (!isCode(error, 'NoSuchKey')) throw error;
    }
  }

  /** A copy among the machine's temporary files, which all share who use it at a time, and who come soon after. */
  async localFile(key: string, { signal }: { signal?: AbortSignal } = {}): Promise<LocalFile> {
    assertObjectKey(key);
    return this.#copies.lend(key, signal);
  }

  list(prefix = ''): AsyncIterable<ListedObject> {
    return listObjects(this.#http, prefix);
  }

  async deleteUnfinished(before: Date): Promise<number> {
    let deleted = 0;
    for await (const upload of listUnfinished(this.#http)) {
      if (upload.begunAt >= before) continue;
      try {
        if ((await lastWritten(this.#http, upload)) >= before) continue;
        const { key, uploadId } = upload;
        await this.#http.send({ method: 'DELETE', key, query: { uploadId } });
        deleted += 1;
      } catch (error) {
        // Its writer has come to an end meanwhile.
        if (!isCode(error, 'NoSuchUpload')) throw error;
      }
    }
    return deleted;
  }

  /** Begins to write an object, and leaves it: rights are proved, and nothing is there, not even a version. */
  async check(): Promise<void> {
    const upload = new MultipartUpload(this.#http, CHECK_KEY, undefined);
    await upload.begin();
    await upload.abort();
  }
}
