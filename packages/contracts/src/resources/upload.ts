import { z } from 'zod';

/** Longest title of an upload, in characters. */
export const MAX_TITLE_LENGTH = 500;

/** The text fields of an upload; the file itself is streamed and never held as a value. */
export const UploadFields = z.object({
  title: z
    .string()
    .trim()
    .min(1, 'a title needs at least one character; leave the field out to use the name of the file')
    .max(MAX_TITLE_LENGTH, `a title has at most ${MAX_TITLE_LENGTH} characters`)
    .regex(/^\P{Cc}*$/u, 'a title is one line, without control characters')
    .optional(),
});
export type UploadFields = z.infer<typeof UploadFields>;

export const UploadResult = z.object({ video_asset_id: z.uuid(), job_id: z.uuid() });
export type UploadResult = z.infer<typeof UploadResult>;
