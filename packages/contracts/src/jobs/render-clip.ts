import { z } from 'zod';
import { defineJob } from '../define-job.ts';

const pixels = z.int().min(1);
const bytes = z.int().min(1);

export const RenderClipResult = z.object({
  clip_id: z.uuid(),
  /** Size of the clip's and the poster's picture. */
  width: pixels,
  height: pixels,
  media_bytes: bytes,
  poster_bytes: bytes,
});
export type RenderClipResult = z.infer<typeof RenderClipResult>;

/** Renders a chosen clip as an mp4 that plays, with a poster frame. Rendered again, it replaces what was there. */
export const renderClip = defineJob({
  type: 'render_clip',
  input: z.object({ clip_id: z.uuid() }),
  output: RenderClipResult,
});
