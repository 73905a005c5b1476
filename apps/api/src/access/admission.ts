import { scopes, type Scope } from '@orq/contracts';
import type { Context } from 'hono';
import type { AppDeps } from '../deps.ts';
import { createKeyRing } from '../keys/key-ring.ts';
import type { UsableKey } from '../keys/key-table.ts';
import { createLastUse } from '../keys/last-use.ts';
import type { Admission, ApiEnv } from '../api-env.ts';
import { ProblemError } from '../problem.ts';
import { refuseOtherNames, refuseOtherOrigins } from './local-page.ts';
import { createRateLimit } from './rate-limit.ts';

/** Where a call comes from that nobody can place. */
const SOMEWHERE = 'unknown';
const BEARER = /^Bearer +(\S+) *$/i;

const allows = (held: Scope, needed: Scope) => scopes.indexOf(held) >= scopes.indexOf(needed);

function unauthorized(sent: boolean): ProblemError {
  const detail = sent
    ? 'This is no api key that is known, or it was revoked or has expired; `pnpm orq keys list` shows which there are'
    : 'Send an api key as `Authorization: Bearer KEY`; `pnpm orq keys create` makes one';
  const challenge = `Bearer realm="orq"${sent ? ', error="invalid_token"' : ''}`;
  return new ProblemError('unauthorized', detail, { headers: { 'www-authenticate': challenge } });
}

function forbidden(held: Scope, needed: Scope): ProblemError {
  const challenge = `Bearer realm="orq", error="insufficient_scope", scope="${needed}"`;
  return new ProblemError('forbidden', `This needs a key of scope ${needed}; yours has ${held}`, {
    headers: { 'www-authenticate': challenge },
  });
}

/** Decides over every call, in this order: its key, how often it comes, what it may do. */
export function createAdmission(deps: AppDeps): Admission {
  const { sql, log, openTo, corsOrigins = [], rateLimits, remoteAddress } = deps;
  const ring = createKeyRing(sql);
  const used = createLastUse(sql, log);
  const ofKey = createRateLimit(rateLimits?.perKey ?? 0, 'RATE_LIMIT_PER_KEY');
  const ofAddress = createRateLimit(rateLimits?.perAddress ?? 0, 'RATE_LIMIT_PER_ADDRESS');

  function refuseStrangers({ req }: Context<ApiEnv>): void {
    if (openTo === 'loopback') refuseOtherNames(req);
    refuseOtherOrigins(req, corsOrigins);
  }

  async function findKey(header: string | undefined): Promise<UsableKey | undefined> {
    const token = BEARER.exec(header ?? '')?.[1];
    return token === undefined ? undefined : ring.find(token);
  }

  return async (c, { scope }) => {
    const address = remoteAddress?.(c) ?? SOMEWHERE;
    if (scope === null) return { keyId: null, countedAs: address };
    const isOpen = openTo !== 'nobody' && (await ring.isEmpty());
    const header = c.req.header('authorization');
    const key = isOpen ? undefined : await findKey(header);
    // By its key alone where it has one: who shares an address with others is not held to what they do.
    if (key) ofKey(key.id);
    else ofAddress(address);
    if (isOpen) {
      refuseStrangers(c);
      return { keyId: null, countedAs: address };
    }
    if (!key) throw unauthorized(header !== undefined);
    c.set('keyId', key.id);
    used(key.id);
    if (!allows(key.scope, scope)) throw forbidden(key.scope, scope);
    const queues = key.queues ?? undefined;
    return { keyId: key.id, queues, countedAs: key.id, staysIn: () => ring.has(key.id) };
  };
}
