import type { Logger } from '@orq/queue';
import type { Api } from '../api-env.ts';
import { within } from '../within.ts';

/** The app, served over HTTP. */
export interface ApiServer {
  /** Where it listens, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Takes no new connection, lets running requests end, and after `boundMs` ends those that have not. */
  drain(boundMs: number): Promise<void>;
}

/** What a runtime tells the app of each request, as its `env`. */
export interface Connection {
  /** The address at the other end: a client's, or a proxy's. */
  remoteAddress: string | undefined;
}

/**
 * How a runtime serves the app.
 *
 * @param port 0 takes any free one
 * @param log told of requests that never reach the app
 * @throws what the runtime throws where it cannot listen there; its `code` is one of Node's
 */
export type Listen = (app: Api, host: string, port: number, log: Logger) => Promise<ApiServer>;

/** The URL of a host and a port, whichever kind of address the host is. */
export const urlOf = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** The words for a port that cannot be used: one line that names PORT or HOST. */
export function listenError(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return new Error(
        `PORT ${port} is in use already on ${host}: set PORT to another one, or to 0 for any free one`,
      );
    case 'EACCES':
      return new Error(`PORT ${port} is not allowed to this user: set PORT to one above 1023`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Error(
        `HOST ${host} is no address of this machine: set HOST to 127.0.0.1, or to 0.0.0.0 for all`,
      );
    default:
      return error;
  }
}

/** @returns whether `work` has ended within so many ms */
export const endsWithin = (ms: number, work: Promise<unknown>): Promise<boolean> =>
  within(
    ms,
    work.then(() => true),
    () => false,
  );
