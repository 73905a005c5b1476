import { z } from 'zod';

/** 1 to `maxLength` characters that PostgreSQL can hold as text: no NUL, and no half of a surrogate pair. */
export const text = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^[^\0\p{Surrogate}]*$/u, 'takes no NUL character, and no half of a surrogate pair');

/** A time as answers have it: ISO 8601, in UTC. */
export const timestamp = z.iso.datetime();

const LAST_MS = Date.UTC(9999, 11, 31);

/** A time as requests may have it: ISO 8601, with `Z` or an offset, in the years 1970 to 9999. */
export const anyTimestamp = z.iso
  .datetime({ offset: true, error: 'takes a time such as 2026-11-05T09:30:00Z' })
  .refine((time) => Date.parse(time) >= 0 && Date.parse(time) <= LAST_MS, 'takes a time from 1970 to 9999');
