import type { HonoRequest } from 'hono';
import { ProblemError } from '../problem.ts';

/** An address can not be made to lead elsewhere, as a name can. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/** The name in a `Host` header, without its port. */
const nameIn = (host: string) => host.replace(/:\d*$/, '');

/**
 * Refuses a call that came by another name than this machine's own: a page whose name was made to lead here
 * (DNS rebinding) is, to its browser, of the api's own origin.
 *
 * @throws {ProblemError} `forbidden`
 */
export function refuseOtherNames(request: HonoRequest): void {
  const host = request.header('host') ?? '';
  if (LOOPBACK.test(nameIn(host))) return;
  throw new ProblemError(
    'forbidden',
    'Without api keys the api answers by the names localhost, 127.0.0.1 and [::1] alone; `pnpm orq keys create` makes a key',
  );
}

/**
 * Refuses what a page of another origin sends: forms and calls without a body reach an api that asks for no key.
 *
 * @throws {ProblemError} `forbidden`
 */
export function refuseOtherOrigins(request: HonoRequest, allowed: readonly string[]): void {
  const origin = request.header('origin');
  if (origin === undefined || allowed.includes(origin)) return;
  if (URL.canParse(origin) && new URL(origin).host === request.header('host')?.toLowerCase()) return;
  throw new ProblemError('forbidden', 'Pages of this origin may not call; CORS_ORIGINS names those that may');
}
