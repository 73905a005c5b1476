import { rmSync } from 'node:fs';
import { ObjectNotFoundError } from '../errors.ts';
import type { LocalFile } from '../object-store.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { S3Error } from './errors.ts';
import type { S3Http } from './http.ts';
import { copyToDisk, type LocalCopy } from './local-copy.ts';
import { readObject } from './read.ts';

/** Copies that nobody uses at the moment, and that are kept for who comes next, at most. */
const MAX_IDLE = 2;

interface Shared {
  users: number;
  making: Promise<LocalCopy>;
  /** Ends the making of a copy that nobody waits for any more. */
  abort: AbortController;
  /** Once it is made. */
  made?: LocalCopy;
  /** Runs while nobody uses it. */
  expiry?: ReturnType<typeof setTimeout>;
}

export interface SharedCopiesOptions {
  /** How long to wait for the next bytes of an object, in ms. */
  stallTimeoutMs: number;
  /** How long a copy that nobody uses is kept, in ms. */
  keepMs: number;
}

/**
 * Copies of objects on this machine, one for all who use the same object at a time, and a little longer: a worker
 * measures parts of a video, then renders its clips and sheets, and each of these jobs asks for it.
 */
export class SharedCopies {
  readonly #http: S3Http;
  readonly #options: SharedCopiesOptions;
  /** By key and ETag: an object that was replaced is another one. */
  readonly #copies = new Map<string, Shared>();
  readonly #removeAtExit = () => {
    for (const { made } of this.#copies.values())
      if (made) rmSync(made.folder, { recursive: true, force: true });
  };

  constructor(http: S3Http, options: SharedCopiesOptions) {
    this.#http = http;
    this.#options = options;
  }

  /** @throws {ObjectNotFoundError}; {Error} that names TMPDIR, where that has no room; the signal's reason */
  async lend(key: string, signal: AbortSignal | undefined): Promise<LocalFile> {
    const etag = await this.#etagOf(key, signal);
    const name = `${key} ${etag}`;
    const shared = this.#copies.get(name) ?? this.#begin(name, key, etag);
    shared.users += 1;
    clearTimeout(shared.expiry);
    let isLent = true;
    const giveBack = async () => {
      if (isLent) await this.#giveBack(name, shared);
      isLent = false;
    };
    try {
      const { path } = await (signal ? unlessAborted(shared.making, signal) : shared.making);
      return { path, [Symbol.asyncDispose]: giveBack };
    } catch (error) {
      await giveBack();
      throw error;
    }
  }

  async #etagOf(key: string, signal: AbortSignal | undefined): Promise<string> {
    try {
      const { headers } = await this.#http.send({ method: 'HEAD', key, signal });
      const etag = headers.get('etag');
      if (etag === null) throw new Error(`The storage service gave no ETag for ${key}`);
      return etag;
    } catch (error) {
      if (!(error instanceof S3Error) || error.status !== 404) throw error;
      throw new ObjectNotFoundError(key, { cause: error });
    }
  }

  #begin(name: string, key: string, etag: string): Shared {
    if (this.#copies.size === 0) process.on('exit', this.#removeAtExit);
    const abort = new AbortController();
    const making = this.#copy(key, etag, abort.signal);
    const shared: Shared = { users: 0, making, abort };
    this.#copies.set(name, shared);
    making.then(
      (made) => (shared.made = made),
      () => this.#forget(name, shared),
    );
    return shared;
  }

  async #copy(key: string, etag: string, signal: AbortSignal): Promise<LocalCopy> {
    const object = await readObject(this.#http, key, { etag }, this.#options.stallTimeoutMs);
    return copyToDisk(object, { signal, makeRoom: () => this.#removeIdle(0) });
  }

  async #giveBack(name: string, shared: Shared): Promise<void> {
    shared.users -= 1;
    if (shared.users > 0) return;
    if (!shared.made) {
      this.#forget(name, shared);
      shared.abort.abort();
      // What was written of it is gone when this ends.
      return void (await shared.making.then((made) => made.remove()).catch(() => undefined));
    }
    // At the end of the order: the others have waited longer.
    this.#copies.delete(name);
    this.#copies.set(name, shared);
    shared.expiry = setTimeout(() => void this.#remove(name, shared), this.#options.keepMs).unref();
    await this.#removeIdle(MAX_IDLE);
  }

  /** Removes the copies that have lain idle for longest, but for so many. */
  async #removeIdle(kept: number): Promise<void> {
    const idle = [...this.#copies].filter(([, { users, made }]) => users === 0 && made);
    await Promise.all(idle.slice(0, idle.length - kept).map(([name, shared]) => this.#remove(name, shared)));
  }

  async #remove(name: string, shared: Shared): Promise<void> {
    clearTimeout(shared.expiry);
    this.#forget(name, shared);
    await shared.made?.remove();
  }

  #forget(name: string, shared: Shared): void {
    if (this.#copies.get(name) === shared) this.#copies.delete(name);
    if (this.#copies.size === 0) process.off('exit', this.#removeAtExit);
  }
}
