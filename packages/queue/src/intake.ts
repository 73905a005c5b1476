import type { Sql } from '@orq/db';
import type { ClaimLedger } from './claim-ledger.ts';
import type { Claimer } from './claimer.ts';
import type { Tenure } from './lease.ts';
import { createLookahead } from './lookahead.ts';
import type { Runs, Waiting } from './runs.ts';
import type { ClaimedJob } from './sql/claim.ts';
import { releaseJobs } from './sql/release.ts';
import { within } from './within.ts';

export interface IntakeDeps {
  sql: Sql;
  claimer: Claimer;
  runs: Runs;
  ledger: ClaimLedger;
  /** How long the database may take to answer before it counts as gone. In ms. */
  boundMs: number;
  /** Called when a claim makes sense, or jobs are to be handed back. */
  onHungry(): void;
  /** The tenure under which jobs are held; undefined once there is none, and the worker's end hands all back. */
  holder(): Tenure | undefined;
}

/** Keeps the slots supplied: claims as many jobs as there is room for, and hands back those that it cannot run soon. */
export interface Intake {
  /** Claims, where there is room, and it is worth the round trip. */
  refill(tenure: Tenure): Promise<void>;
  /** Runs jobs that were claimed. While they were, others may have taken the room of their queue: then they go back. */
  add(jobs: readonly ClaimedJob[], tenure: Tenure): void;
  /** Takes one job, after it has looked everywhere. */
  takeOne(tenure: Tenure): Promise<ClaimedJob | undefined>;
  /** Hands back the jobs that wait for a slot and match, and those that could not be handed back before. */
  handBack(matches: (waiting: Waiting) => boolean): Promise<void>;
  /** A handler has ended. */
  performed(): void;
  /** There is more room: a job has ended, or lends its slot. */
  freed(): void;
  /** How long until there may be something to claim that the last claim did not find, in ms. */
  moreIn(): number;
}

export function createIntake(deps: IntakeDeps): Intake {
  const { sql, claimer, runs, ledger, boundMs, onHungry, holder } = deps;
  const lookahead = createLookahead();
  /** Whether the last claim took all that there was room for: then there may be more. */
  let backlog = false;
  /** A claim is worth its round trip once so few jobs wait for a slot. */
  let refillAt = 0;
  /** Jobs that are to be handed back, or of which it is not known whether they were. */
  let returning: ClaimedJob[] = [];

  function ringWhenHungry() {
    if (backlog && runs.waiting() <= refillAt) onHungry();
  }

  function add(jobs: readonly ClaimedJob[], tenure: Tenure): void {
    const surplus = runs.add(jobs, tenure);
    if (surplus.length === 0) return;
    returning = [...returning, ...surplus];
    onHungry();
  }

  /** @returns whether jobs that had to be parked have kept others out that could run */
  async function claim(tenure: Tenure, limit: number): Promise<boolean> {
    const askedAt = performance.now();
    let parked = 0;
    backlog = false;
    for await (const taken of claimer.claim({ workerId: tenure.workerId, limit, roomIn: runs.roomIn })) {
      add(taken.jobs, tenure);
      parked += taken.parked;
      backlog ||= taken.more;
    }
    lookahead.claimTook(performance.now() - askedAt);
    return backlog && parked > 0;
  }

  return {
    async refill(tenure) {
      for (let again = true; again;) {
        const ahead = lookahead.jobs();
        const room = runs.room(ahead);
        refillAt = Math.floor(ahead / 2);
        backlog = true;
        again = room > 0 && runs.waiting() <= refillAt && (await claim(tenure, room));
      }
    },
    add,
    async takeOne({ workerId }) {
      for (let more = true; more;) {
        more = false;
        for await (const taken of claimer.claim({ workerId, limit: 1, roomIn: () => 1, everywhere: true })) {
          if (taken.jobs[0]) return taken.jobs[0];
          more ||= taken.more;
        }
      }
      return undefined;
    },
    async handBack(matches) {
      const jobs = [...returning, ...runs.takeWaiting(matches)];
      returning = [];
      if (jobs.length === 0) return;
      try {
        await within(boundMs, releaseJobs(sql, jobs));
      } catch (error) {
        // The answer alone may have been lost, and they run elsewhere by now: so none of them is begun here any more.
        if (holder()) returning = [...returning, ...jobs];
        throw error;
      }
      for (const job of jobs) ledger.jobDone(job.claimId);
    },
    performed() {
      lookahead.jobEnded();
      ringWhenHungry();
    },
    freed: ringWhenHungry,
    // Where slots are free, what is left behind is of a queue that has no room: others may have more.
    moreIn: () => (backlog && runs.room(0) === 0 ? Infinity : claimer.moreIn(runs.roomIn)),
  };
}
