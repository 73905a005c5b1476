import type { Sql } from '@orq/db';
import { v7 as uuidv7 } from 'uuid';
import { type ClaimedJob, type ClaimRequest, claimJobs } from '../../src/sql/claim.ts';
import { registerWorker } from '../../src/sql/workers.ts';

/** Claims what is due in a worker's name and tells it nothing: as when the answer is lost on the way. */
export async function claimUnheard(
  sql: Sql,
  workerId: string,
  limit = 100,
  {
    queue = 'default',
    from = 'sweep',
    except = [],
  }: Partial<Pick<ClaimRequest, 'queue' | 'from' | 'except'>> = {},
): Promise<ClaimedJob[]> {
  const request = { claimId: uuidv7(), workerId, queue, limit, from, except, finished: [] };
  return (await claimJobs(sql, request)).jobs;
}

/** A worker with a lease of 30 s that registers, claims what is due, and is never heard of again. */
export async function dieWithJobs(sql: Sql, limit = 100): Promise<{ workerId: string; jobs: ClaimedJob[] }> {
  const id = uuidv7();
  const registration = { name: 'dead', version: '0', queues: ['default'], jobTypes: ['echo'] };
  await registerWorker(sql, { id, ...registration, concurrency: 1, leaseMs: 30_000 });
  return { workerId: id, jobs: await claimUnheard(sql, id, limit) };
}
