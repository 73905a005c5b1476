import { randomUUID } from 'node:crypto';
import { defineJob } from '@orq/contracts';
import { connect, type Sql } from '@orq/db/client';
import { migrate } from '@orq/db/migrate';
import { createQueue } from '@orq/queue';
import { z } from 'zod';
import { openDatabase } from '../database.ts';
import type { Lifetime } from '../lifetime.ts';
import type { RunningServer } from '../servers.ts';
import { claim, type Claimed, complete, type Position, register } from './statements.ts';

export interface LimitSizes {
  jobs: number;
  batch: number;
  inFlight: number;
}

const noop = defineJob({ type: 'noop', input: z.object({ i: z.number() }), output: z.null() });
const ENQUEUED_AT_ONCE = 1_000;

/** Empties a backlog by nothing but the two statements. Times in ms, CPU time in µs a job. */
export async function limit(server: RunningServer, sizes: LimitSizes, lifetime: Lifetime) {
  const database = await openDatabase(server.url, 'orq_bench_limit', lifetime);
  await migrate(database.url);
  const sql = connect(database.url, { max: sizes.inFlight });
  try {
    await fill(sql, sizes.jobs);
    await database.sql`VACUUM (ANALYZE) orq.ready, orq.jobs`;
    await database.sql`CHECKPOINT`;
    return await empty(sql, server, sizes);
  } finally {
    await sql.end();
    await database.close();
  }
}

async function fill(sql: Sql, jobs: number): Promise<void> {
  const queue = createQueue({ sql });
  for (let from = 0; from < jobs; from += ENQUEUED_AT_ONCE) {
    const size = Math.min(ENQUEUED_AT_ONCE, jobs - from);
    await queue.enqueueMany(
      noop,
      Array.from({ length: size }, (_, index) => ({ i: from + index })),
    );
  }
  await queue.close();
}

async function empty(sql: Sql, server: RunningServer, { jobs, batch, inFlight }: LimitSizes) {
  const workerId = randomUUID();
  await register(sql, workerId);
  const spent = { claimMs: 0, completeMs: 0, batches: 0 };
  let done = 0;
  let position: Position | undefined;
  let finished: string[] = [];

  async function claimNext(): Promise<Claimed> {
    const settled = finished;
    finished = [];
    const begunAt = performance.now();
    const claimed = await claim(sql, { workerId, limit: batch, finished: settled, position });
    spent.claimMs += performance.now() - begunAt;
    const last = claimed.jobs.at(-1);
    if (
      last &&
      (!position || last.due > position.due || (last.due === position.due && last.id > position.id))
    ) {
      position = last;
    }
    return claimed;
  }

  async function loop(): Promise<void> {
    while (done < jobs) {
      const claimed = await claimNext();
      // The other loop's batch was locked, and this one went past it, or there is no more: look from the head again.
      if (claimed.jobs.length === 0) position = undefined;
      const begunAt = performance.now();
      await complete(sql, workerId, claimed);
      spent.completeMs += performance.now() - begunAt;
      spent.batches += 1;
      finished.push(claimed.claimId);
      done += claimed.jobs.length;
    }
  }

  const [cpuBefore, serverBefore] = [process.cpuUsage(), server.cpuMs()];
  const begunAt = performance.now();
  await Promise.all(Array.from({ length: inFlight }, loop));
  const ms = performance.now() - begunAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    jobsPerS: (jobs / ms) * 1000,
    claimMs: spent.claimMs / spent.batches,
    completeMs: spent.completeMs / spent.batches,
    cpuUs: (user + system) / jobs,
    serverCpuUs: ((server.cpuMs() - serverBefore) * 1000) / jobs,
  };
}
