import type { ClaimedJob } from './sql/claim.ts';

/**
 * A worker's slots: how many of its handlers run at once, in all and of each queue that has a limit of its own.
 *
 * A run may lend its slot while it only waits. Until it has it back it counts nowhere, and another job may run in its
 * place. It gets back the next one that is free, before any job that has not begun; once it is told to end it has one at
 * once, so that the limit may be exceeded for as long as it takes to end.
 */
export class Slots {
  readonly #all: number;
  readonly #queueLimits: ReadonlyMap<string, number>;
  readonly #onFree: () => void;
  #taken = 0;
  /** For queues with a limit: how many of their jobs run here, or are to run next. */
  readonly #placesIn = new Map<string, number>();
  readonly #lent = new Set<ClaimedJob>();
  /** Of those that have lent theirs, who wants it back: in their order, and what tells them that they have it. */
  readonly #wanted = new Map<ClaimedJob, () => void>();

  /** @param onFree called when a slot is free that nobody wants back */
  constructor(all: number, queueLimits: ReadonlyMap<string, number>, onFree: () => void) {
    this.#all = all;
    this.#queueLimits = queueLimits;
    this.#onFree = onFree;
  }

  get taken(): number {
    return this.#taken;
  }

  get lent(): number {
    return this.#lent.size;
  }

  get isAnyFree(): boolean {
    return this.#taken < this.#all;
  }

  /** How many more jobs may begin; below 0 where there are more than there should be. */
  get room(): number {
    return this.#all - this.#taken - this.#wanted.size;
  }

  roomIn(queue: string): number {
    return Math.max(0, (this.#queueLimits.get(queue) ?? Infinity) - (this.#placesIn.get(queue) ?? 0));
  }

  /** A job of the queue is to run next: what is left of the queue's limit is less by one. */
  takePlace(queue: string): void {
    this.#countIn(queue, 1);
  }

  /** It will not be begun here after all. */
  leavePlace(queue: string): void {
    this.#countIn(queue, -1);
  }

  /** A job begins that has its place in its queue's limit. */
  take(): void {
    this.#taken += 1;
  }

  /** The run of a job is over, and with it its place in its queue's limit. */
  free(job: ClaimedJob): void {
    if (this.#lent.size > 0 && this.#lent.delete(job)) this.#tell(job);
    else this.#giveAway(job);
  }

  hasLent(job: ClaimedJob): boolean {
    return this.#lent.has(job);
  }

  /**
   * Lends the slot of a run while `wait` is under way and the signal is not aborted.
   *
   * @throws {Error} when it is lent already; and what `wait` throws
   */
  async lend<T>(job: ClaimedJob, signal: AbortSignal, wait: () => Promise<T>): Promise<T> {
    if (this.#lent.has(job)) {
      throw new Error('This job has lent its slot already: wait for all that it waits for in one lendSlot()');
    }
    if (signal.aborted) return wait();
    const takeBack = () => this.#giveBack(job);
    signal.addEventListener('abort', takeBack, { once: true });
    this.#lent.add(job);
    this.#giveAway(job);
    try {
      return await wait();
    } finally {
      await this.#untilGivenBack(job);
      signal.removeEventListener('abort', takeBack);
    }
  }

  async #untilGivenBack(job: ClaimedJob): Promise<void> {
    if (!this.#lent.has(job)) return;
    const givenBack = new Promise<void>((resolve) => this.#wanted.set(job, resolve));
    this.#serve();
    await givenBack;
  }

  #giveBack(job: ClaimedJob): void {
    if (!this.#lent.delete(job)) return;
    this.#taken += 1;
    this.takePlace(job.queue);
    this.#tell(job);
  }

  #tell(job: ClaimedJob): void {
    this.#wanted.get(job)?.();
    this.#wanted.delete(job);
  }

  #giveAway(job: ClaimedJob): void {
    this.#taken -= 1;
    this.leavePlace(job.queue);
    if (this.#wanted.size > 0) this.#serve();
    this.#onFree();
  }

  #serve(): void {
    for (const job of this.#wanted.keys()) {
      if (!this.isAnyFree) return;
      if (this.roomIn(job.queue) > 0) this.#giveBack(job);
    }
  }

  #countIn(queue: string, change: 1 | -1): void {
    if (this.#queueLimits.has(queue)) this.#placesIn.set(queue, (this.#placesIn.get(queue) ?? 0) + change);
  }
}
