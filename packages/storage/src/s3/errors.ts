import { StorageFullError } from '../errors.ts';
import { textOf } from './xml.ts';

/** What an S3 service refused, and the reason it gave. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  /** Of the answer; 200 where the refusal came in the body of one that began well. */
  readonly status: number;
  /** Such as `AccessDenied`; empty where the service gave none. */
  readonly code: string;

  constructor(what: string, status: number, code: string, message: string) {
    super(`${what}: the storage service answered ${[status, code, message].filter(Boolean).join(' ')}`);
    this.status = status;
    this.code = code;
  }
}

/** The service has not answered, or sent on, in time. */
export class S3TimeoutError extends Error {
  override readonly name = 'S3TimeoutError';
}

const FULL = new Set(['QuotaExceeded', 'XMinioStorageFull', 'InsufficientStorage']);
/** Longest part of a service's own words that is told. */
const MAX_WORDS = 300;

/**
 * The error of an answer that is none of success.
 *
 * @param what was asked, such as `PUT videos/1`
 */
export function errorOf(what: string, status: number, body: string): Error {
  const code = textOf(body, 'Code') ?? '';
  const error = new S3Error(what, status, code, (textOf(body, 'Message') ?? '').slice(0, MAX_WORDS));
  return status === 507 || FULL.has(code) ? new StorageFullError({ cause: error }) : error;
}

export const isCode = (error: unknown, ...codes: string[]): error is S3Error =>
  error instanceof S3Error && codes.includes(error.code);
