import { z } from 'zod';

/** A job type: its name and the schemas of what goes in and what comes out. Both must be JSON. */
export interface JobContract<
  Type extends string = string,
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  readonly type: Type;
  readonly input: Input;
  readonly output: Output;
}

/** What a caller passes to enqueue a job of this contract (before defaults and transforms apply). */
export type JobInput<Contract extends JobContract> = z.input<Contract['input']>;

/** What the handler of this contract returns, and a client reads as `result`. */
export type JobOutput<Contract extends JobContract> = z.output<Contract['output']>;

/** The name of a job type. */
export const JobType = z
  .string()
  .regex(/^[a-z][a-z0-9_.:-]{0,99}$/, 'use 1 to 100 of a-z 0-9 _ . : - and begin with a letter')
  .meta({ description: 'The name of the job type.', examples: ['word_count'] });

/**
 * Defines a job type. The one thing that a client project, the api and a worker share.
 *
 * @example
 * const wordCount = defineJob({
 *   type: 'word_count',
 *   input: z.object({ text: z.string() }),
 *   output: z.object({ words: z.int() }),
 * });
 *
 * @throws {TypeError} when the type's name is not 1 to 100 of `a-z 0-9 _ . : -`, a letter first.
 */
export function defineJob<Type extends string, Input extends z.ZodType, Output extends z.ZodType>(
  contract: JobContract<Type, Input, Output>,
): JobContract<Type, Input, Output> {
  const type = JobType.safeParse(contract.type);
  if (!type.success) {
    const reason = type.error.issues.map(({ message }) => message).join('; ');
    throw new TypeError(`Job type ${JSON.stringify(contract.type)} is not valid: ${reason}`);
  }
  return Object.freeze({ ...contract });
}
