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
      .optional()
      .meta({ description: 'Default: the name of the file.', examples: ['My video'] }),
    clip_count: wholeNumber(clipLimits.count)
      .optional()
      .meta({ description: 'How many clips to choose. Default: 3 to 5.', examples: ['4'] }),
    clip_min_ms: wholeNumber(clipLimits.length)
      .optional()
      .meta({ description: 'Least length of a clip, in ms. Default: 2000.', examples: ['2000'] }),
    clip_max_ms: wholeNumber(clipLimits.length)
      .optional()
      .meta({ description: 'Greatest length of a clip, in ms. Default: 15000.', examples: ['15000'] }),
  })
  .refine(({ clip_min_ms = 0, clip_max_ms = Infinity }) => clip_min_ms <= clip_max_ms, {
    path: ['clip_max_ms'],
    message: 'may not be less than clip_min_ms',
  });
export type UploadFields = z.infer<typeof UploadFields>;

export const UploadResult = z
  .object({ video_asset_id: z.uuid(), job_id: z.uuid().describe('The job that analyses it.') })
  .meta({
    id: 'UploadResult',
    examples: [
      {
        video_asset_id: '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69',
        job_id: '0190f6e2-7c3c-7d21-9f5a-2a3b4c5d6e7f',
      },
    ],
  });
export type UploadResult = z.infer<typeof UploadResult>;
