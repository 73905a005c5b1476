import type { Sql } from '@orq/db';
import { isTransient } from './errors.ts';
import { sleep } from './sleep.ts';
import { type JobStanding, readStandings } from './sql/standing.ts';
import { within } from './within.ts';

/** In ms; a look that takes longer is dropped, and the next makes up for it. */
const LOOK_BOUND_MS = 5_000;
/** The next look is due after this share of the time since the first: who waits long looks seldom. */
const REST_SHARE = 1 / 4;
const SHORTEST_REST_MS = 20;
const LONGEST_REST_MS = 500;

/**
 * Looks at jobs until all of them have ended, and tells how they stand: at first, and whenever that has changed. Each is
 * read until it has ended, and then no more.
 *
 * @throws {Error} when there is no such job; the signal's reason. That the database is gone is waited out.
 */
export async function* followJobs(
  sql: Sql,
  ids: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<JobStanding[], void, undefined> {
  const known = new Map<string, JobStanding>();
  const unfinished = () => ids.filter((id) => !known.get(id)?.outcome);
  const begunAt = performance.now();
  for (let left = unfinished(); left.length > 0;) {
    signal?.throwIfAborted();
    if (await look(sql, left, known)) yield ids.flatMap((id) => known.get(id) ?? []);
    left = unfinished();
    if (left.length === 0) return;
    const restMs = (performance.now() - begunAt) * REST_SHARE;
    await sleep(Math.min(LONGEST_REST_MS, Math.max(SHORTEST_REST_MS, restMs)), signal);
  }
}

/** @returns whether anything has changed */
async function look(sql: Sql, ids: readonly string[], known: Map<string, JobStanding>): Promise<boolean> {
  try {
    const found = await within(LOOK_BOUND_MS, readStandings(sql, ids));
    const missing = ids.find((id) => !found.some((job) => job.id === id));
    if (missing !== undefined) throw new Error(`There is no job ${missing}`);
    const changed = found.filter((job) => JSON.stringify(job) !== JSON.stringify(known.get(job.id)));
    for (const job of changed) known.set(job.id, job);
    return changed.length > 0;
  } catch (error) {
    if (isTransient(error)) return false;
    throw error;
  }
}
