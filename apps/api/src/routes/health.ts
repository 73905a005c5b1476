import { routes, type Health } from '@orq/contracts';
import type { AppDeps } from '../deps.ts';
import type { Api } from '../api-env.ts';
import { mount } from '../mount.ts';
import { ProblemError } from '../problem.ts';

/** How long each check may take, in ms. */
const CHECK_BOUND_MS = 2_000;

/** Runs a check. @throws when it fails, or takes too long */
async function passes(check: () => Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_BOUND_MS} ms`)), CHECK_BOUND_MS);
  });
  try {
    await Promise.race([check(), late]);
  } finally {
    clearTimeout(timer);
  }
}

const healthy = (checks: Health['checks']): Health => ({ status: 'ok', checks });

export function healthRoutes(app: Api, { checks, log }: AppDeps): void {
  mount(app, routes.healthz, async () => healthy({}));

  async function failedChecks(): Promise<string[]> {
    const failed: string[] = [];
    const look = async ([name, check]: [string, () => Promise<unknown>]) => {
      try {
        await passes(check);
      } catch (error) {
        failed.push(name);
        log.warn({ check: name, err: error }, 'not ready');
      }
    };
    await Promise.all(Object.entries(checks).map(look));
    return failed;
  }

  // Whoever asks while it is looked at is told the same: a flood of questions is one question.
  let looking: Promise<string[]> | undefined;
  mount(app, routes.readyz, async () => {
    const failed = await (looking ??= failedChecks().finally(() => (looking = undefined)));
    if (failed.length === 0)
      return healthy(Object.fromEntries(Object.keys(checks).map((name) => [name, 'ok'])));

    // Why it failed is for the log: the reason may name hosts and paths.
    throw new ProblemError('unavailable', `Not ready: ${failed.join(' and ')} can not be used now`, {
      errors: failed.map((path) => ({ path, message: 'can not be used now' })),
      headers: { 'retry-after': '5' },
    });
  });
}
