import type { RouteContract } from '@orq/contracts';
import type { Logger } from '@orq/queue';
import type { Context, Hono } from 'hono';
import type { ReachCheck } from './access/reach.ts';
import type { StreamPlaces } from './stream-places.ts';

/** Who calls. */
export interface Caller {
  /** Null where the api is open, and on routes that ask for no key. */
  keyId: string | null;
  /** Its key is limited to these; undefined: it is not. */
  queues?: readonly string[] | undefined;
  /** By what its calls and streams are counted: its key, else its address. */
  countedAs: string;
  /** Whether it would still be let in: a key may be revoked while its stream is open. */
  staysIn?: () => Promise<boolean>;
}

/** Lets a call to a route in. @throws {ProblemError} `unauthorized`, `forbidden`, `rate-limited` */
export type Admission = (c: Context<ApiEnv>, route: RouteContract) => Promise<Caller>;

/** What the routes of one app share. */
export interface AppScope {
  /** Aborted when the process is about to end. */
  stopping: AbortSignal | undefined;
  streams: StreamPlaces;
  log: Logger;
  admission: Admission;
  reach: ReachCheck;
}

export interface ApiEnv {
  Variables: {
    /** Names the request in the answer and in the log. */
    requestId: string;
    app: AppScope;
    /** Of the api key that the call came with, once that is known. */
    keyId: string | undefined;
    /** Whether the answer was made with the headers that every answer has. */
    hasStandardHeaders: boolean | undefined;
  };
}
export type Api = Hono<ApiEnv>;
