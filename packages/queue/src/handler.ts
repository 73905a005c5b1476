import type { JobContract } from '@orq/contracts';
import type { TransactionSql } from '@orq/db';
import type { z } from 'zod';
import { retryPolicy, type RetryPolicy } from './backoff.ts';
import { jsonText } from './json-text.ts';
import type { Logger } from './logger.ts';

/** A write that lands in the transaction that completes the job: once, or not at all. */
export type Effect = (tx: TransactionSql) => Promise<unknown>;

/** What a handler knows of its job. */
export interface JobInfo {
  readonly id: string;
  readonly type: string;
  /** This attempt, from 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
}

/** What a handler is given. */
export interface JobContext<Input> {
  readonly job: JobInfo;
  /** The payload, parsed by the contract. */
  readonly input: Input;
  /** Aborted when the worker shuts down or has lost the job. Pass it on to whatever takes long. */
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
}

export interface HandlerOptions {
  /** Backoff after a failed attempt; what is left out is as by default (2 s, doubling, up to 10 minutes). */
  retry?: Partial<RetryPolicy>;
}

/** The part of a context that does not depend on the job's type. */
export type RunContext = Omit<JobContext<unknown>, 'input'>;

/** A registered handler. Made by {@link defineHandler}; its types are checked there and erased here. */
export interface Handler {
  readonly type: string;
  readonly retry: RetryPolicy;
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
 * @throws {RangeError} when a delay of `retry` is not from 0 to 30 days
 */
export function defineHandler<Input extends z.ZodType, Output extends z.ZodType>(
  contract: JobContract<string, Input, Output>,
  run: (context: JobContext<z.output<Input>>) => Promise<z.input<Output>>,
  options: HandlerOptions = {},
): Handler {
  return {
    type: contract.type,
    retry: retryPolicy(options.retry),
    accept(payload) {
      const input = contract.input.parse(payload);
      return (context) => run(Object.assign(context, { input }));
    },
    serialize: (output) => jsonText(contract.output.parse(output)),
  };
}
