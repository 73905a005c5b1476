import type { Sql } from '@orq/db';
import { v7 as uuidv7 } from 'uuid';
import { errorText, LeaseLostError } from './errors.ts';
import type { Logger } from './logger.ts';
import { registerWorker, sendHeartbeat, unregisterWorker, type WorkerRegistration } from './sql/workers.ts';

/** Heartbeats within one lease; two may be lost before a worker is taken for dead. */
const HEARTBEATS_PER_LEASE = 3;

/** The time during which a worker was known under one id. Its jobs are fenced by it. */
export interface Tenure {
  readonly workerId: string;
  /** Aborted when another took this worker for dead: none of its jobs is its own any more. */
  readonly lost: AbortSignal;
}

export interface Lease {
  /** Registers the worker if it is not, and keeps its lease by heartbeats from then on. */
  hold(): Promise<Tenure>;
  /** Ends the heartbeats and takes the worker off the list, with whatever claims it still has. */
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

  async function register(): Promise<Tenure> {
    const workerId = uuidv7();
    await registerWorker(sql, { id: workerId, ...worker });
    const end = new AbortController();
    tenure = { workerId, lost: end.signal, end };
    log.info({ worker_id: workerId, queues: worker.queues, job_types: worker.jobTypes }, 'worker registered');
    scheduleHeartbeat();
    return tenure;
  }

  function scheduleHeartbeat() {
    clearTimeout(timer);
    if (!ended) timer = setTimeout(() => void heartbeat(), worker.leaseMs / HEARTBEATS_PER_LEASE);
  }

  async function heartbeat() {
    const current = tenure;
    if (!current) return;
    try {
      const alive = await sendHeartbeat(sql, current.workerId);
      onHeartbeat(true);
      if (!alive && !ended) {
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
      if (tenure) return tenure;
      registering ??= register().finally(() => (registering = undefined));
      return registering;
    },
    async end() {
      ended = true;
      clearTimeout(timer);
      if (tenure) await unregisterWorker(sql, tenure.workerId);
      tenure = undefined;
    },
  };
}
