import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from '@orq/contracts';
import { connect } from '@orq/db/client';
import { migrate } from '@orq/db/migrate';
import { createQueue } from '@orq/queue';
import { z } from 'zod';
import { openDatabase } from '../database.ts';
import type { Lifetime } from '../lifetime.ts';
import { summarize } from '../report/statistics.ts';
import type { RunningServer } from '../servers.ts';
import { claim, complete, register } from './statements.ts';

const noop = defineJob({ type: 'noop', input: z.object({ i: z.number() }), output: z.null() });
const DOORBELL = 'orq_jobs';
const WARM_UP = 50;
const GAP_MS = 15;

/** The steps of one job on an idle system, each in ms. */
export interface LoneSteps {
  /** A statement that does nothing: the way there and back, and the waking up of both sides. */
  'round trip': number;
  /** From the call of `enqueue` until another connection hears of the job, which is on disk then. */
  'enqueue, until it is heard': number;
  'claim of one job': number;
  /** The first two: what a handler's start cannot be earlier than. */
  'enqueue to claimed': number;
  'completion of one job': number;
  'claim that finds nothing': number;
}

/** Sends jobs one by one, far apart, and takes each by nothing but the statements, in one process. Medians. */
export async function lone(server: RunningServer, samples: number, lifetime: Lifetime): Promise<LoneSteps> {
  const database = await openDatabase(server.url, 'orq_bench_lone', lifetime);
  await migrate(database.url);
  const [enqueuing, working] = [connect(database.url), connect(database.url)];
  const queue = createQueue({ sql: enqueuing });
  const workerId = randomUUID();
  let onRing = (): void => undefined;
  try {
    await register(working, workerId);
    await working.listen(DOORBELL, () => onRing());
    const steps: LoneSteps[] = [];
    for (let i = -WARM_UP; i < samples; i += 1) {
      await sleep(GAP_MS);
      const heard = new Promise<void>((resolve) => (onRing = resolve));
      const at = [performance.now()];
      const mark = () => void at.push(performance.now());
      const enqueued = queue.enqueue(noop, { i });
      await heard;
      mark();
      const claimed = await claim(working, { workerId, limit: 100, finished: [], position: undefined });
      mark();
      await enqueued;
      await sleep(GAP_MS);
      mark();
      await complete(working, workerId, claimed);
      mark();
      await claim(working, { workerId, limit: 100, finished: [], position: undefined });
      mark();
      await working`SELECT`;
      mark();
      if (i >= 0) steps.push(stepsOf(at));
    }
    return medianOf(steps);
  } finally {
    await queue.close();
    await Promise.all([enqueuing.end(), working.end()]);
    await database.close();
  }
}

function stepsOf(at: readonly number[]): LoneSteps {
  const between = (from: number, to: number) => (at[to] ?? 0) - (at[from] ?? 0);
  return {
    'round trip': between(5, 6),
    'enqueue, until it is heard': between(0, 1),
    'claim of one job': between(1, 2),
    'enqueue to claimed': between(0, 2),
    'completion of one job': between(3, 4),
    'claim that finds nothing': between(4, 5),
  };
}

function medianOf(steps: readonly LoneSteps[]): LoneSteps {
  const median = (name: keyof LoneSteps) => summarize(steps.map((step) => step[name])).median;
  return {
    'round trip': median('round trip'),
    'enqueue, until it is heard': median('enqueue, until it is heard'),
    'claim of one job': median('claim of one job'),
    'enqueue to claimed': median('enqueue to claimed'),
    'completion of one job': median('completion of one job'),
    'claim that finds nothing': median('claim that finds nothing'),
  };
}
