import { z } from 'zod';
import { clipLimits } from '../jobs/cut-analysis.ts';

/** Longest title of an upload, in characters. */
export const MAX_TITLE_LENGTH = 500;

/** A whole number as a form sends it: as text. */
function wholeNumber({ min, max }: { min: number; max: number }) {
  const message = `takes a whole number, ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}

/** The text fields of an upload; the file itself is streamed and never held as a value. */
export const UploadFields = z
  .object({
    title: z
      .string()
      .trim()
      .min(1, 'a title needs at least one character; leave the field out to use the name of the file')
      .max(MAX_TITLE_LENGTH, `a title has at most ${MAX_TITLE_LENGTH} characters`)
      .regex(/^\P{Cc}*$/u, 'a title is one line, without control characters')
      .optional(),
    /** How many clips to choose. */
    clip_count: wholeNumber(clipLimits.count).optional(),
    /** Least and greatest length of a clip, in ms. */
    clip_min_ms: wholeNumber(clipLimits.length).optional(),
    clip_max_ms: wholeNumber(clipLimits.length).optional(),
  })
  .refine(({ clip_min_ms = 0, clip_max_ms = Infinity }) => clip_min_ms <= clip_max_ms, {
    path: ['clip_max_ms'],
    message: 'may not be less than clip_min_ms',
  });
export type UploadFields = z.infer<typeof UploadFields>;

export const UploadResult = z.object({ video_asset_id: z.uuid(), job_id: z.uuid() });
export type UploadResult = z.infer<typeof UploadResult>;
