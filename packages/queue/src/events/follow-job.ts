import { isFinal, type JobLogLine, type JobStatus } from '@orq/contracts';
import type { Sql } from '@orq/db';
import { type Batcher, createBatcher } from '../batcher.ts';
import { silent } from '../logger.ts';
import { sleep } from '../sleep.ts';
import { type JobGlance, type JobLook, LINES_AT_ONCE, lookAtJobs } from '../sql/job-looks.ts';
import { untilDatabaseAnswers } from '../until-database-answers.ts';
import { type JobPosition, jobPositionText } from './job-position.ts';

/** What befalls one job. `id` is where a stream goes on after it. */
export type JobNews = { id: string; attempt: number; at: string } & (
  | { kind: 'status'; status: JobStatus }
  /** 0 to 1. */
  | { kind: 'progress'; progress: number }
  | ({ kind: 'log' } & Pick<JobLogLine, 'level' | 'message' | 'fields'>)
);

interface FollowJobOptions {
  after: JobPosition;
  signal: AbortSignal;
}

/** `over`: the job has ended, and all of it has been told. Null: there is no such job. */
export type JobNewsStream = AsyncGenerator<JobNews, void, undefined> | 'over' | null;

/** Follows single jobs. */
export interface JobFollower {
  /** Tells what has changed, until the job has ended, or is deleted. */
  follow(id: string, options: FollowJobOptions): Promise<JobNewsStream>;
}

/** How often each job is looked at. In ms. */
const LOOK_EVERY_MS = 250;
/** Looked at together where they come together. */
const JOBS_AT_ONCE = 200;

export function createJobFollower(sql: Sql): JobFollower {
  const looks: Batcher<JobGlance, JobLook | null> = createBatcher({
    maxItems: JOBS_AT_ONCE,
    maxInFlight: 1,
    run: (glances) => lookAtJobs(sql, glances),
  });
  const look = (id: string, { line }: JobPosition, signal: AbortSignal) =>
    untilDatabaseAnswers(() => looks.add({ id, afterLine: line }), silent, signal);

  async function* news(id: string, first: JobLook, { after, signal }: FollowJobOptions) {
    let position = after;
    for (let found: JobLook | null = first; found; found = await look(id, position, signal)) {
      for (const one of whatIsNew(found, position)) {
        position = one.position;
        yield { id: jobPositionText(position), ...one.news };
      }
      if (found.lines.length === LINES_AT_ONCE) continue;
      if (isFinal(found.status)) return;
      await sleep(LOOK_EVERY_MS, signal);
      signal.throwIfAborted();
    }
  }

  return {
    async follow(id, options) {
      const first = await look(id, options.after, options.signal);
      if (first === null) return null;
      const isOver = isFinal(first.status) && whatIsNew(first, options.after).next().done;
      return isOver ? 'over' : news(id, first, options);
    },
  };
}

type Told = JobNews extends infer One ? (One extends JobNews ? Omit<One, 'id'> : never) : never;

/** In the order in which it happened: what earlier attempts logged, the status, what this attempt logs, its progress. */
function* whatIsNew(look: JobLook, before: JobPosition): Generator<{ news: Told; position: JobPosition }> {
  let position = before;
  const runs = look.status === 'processing';
  const ofThisRun = runs ? look.lines.findIndex(({ attempt }) => attempt === look.attempt) : -1;
  const earlier = ofThisRun === -1 ? look.lines : look.lines.slice(0, ofThisRun);

  function* log(lines: readonly JobLogLine[]) {
    for (const { id: line, attempt, at, level, message, fields } of lines) {
      const { status, progress } = position;
      position = { status, progress, line };
      yield { position, news: { kind: 'log', attempt, at, level, message, fields } as const };
    }
  }

  yield* log(earlier);
  // There may be more to its log, which comes before its end.
  if (look.lines.length === LINES_AT_ONCE && !runs) return;
  const { status, fence, attempt, at } = look;
  if (position.status?.name !== status || position.status.fence !== fence) {
    position = { ...position, status: { name: status, fence }, progress: -1 };
    yield { position, news: { kind: 'status', attempt, at, status } };
  }
  yield* log(look.lines.slice(earlier.length));
  const progress = Math.round((look.progress ?? 0) * 1_000);
  if (runs && look.progress !== null && progress !== position.progress) {
    position = { ...position, progress };
    yield { position, news: { kind: 'progress', attempt, at, progress: look.progress } };
  }
}
