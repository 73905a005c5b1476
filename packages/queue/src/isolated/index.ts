import type { JobContract } from '@orq/contracts';
import type { TransactionSql } from '@orq/db';
import { z } from 'zod';
import {
  defineHandler,
  type Handler,
  type HandlerOptions,
  type JobContext,
  type JobInfo,
} from '../handler.ts';
import { runInThread } from './run-in-thread.ts';

/** What the work of an isolated handler is given. Its writes belong in the handler's `commit`; it lends no slot. */
export type IsolatedContext<Input> = Omit<JobContext<Input>, 'commit' | 'lendSlot'>;

/**
 * The default export of an isolated handler's module. What it returns comes back by structured clone.
 *
 * @example
 * const run: IsolatedRun<typeof wordCount> = async ({ input }) => ({ words: input.text.split(/\s+/).length });
 * export default run;
 */
export type IsolatedRun<Contract extends JobContract> = (
  context: IsolatedContext<z.output<Contract['input']>>,
) => Promise<z.input<Contract['output']>>;

export interface IsolatedOptions<Input extends z.ZodType, Output extends z.ZodType> extends HandlerOptions {
  /**
   * How long the work may go on once its signal is aborted, in ms; then its thread is ended. Default 5,000. A worker that
   * shuts down gives 1,000 at most, so that the thread is gone before its job is handed back.
   */
  graceMs?: number;
  /** How large the thread's heap may grow, in MB: beyond that the attempt fails. Default: as Node has it. */
  memoryMb?: number;
  /** Writes in the transaction that completes the job: once, or not at all. Runs in the worker's own thread. */
  commit?(
    tx: TransactionSql,
    done: { input: z.output<Input>; output: z.output<Output>; job: JobInfo },
  ): Promise<unknown>;
}

/** How long it may take to end a thread, beyond the grace of its work. In ms. */
const END_BOUND_MS = 3_000;

const ThreadSettings = z.object({
  graceMs: z.int().min(0).max(500_000).default(5_000),
  memoryMb: z.int().min(8).max(1_000_000).optional(),
});

/**
 * A handler whose work runs in a thread of its own, one for each run: it may block, leak or loop for ever, and is ended for
 * real when its time is over. Register it like any other.
 *
 * @param moduleUrl a `file:` URL, such as `new URL('./count-words.ts', import.meta.url)`; its default export is an
 *   {@link IsolatedRun}. Once built, where there is no such `.ts` file, the `.js` file beside it is meant
 *
 * @throws {TypeError} when it is not a `file:` URL
 * @throws {z.ZodError} when an option is out of bounds
 */
export function isolatedHandler<Input extends z.ZodType, Output extends z.ZodType>(
  contract: JobContract<string, Input, Output>,
  moduleUrl: URL | string,
  { commit, graceMs: givenGraceMs, memoryMb: givenMemoryMb, ...options }: IsolatedOptions<Input, Output> = {},
): Handler {
  const { href, protocol } = new URL(moduleUrl);
  if (protocol !== 'file:')
    throw new TypeError(`The module of an isolated handler must be a file: URL, not ${href}`);
  const { graceMs, memoryMb } = ThreadSettings.parse({ graceMs: givenGraceMs, memoryMb: givenMemoryMb });

  return defineHandler(
    contract,
    async (context) => {
      const output = await runInThread(context, { moduleUrl: href, graceMs, memoryMb });
      const { input, job } = context;
      // The executor parses the output before it commits: one that does not fit fails the job there.
      if (commit) context.commit((tx) => commit(tx, { input, output: contract.output.parse(output), job }));
      return output as z.input<Output>;
    },
    { ...options, graceMs: graceMs + END_BOUND_MS },
  );
}
