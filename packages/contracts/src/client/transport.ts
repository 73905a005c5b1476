import type { RouteContract } from '../routes/index.ts';
import { problemOf } from './answer.ts';
import { NetworkError, OrqError } from './errors.ts';
import { contentOf, type RequestParts, urlOf } from './request.ts';
import { retrying } from './retry.ts';
import { within } from './time.ts';

/** The part of `fetch` that the client needs. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ClientOptions {
  /** Where the api is, such as `https://orq.example.com`; a path before its routes may be part of it. */
  baseUrl: string;
  /** An api key, or what gives one, asked before each try. */
  token?: string | (() => string | Promise<string>);
  /** Default: the runtime's own. */
  fetch?: Fetch;
  /** How long a try may take, in ms; uploads and streams are not bounded. Default 30,000. */
  timeoutMs?: number;
  /** How often a call is tried again whose failure may pass, and which does nothing twice. Default 4. */
  maxRetries?: number;
}

interface SendOptions {
  signal?: AbortSignal | undefined;
  /** Undefined: not bounded. */
  timeoutMs?: number | undefined;
  idempotencyKey?: string | undefined;
  accept?: string;
  /** In place of the client's fetch. */
  via?: Fetch;
  /** Whether the body is read by the caller, after the call. */
  livesOn?: boolean;
  /** Whether a call of this kind may be sent again at all. Default true. */
  repeatable?: boolean;
}

export interface Transport {
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly fetch: Fetch;
  /**
   * Sends a call, and again where that is safe, until it succeeds.
   *
   * @param read reads the answer, under the same bound of time as the call
   */
  send<T>(
    route: RouteContract,
    parts: RequestParts,
    options: SendOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<T>;
}

/** How a route is named in errors. */
export const nameOf = ({ method, path }: RouteContract) => `${method.toUpperCase()} ${path}`;

/** Whether doing it twice is doing it once; of keyed routes it is so because a key is always sent. */
const isRepeatable = ({ method, idempotency }: RouteContract) =>
  method === 'get' || idempotency !== undefined;

/** The innermost words of an error: fetch itself says no more than that it failed. */
const wordsOf = (error: unknown): string =>
  error instanceof Error
    ? error.cause instanceof Error
      ? wordsOf(error.cause)
      : error.message
    : String(error);

/** Whatever is thrown on the way to the api and back, but what orq says itself, is the network's. */
async function reaching<T>(name: string, baseUrl: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof OrqError) throw cause;
    throw new NetworkError(`${name}: ${baseUrl} was not reached: ${wordsOf(cause)}`, { cause });
  }
}

/** @throws {TypeError} when baseUrl is none */
export function createTransport(options: ClientOptions): Transport {
  const { baseUrl, token, timeoutMs = 30_000, maxRetries = 4 } = options;
  // On a page, a path of its own origin is one, too.
  if (!URL.canParse(baseUrl, globalThis.location?.href)) {
    throw new TypeError(`baseUrl takes an address such as https://orq.example.com, not ${baseUrl}`);
  }
  // Browsers refuse a fetch that is called as a method of anything but the global object.
  const send: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));

  async function headersOf(
    route: RouteContract,
    { accept = 'application/json', idempotencyKey }: SendOptions,
  ) {
    const key = typeof token === 'function' ? await token() : token;
    return {
      accept,
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(route.idempotency === 'key' && { 'idempotency-key': idempotencyKey ?? crypto.randomUUID() }),
    };
  }

  return {
    timeoutMs,
    maxRetries,
    fetch: send,

    async send(route, parts, sending, read) {
      const { signal, repeatable = true } = sending;
      const name = nameOf(route);
      const url = urlOf(baseUrl, route, parts);
      // One key for all tries: by it the api knows that they are the same call.
      const keyed = { ...sending, idempotencyKey: sending.idempotencyKey ?? crypto.randomUUID() };
      const retries = repeatable && isRepeatable(route) ? maxRetries : 0;

      const attempt = () =>
        within(sending, name, async (bounded) => {
          const { headers, body } = contentOf(parts, bounded);
          const init = {
            method: route.method.toUpperCase(),
            // A value that no header can have is the caller's slip, not the network's.
            headers: new Headers({ ...(await headersOf(route, keyed)), ...headers }),
            signal: bounded,
            ...(body !== undefined && { body }),
            // Unknown to TypeScript's RequestInit: without it, fetch takes no stream.
            ...(body instanceof ReadableStream && { duplex: 'half' }),
          };
          // The token may have taken its time.
          bounded.throwIfAborted();
          return reaching(name, baseUrl, async () => {
            const response = await (sending.via ?? send)(url, init);
            if (!response.ok) throw await problemOf(name, response);
            return read(response);
          });
        });
      return retrying(retries, signal, attempt);
    },
  };
}
