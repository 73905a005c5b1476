import type { JobContract } from '@orq/contracts';
import type { TransactionSql } from '@orq/db';
import { z } from 'zod';
import { Timeout } from './enqueue-options.ts';
import { jsonText } from './json-text.ts';
import type { Logger } from './logger.ts';
import { DEFAULT_RETRY, type RetryFunction, type RetryPolicy, RetryPolicySchema } from './retry-policy.ts';

/** A write that lands in the transaction that completes the job: once, or not at all. */
export type Effect = (tx: TransactionSql) => Promise<unknown>;

/** What a handler knows of its job. */
export interface JobInfo {
  readonly id: string;
  readonly type: string;
  readonly queue: string;
  /** Lower runs first. */
  readonly priority: number;
  /** When this attempt was due, in ms since 1970, to a fraction: with the priority, the job's place in the queue. */
  readonly dueMs: number;
  /** This attempt, from 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
}

/** What a handler is given. */
export interface JobContext<Input> {
  readonly job: JobInfo;
  /** The payload, parsed by the contract. */
  readonly input: Input;
  /**
   * Aborted when the job is cancelled, takes too long or has met its deadline, and when the worker shuts down or has lost
   * the job; its `reason` says which. Pass it on to whatever takes long.
   */
  readonly signal: AbortSignal;
  /** Reports how far the work has come, 0 to 1. Call it as often as you like: it is written twice a second at most. */
  progress(fraction: number): void;
  /** Every line carries the job's id, type and attempt. */
  readonly log: Logger;
  /**
   * Adds writes to the transaction that completes this job. They run after the handler has returned, in the order
   * they were added, and only while the job is still this worker's: exactly once for a completed job.
   */
  commit(effect: Effect): void;
  /**
   * Waits, and lends this job's slot meanwhile: the worker runs another in its place. For what needs nothing of this
   * worker, other jobs above all. The job stays `processing` and this worker's: its lease, signal, time limits, concurrency
   * key, progress and log go on. Then it goes on as soon as a slot is free, before any job that has not begun.
   *
   * Once the signal is aborted, `wait` must end; a worker that shuts down aborts it at once.
   *
   * @example
   * const jobs = await lendSlot(() => queue.settled(ids, { signal }));
   *
   * @throws {Error} when the slot is lent already; and what `wait` throws
   */
  lendSlot<T>(wait: () => Promise<T>): Promise<T>;
}

export interface HandlerOptions {
  /** When a failed attempt is followed by another. Default: after 2 s, doubling, up to 10 minutes. */
  retry?: RetryPolicy | RetryFunction;
  /** How long an attempt may take, in ms, where the job does not say. Default: as long as it likes. */
  timeoutMs?: number;
  /**
   * How long the handler may take to end once its signal is aborted, in ms. After that its job is settled without it, and
   * nothing that it still does counts. Default 5,000.
   */
  graceMs?: number;
}

const HandlerSettings = z.strictObject({
  retry: z
    .union([RetryPolicySchema, z.custom<RetryFunction>((given) => typeof given === 'function')])
    .default(DEFAULT_RETRY),
  timeoutMs: Timeout.nullable().default(null),
  graceMs: z.int().min(0).max(600_000).default(5_000),
});

/** The part of a context that does not depend on the job's type. */
export type RunContext = Omit<JobContext<unknown>, 'input'>;

/** A registered handler. Made by {@link defineHandler}; its types are checked there and erased here. */
export interface Handler {
  readonly type: string;
  readonly retry: RetryPolicy | RetryFunction;
  /** In ms; null: none. */
  readonly timeoutMs: number | null;
  /** In ms. */
  readonly graceMs: number;
  /** Parses a payload and gives back the run of this job. @throws {z.ZodError} when it does not fit the contract */
  accept(payload: unknown): (context: RunContext) => Promise<unknown>;
  /** Parses what the run gave, to JSON text. @throws {z.ZodError} when it does not fit the contract */
  serialize(output: unknown): string;
}

/**
 * Binds a contract to the code that does the work.
 *
 * @example
 * export const runWordCount = defineHandler(wordCount, async ({ input }) => ({
 *   words: input.text.split(/\s+/).filter(Boolean).length,
 * }));
 *
 * @throws {z.ZodError} when an option is out of bounds
 */
export function defineHandler<Input extends z.ZodType, Output extends z.ZodType>(
  contract: JobContract<string, Input, Output>,
  run: (context: JobContext<z.output<Input>>) => Promise<z.input<Output>>,
  options: HandlerOptions = {},
): Handler {
  return {
    type: contract.type,
    ...HandlerSettings.parse(options),
    accept(payload) {
      const input = contract.input.parse(payload);
      return (context) => run(Object.assign(context, { input }));
    },
    serialize: (output) => jsonText(contract.output.parse(output)),
  };
}
