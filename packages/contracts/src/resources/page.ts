import { z } from 'zod';

/** Where a list goes on. */
export const Cursor = z
  .string()
  .regex(/^[\w-]{1,600}$/, 'takes what a page gave as next_cursor')
  .describe('Where to go on: the `next_cursor` of the page before. Default: from the first.');

export const NextCursor = z
  .string()
  .nullable()
  .describe('Where the next page begins: send it as `cursor`. Null: this is the last page.');

/** How much of a list a page holds. A query string has it as text. */
export const pageLimit = (byDefault: number, most: number) =>
  z.coerce
    .number<number>()
    .int()
    .min(1)
    .max(most)
    .optional()
    .describe(`Most of a page. Default ${byDefault}.`);
