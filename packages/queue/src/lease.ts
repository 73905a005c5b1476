import type { Sql } from '@orq/db';
import { v7 as uuidv7 } from 'uuid';
import { LeaseLostError } from './errors.ts';
import { createHeartbeat } from './heartbeat.ts';
import type { Logger } from './logger.ts';
import { retireWorker } from './sql/release.ts';
import { registerWorker, type WorkerRegistration } from './sql/workers.ts';

/** The time during which a worker was known under one id. Its jobs are fenced by it. */
export interface Tenure {
  readonly workerId: string;
  /** Aborted when another took this worker for dead: none of its jobs is its own any more. */
  readonly lost: AbortSignal;
  /** Whether the lease may have run out without a word. Then `confirm` asks, and `lost` is right once it has an answer. */
  isInDoubt(): boolean;
  /** Never throws; where the database does not answer, the doubt stays. */
  confirm(): Promise<void>;
}

export interface Lease {
  /** Registers the worker if it is not, and keeps its lease by heartbeats from then on. @throws once it has ended */
  hold(): Promise<Tenure>;
  /** Lets the lease run out unless `hold` succeeds before: this worker cannot work, and its jobs are to run elsewhere. */
  rest(): void;
  /** Ends the heartbeats, hands back whatever the worker still holds, and takes it off the list. */
  end(): Promise<void>;
}

/** @param onHeartbeat called after each heartbeat with whether the database answered */
export function createLease(
  sql: Sql,
  worker: Omit<WorkerRegistration, 'id'>,
  log: Logger,
  onHeartbeat: (answered: boolean) => void,
): Lease {
  let tenure: (Tenure & { end: AbortController }) | undefined;
  let registering: Promise<Tenure> | undefined;
  let ended = false;
  const { name, leaseMs } = worker;
  const heartbeat = createHeartbeat({ sql, name, leaseMs, log, onHeartbeat, onDead });

  async function register(): Promise<Tenure> {
    const workerId = uuidv7();
    const registeredAt = Date.now();
    await Promise.all([registerWorker(sql, { id: workerId, ...worker }), heartbeat.prepare()]);
    const end = new AbortController();
    tenure = {
      workerId,
      lost: end.signal,
      end,
      isInDoubt: heartbeat.isOverdue,
      confirm: heartbeat.ensure,
    };
    log.info({ worker_id: workerId, queues: worker.queues, job_types: worker.jobTypes }, 'worker registered');
    if (!ended) heartbeat.keep(workerId, registeredAt);
    return tenure;
  }

  function onDead(workerId: string): void {
    if (tenure?.workerId !== workerId) return;
    log.error({ worker_id: workerId }, 'this worker was taken for dead: its jobs belong to others now');
    const { end } = tenure;
    tenure = undefined;
    end.abort(new LeaseLostError());
  }

  return {
    async hold() {
      if (ended) throw new Error('This worker has been stopped; create another');
      // This process was stopped, or asleep: it may have been taken for dead, and must know before it claims more.
      await heartbeat.ensure();
      if (tenure) return tenure;
      registering ??= register().finally(() => (registering = undefined));
      return registering;
    },
    rest: heartbeat.rest,
    async end() {
      ended = true;
      await registering?.catch(() => undefined);
      const silence = heartbeat.end();
      try {
        if (tenure) await retireWorker(sql, tenure.workerId);
        tenure = undefined;
      } finally {
        await silence;
      }
    },
  };
}
