/** What a store takes as the body of an object: a stream, or anything that yields its bytes in order. */
export type ObjectBody = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

export interface PutOptions {
  /** Ends the write early: `put` rejects with the signal's reason and leaves nothing behind. */
  signal?: AbortSignal;
  /** Most bytes that the body may have. Default: no limit. */
  maxBytes?: number;
}

export interface StoredBody {
  /** Size in bytes. */
  bytes: number;
  /** SHA-256 of the bytes, in hexadecimal. */
  sha256: string;
}

/** A stretch of an object's bytes, both ends counted in, as HTTP counts them: the first hundred are 0 to 99. */
export interface ByteRange {
  /** From 0. */
  first: number;
  /** At least `first`; beyond the object's end it means its last byte. */
  last: number;
}

export interface GetOptions {
  /** Default: the whole object. */
  range?: ByteRange | undefined;
}

export interface ReadBody {
  stream: ReadableStream<Uint8Array>;
  /** How many bytes the stream gives. */
  bytes: number;
  /** Size of the whole object in bytes. */
  objectBytes: number;
}

/** An object on a local disk, for programs that need a path. Disposing it removes what was made only for it. */
export interface LocalFile extends AsyncDisposable {
  path: string;
}

export interface ListedObject {
  key: string;
  /** Size in bytes. */
  bytes: number;
  /** When its last byte was written. */
  modifiedAt: Date;
}

/** What a client is about to put. */
export interface AnnouncedObject {
  /** Size in bytes. */
  bytes: number;
  contentType: string;
  /** In hexadecimal. */
  sha256?: string | undefined;
}

/** A request that a client makes of the store by itself. Whoever has it can make it until it expires. */
export interface PresignedPut {
  url: string;
  /** Exactly these are to be sent, and `content-length`. */
  headers: Record<string, string>;
  expiresAt: Date;
}

/** A store that clients can reach, and write to by themselves. */
export interface DirectWrites {
  /** Lets a client put this object, and no other, under a key that holds none yet. */
  presignPut(key: string, object: AnnouncedObject, expiresInS: number): Promise<PresignedPut>;

  /**
   * What a client has put. Reads all of it where the service does not vouch for its SHA-256.
   *
   * @throws {ObjectNotFoundError}
   */
  inspect(key: string): Promise<StoredBody>;
}

/**
 * A place for files under keys. Every store passes the same conformance suite (test/object-store-conformance.ts).
 * Keys are those that `assertObjectKey` accepts; every method that takes one throws `InvalidObjectKeyError` for another.
 */
export interface ObjectStore {
  /** Undefined where clients cannot reach the store. */
  readonly direct?: DirectWrites;

  /**
   * Stores the whole body under a key, or nothing: the key exists only once the last byte is durable, and a body
   * that fails or is aborted leaves no trace. Replaces what the key held. Reads one chunk at a time, so the memory
   * that it needs does not grow with the body.
   *
   * @throws {ObjectTooLargeError} when the body has more than `maxBytes`
   * @throws {StorageFullError} when there is no room left
   * @throws {StorageUnavailableError} when the service behind it does not answer, as every method may
   * @throws whatever the body throws, as it is
   */
  put(key: string, body: ObjectBody, options?: PutOptions): Promise<StoredBody>;

  /**
   * Reads an object, or a range of it. Nothing is read ahead of the stream's reader, and cancelling the stream lets go of
   * the object. An object that is replaced meanwhile is read as it was, or the stream fails; it never mixes the two.
   *
   * @throws {ObjectNotFoundError}
   * @throws {RangeNotSatisfiableError} when the range begins at or beyond the object's end
   * @throws {RangeError} when the range is no pair of whole numbers from 0, `first` at most `last`
   */
  get(key: string, options?: GetOptions): Promise<ReadBody>;

  /** Removes an object; that it is gone already is no error. */
  delete(key: string): Promise<void>;

  /** @throws {ObjectNotFoundError} */
  localFile(key: string, options?: { signal?: AbortSignal }): Promise<LocalFile>;

  /** Every object whose key begins with `prefix` (default: every object), in no set order. */
  list(prefix?: string): AsyncIterable<ListedObject>;

  /**
   * Removes what writers left behind that were killed half way and have not written since `before`.
   *
   * @returns how many it removed
   */
  deleteUnfinished(before: Date): Promise<number>;

  /** Resolves when the store can be written to now, and rejects with the reason when it cannot. */
  check(): Promise<void>;
}
