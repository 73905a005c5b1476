import { AwsV4Signer } from 'aws4fetch';
import { errorOf, S3TimeoutError } from './errors.ts';
import { addressOf, type S3Location } from './location.ts';
import { retrying } from './retry.ts';

export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface S3Request {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** A key of the store, without the prefix; null for the bucket. */
  key: string | null;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array<ArrayBuffer>;
  signal?: AbortSignal | undefined;
}

/** An answer whose body has been read. */
export interface S3Answer {
  headers: Headers;
  text: string;
}

/** An answer whose body is read as it is wanted. */
export interface S3Download {
  response: Response;
  /** Lets go of the connection. */
  abort(reason: unknown): void;
}

const ANSWER_TIMEOUT_MS = 30_000;
/** The slowest that a body may go out. */
const LEAST_BYTES_PER_MS = 32;
/** A page of 1,000 keys of 1,024 bytes has a tenth of this. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

const hex = (bytes: ArrayBuffer) => Buffer.from(bytes).toString('hex');

/** Signed requests to a bucket. What may pass is tried again: all that is asked here does nothing twice. */
export class S3Http {
  readonly location: S3Location;
  readonly #credentials: S3Credentials;

  constructor(location: S3Location, credentials: S3Credentials) {
    this.location = location;
    this.#credentials = credentials;
  }

  /**
   * Sends a request and reads the whole answer.
   *
   * @throws {S3Error} where the service refuses; {StorageUnavailableError}; {StorageFullError}
   */
  send(request: S3Request): Promise<S3Answer> {
    return retrying(request.signal, async () => {
      const { response, abort, stopTimer } = await this.#exchange(request);
      try {
        return { headers: response.headers, text: await readText(response) };
      } finally {
        stopTimer();
        abort(undefined);
      }
    });
  }

  /** Sends a request, and leaves the answer's body to the caller. Throws as `send` does. */
  open(request: S3Request): Promise<S3Download> {
    return retrying(request.signal, async () => {
      const { stopTimer, ...download } = await this.#exchange(request);
      stopTimer();
      return download;
    });
  }

  /** A URL by which anyone may send this request, with exactly these headers, for so many seconds. */
  async presign({ method, key, headers = {} }: S3Request, expiresInS: number): Promise<string> {
    const url = addressOf(this.location, key);
    url.searchParams.set('X-Amz-Expires', String(expiresInS));
    const options = { method, url: url.href, headers, signQuery: true, allHeaders: true };
    const signed = await this.#signer(options).sign();
    return signed.url.href;
  }

  #signer(request: Omit<ConstructorParameters<typeof AwsV4Signer>[0], 'accessKeyId' | 'secretAccessKey'>) {
    return new AwsV4Signer({ ...request, ...this.#credentials, service: 's3', region: this.location.region });
  }

  /** One try. The time for it runs until `stopTimer`. */
  async #exchange({ method, key, query = {}, headers = {}, body, signal }: S3Request) {
    const url = addressOf(this.location, key);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const sha256 = hex(await crypto.subtle.digest('SHA-256', body ?? new Uint8Array()));
    // Signed anew for each try: a signature is good for some minutes.
    const signed = await this.#signer({
      method,
      url: url.href,
      headers: { ...headers, 'x-amz-content-sha256': sha256 },
    }).sign();
    const what = `${method} ${key ?? 'of the bucket'}`;
    const over = new AbortController();
    const abort = (reason: unknown) => over.abort(reason);
    const onAbort = () => abort(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    const timeoutMs = ANSWER_TIMEOUT_MS + (body?.length ?? 0) / LEAST_BYTES_PER_MS;
    const late = new S3TimeoutError(`${what}: the storage service did not answer in ${timeoutMs / 1000} s`);
    const timer = setTimeout(() => abort(late), timeoutMs);
    const stopTimer = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    try {
      const init = { method, headers: signed.headers, signal: over.signal, redirect: 'manual' as const };
      const response = await fetch(signed.url, body ? { ...init, body } : init).catch((cause: unknown) => {
        throw over.signal.aborted ? over.signal.reason : notReached(what, cause);
      });
      if (!response.ok) throw errorOf(what, response.status, await readText(response));
      return { response, abort, stopTimer };
    } catch (error) {
      stopTimer();
      throw error;
    }
  }
}

/** fetch itself says no more than that it failed. */
function notReached(what: string, cause: unknown): Error {
  const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const words = reason instanceof Error ? reason.message : String(reason);
  return new Error(`${what}: the storage service was not reached: ${words}`, { cause });
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error('The storage service’s answer is too long to be one of S3');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
