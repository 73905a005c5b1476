import { readFile } from 'node:fs/promises';
import type { JobStatus } from '@orq/contracts';
import { waitFor } from '@orq/testing';
import { describe, expect, test } from 'vitest';
import { defineHandler, PermanentError, type Transition, transitions } from '../src/index.ts';
import type { ClaimedJob } from '../src/sql/claim.ts';
import { completeJobs } from '../src/sql/complete.ts';
import { failJob } from '../src/sql/fail.ts';
import { releaseJobs } from '../src/sql/release.ts';
import { rescueJobs } from '../src/sql/rescue.ts';
import { claimUnheard, dieWithJobs } from './support/dead-worker.ts';
import { echo, openTestQueue, type TestQueue } from './support/test-queue.ts';

const edge = ({ from, to, by }: Transition) => `${from} -> ${to} by ${by}`;

test('the drawing shows every edge, and no other', async () => {
  const document = await readFile(new URL('../../../docs/state-machine.md', import.meta.url), 'utf8');
  const drawn = [...document.matchAll(/^ {2}(\w+) --> (\w+) : (\w+), .+$/gm)].map(
    ([, from, to, by]) => `${from} -> ${to} by ${by}`,
  );

  expect(drawn.toSorted()).toEqual(transitions.map(edge).toSorted());
});

describe('a job goes', () => {
  test.each(transitions.map((transition) => [edge(transition), transition] as const))(
    '%s',
    async (_, transition) => {
      await using t = await openTestQueue();
      const { from, to, by } = transition;
      const failedBefore = from === 'retry' || ((by === 'release' || by === 'retry') && to === 'retry');
      const { id } = await t.queue.enqueue(echo, { text: 'hello' }, { maxAttempts: to === 'failed' ? 1 : 4 });
      const { workerId, jobs } = await dieWithJobs(t.sql, failedBefore || from === 'processing' ? 1 : 0);
      let [job] = jobs;
      if (job && failedBefore)
        await failJob(t.sql, job, workerId, { outcome: 'failed', error: 'before', retry: 0 });
      if (from === 'failed') await failForGood(t, workerId);
      if (from === 'cancelled') await t.queue.cancel(id);
      if (failedBefore && from === 'processing') [job] = await claimUnheard(t.sql, workerId);

      if (from === 'processing' && to === 'cancelled') await t.queue.cancel(id);

      const before = await t.queue.get(id);
      await perform(t, id, by, workerId, job, to);
      const after = await t.queue.get(id);

      expect([before?.status, after?.status]).toEqual([from, to]);
    },
  );

  async function failForGood(t: TestQueue, workerId: string): Promise<void> {
    const failure = { outcome: 'failed', error: 'never', retry: null } as const;
    for (const job of await claimUnheard(t.sql, workerId)) await failJob(t.sql, job, workerId, failure);
  }

  async function perform(
    t: TestQueue,
    id: string,
    by: Transition['by'],
    workerId: string,
    job: ClaimedJob | undefined,
    to: JobStatus,
  ): Promise<unknown> {
    if (by === 'claim') return claimUnheard(t.sql, workerId);
    if (by === 'cancel') return t.queue.cancel(id);
    if (by === 'retry') return t.queue.retry(id);
    if (!job) throw new Error('nothing was claimed');
    switch (by) {
      case 'complete':
        return completeJobs(t.sql, workerId, [{ job, result: '{}' }]);
      case 'fail':
        return failJob(t.sql, job, workerId, {
          outcome: 'failed',
          error: 'no luck',
          retry: to === 'failed' ? null : 0,
        });
      case 'release':
        return releaseJobs(t.sql, [job]);
      case 'rescue':
        await t.sql`DELETE FROM orq.workers WHERE id = ${workerId}`;
        return rescueJobs(t.sql, workerId);
    }
  }
});

test('whatever befalls jobs and workers, each step that is seen follows the edges', async () => {
  await using t = await openTestQueue({ maxRetries: 2 });
  const anything = defineHandler(
    echo,
    async ({ input, signal }) => {
      const luck = Math.random();
      await new Promise((resolve) => setTimeout(resolve, luck * 20));
      if (input.text.endsWith('0')) throw new PermanentError('never');
      if (luck < 0.4) throw new Error('no luck');
      if (luck < 0.6)
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      signal.throwIfAborted();
      return input;
    },
    { retry: { baseMs: 0 } },
  );
  const startWorker = async () => {
    const worker = t.worker({ handlers: [anything], concurrency: 5, leaseMs: 300, pollIntervalMs: 20 });
    await worker.start();
    return worker;
  };
  const steps: [Look, Look][] = [];
  const seen = new Map<string, Look>();
  const look = async () => {
    for (const now of await t.sql<Look[]>`SELECT id, status, attempt FROM orq.job_status`) {
      const last = seen.get(now.id);
      if (last && (last.status !== now.status || last.attempt !== now.attempt)) steps.push([last, now]);
      seen.set(now.id, now);
    }
    return [...seen.values()].filter(
      ({ status }) => status !== 'completed' && status !== 'failed' && status !== 'cancelled',
    ).length;
  };

  const ids = await t.queue.enqueueMany(
    echo,
    Array.from({ length: 60 }, (_, n) => ({ text: String(n) })),
  );
  await look();
  await t.queue.cancel(ids[1] ?? '');
  let [first, second] = [await startWorker(), await startWorker()];
  const disturb = async () => {
    await first.stop({ drainMs: 0 });
    await t.sql`DELETE FROM orq.workers`;
    [first, second] = [second, await startWorker()];
  };
  await waitFor(
    async () => {
      if (Math.random() < 0.1) await disturb();
      const any = [...seen.values()].find(() => Math.random() < 0.005);
      if (any) await t.queue.cancel(any.id);
      return (await look()) === 0;
    },
    {
      timeoutMs: 60_000,
      describe: () => `all jobs have ended; there are ${JSON.stringify([...seen.values()])}`,
    },
  );

  expect(steps.filter(([last, now]) => !isPath(last, now))).toEqual([]);
  const statuses = new Set(steps.flatMap(([last, now]) => [last.status, now.status]));
  // Whether a job is seen in between, such as in retry, is chance.
  expect([...statuses]).toEqual(expect.arrayContaining(['pending', 'completed', 'failed', 'cancelled']));
});

interface Look {
  id: string;
  status: JobStatus;
  attempt: number;
}

/** Between two looks a job may have gone along several edges; no attempt that has ended is ever forgotten. */
function isPath(last: Look, now: Look): boolean {
  const reached = new Set<JobStatus>();
  const follow = (from: JobStatus) => {
    for (const { to } of transitions.filter(
      (transition) => transition.from === from && !reached.has(transition.to),
    )) {
      reached.add(to);
      follow(to);
    }
  };
  follow(last.status);
  const isFirst = now.status !== 'pending' || now.attempt === 0;
  return reached.has(now.status) && endedAttempts(now) >= endedAttempts(last) && isFirst;
}

const endedAttempts = ({ status, attempt }: Look) => (status === 'processing' ? attempt - 1 : attempt);
