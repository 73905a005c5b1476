import type { JobStatus } from '@orq/contracts';
import { type Transition, transitions } from '../../src/index.ts';
import type { Hand, Ticket } from './hand.ts';

export interface ModelJob {
  id: string;
  type: string;
  queue: string;
  priority: number;
  /** When it is due, in microseconds since 1970. */
  due: number;
  maxAttempts: number;
  uniqueKey: string | null;
  key: string | null;
  limit: number | null;
  status: JobStatus;
  parked: boolean;
  /** Attempts that have ended and count. */
  attempt: number;
  /** How those ended that did not complete. */
  failures: ('failed' | 'lost' | 'cancelled')[];
  fence: number;
  cancelRequested: boolean;
  hasError: boolean;
  progress: number | null;
  /** The worker that ended its last attempt. */
  settledBy: string | null;
}

interface ModelClaim {
  workerId: string;
  jobs: { id: string; fence: number }[];
}

const EDGES = new Set(transitions.map(({ from, to, by }) => `${from} -> ${to} by ${by}`));

const byText = (a: string, b: string) => Number(a > b) - Number(a < b);

/** The order in which jobs of one queue are claimed, and in which those of one key get its slots. */
export const inTurn = (a: ModelJob, b: ModelJob) =>
  a.priority - b.priority || a.due - b.due || byText(a.id, b.id);

/** What the queue should be: a handful of maps, and no concurrency. */
export class QueueModel {
  readonly jobs: ModelJob[] = [];
  readonly claims = new Map<string, ModelClaim>();
  /** Registered workers, and whether their heartbeat is overdue. */
  readonly workers = new Map<string, { late: boolean }>();
  readonly slots = new Map<string, { id: string; fence: number }[]>();
  readonly pausedQueues = new Set<string>();
  readonly hands: readonly Hand[];
  /** What ids are called in failures. */
  readonly names = new Map<string, string>();
  /** What has moved jobs. */
  readonly causes = new Set<string>();
  /** The steps so far. */
  readonly trace: string[] = [];
  #ids = 0;

  constructor(hands: readonly Hand[]) {
    this.hands = hands;
  }

  /** The same ids in every run of a seed, in no order that tells when they were made. */
  newId(name: string): string {
    this.#ids += 1;
    const scrambled = (Math.imul(this.#ids, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
    const id = `${scrambled}-0000-7000-8000-${this.#ids.toString(16).padStart(12, '0')}`;
    this.names.set(id, name);
    return id;
  }

  add(
    job: Pick<
      ModelJob,
      'id' | 'type' | 'queue' | 'priority' | 'due' | 'maxAttempts' | 'uniqueKey' | 'key' | 'limit'
    >,
  ) {
    this.jobs.push({
      ...job,
      status: 'pending',
      parked: false,
      attempt: 0,
      failures: [],
      fence: 0,
      cancelRequested: false,
      hasError: false,
      progress: null,
      settledBy: null,
    });
  }

  /** The job of a ticket that is still good. */
  heldBy(ticket: Ticket): ModelJob | undefined {
    return this.openUnder(ticket.job);
  }

  openUnder({ id, fence }: { id: string; fence: number }): ModelJob | undefined {
    return this.jobs.find((job) => job.id === id && job.fence === fence && isOpen(job));
  }

  waiting(queue: string): ModelJob[] {
    return this.jobs.filter((job) => waits(job) && !job.parked && job.queue === queue).sort(inTurn);
  }

  parkedUnder(key: string): ModelJob[] {
    return this.jobs.filter((job) => waits(job) && job.parked && job.key === key).sort(inTurn);
  }

  /** @throws when the table of transitions has no such edge: the model, or the table, is wrong */
  move(job: ModelJob, to: JobStatus, by: Transition['by']): void {
    const edge = `${job.status} -> ${to} by ${by}`;
    if (!EDGES.has(edge)) throw new Error(`${this.nameOf(job.id)} goes ${edge}, which is no transition`);
    this.causes.add(by);
    job.status = to;
    job.parked = false;
    if (!isOpen(job)) job.uniqueKey = null;
  }

  nameOf(id: string): string {
    return this.names.get(id) ?? id;
  }

  /** A text with names in the place of ids. */
  named(text: string): string {
    return text.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) =>
      this.nameOf(id),
    );
  }
}

export const waits = ({ status }: ModelJob) => status === 'pending' || status === 'retry';

export const isOpen = (job: ModelJob) => waits(job) || job.status === 'processing';
