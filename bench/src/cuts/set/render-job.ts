import { z } from 'zod';

/** Which video a process renders, and where to. */
export const RenderJob = z.object({
  set: z.enum(['dev', 'test', 'cost']),
  seed: z.int().min(0),
  index: z.int().min(0),
  file: z.string(),
  ffmpeg: z.string(),
});
export type RenderJob = z.infer<typeof RenderJob>;

/** What it says meanwhile: frames done so far. */
export const RenderProgress = z.object({ frames: z.int() });
