import type { Sql } from '@orq/db';
import { v7 as uuidv7 } from 'uuid';
import { errorText, LeaseLostError } from './errors.ts';
import type { Logger } from './logger.ts';
import { retireWorker } from './sql/release.ts';
import { registerWorker, sendHeartbeat, type WorkerRegistration } from './sql/workers.ts';
import { within } from './within.ts';

/** Heartbeats within one lease; two may be lost before a worker is taken for dead. */
const HEARTBEATS_PER_LEASE = 3;

/** The time during which a worker was known under one id. Its jobs are fenced by it. */
export interface Tenure {
  readonly workerId: string;
  /** Aborted when another took this worker for dead: none of its jobs is its own any more. */
  readonly lost: AbortSignal;
}

export interface Lease {
  /** Registers the worker if it is not, and keeps its lease by heartbeats from then on. @throws once it has ended */
  hold(): Promise<Tenure>;
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
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  let renewedAt = 0;
  const heartbeatMs = worker.leaseMs / HEARTBEATS_PER_LEASE;

  async function register(): Promise<Tenure> {
    const workerId = uuidv7();
    await registerWorker(sql, { id: workerId, ...worker });
    const end = new AbortController();
    tenure = { workerId, lost: end.signal, end };
    renewedAt = Date.now();
    log.info({ worker_id: workerId, queues: worker.queues, job_types: worker.jobTypes }, 'worker registered');
    scheduleHeartbeat();
    return tenure;
  }

  function scheduleHeartbeat() {
    clearTimeout(timer);
    if (!ended) timer = setTimeout(() => void heartbeat(), heartbeatMs);
  }

  async function heartbeat() {
    const current = tenure;
    if (!current) return;
    try {
      // An answer that does not come must not hold up the next heartbeat.
      const alive = await within(heartbeatMs, sendHeartbeat(sql, current.workerId));
      onHeartbeat(true);
      if (alive) renewedAt = Date.now();
      if (!alive && !ended && tenure === current) {
        log.error(
          { worker_id: current.workerId },
          'this worker was taken for dead: its jobs belong to others now',
        );
        tenure = undefined;
        current.end.abort(new LeaseLostError());
        return;
      }
    } catch (error) {
      onHeartbeat(false);
      log.warn({ error: errorText(error) }, 'heartbeat failed');
    }
    scheduleHeartbeat();
  }

  return {
    async hold() {
      if (ended) throw new Error('This worker has been stopped; create another');
      // This process was stopped, or asleep: it may have been taken for dead, and must know before it claims more.
      if (Date.now() - renewedAt > worker.leaseMs) await heartbeat();
      if (tenure) return tenure;
      registering ??= register().finally(() => (registering = undefined));
      return registering;
    },
    async end() {
      ended = true;
      await registering?.catch(() => undefined);
      clearTimeout(timer);
      if (tenure) await retireWorker(sql, tenure.workerId);
      tenure = undefined;
    },
  };
}
