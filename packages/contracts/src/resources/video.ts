import { z } from 'zod';
import { ScoreParts } from '../jobs/cut-analysis.ts';

/** An uploaded video. */
export const VideoResource = z.object({
  id: z.uuid(),
  title: z.string(),
  filename: z.string(),
  content_type: z.string(),
  /** Size of the stored file in bytes. */
  size_bytes: z.int().min(1),
  /** SHA-256 of the stored file, in hexadecimal. */
  sha256: z.string().length(64),
  /** Duration in ms; null until it has been analysed. */
  duration_ms: z.int().min(0).nullable(),
  created_at: z.iso.datetime(),
});
export type VideoResource = z.infer<typeof VideoResource>;

/** A clip that cut_analysis chose from a video. */
export const ClipResource = z.object({
  id: z.uuid(),
  video_asset_id: z.uuid(),
  /** The job that made it. */
  job_id: z.uuid(),
  start_ms: z.int().min(0),
  end_ms: z.int().min(0),
  visual_score: z.number().min(0).max(1),
  score_parts: ScoreParts,
  created_at: z.iso.datetime(),
});
export type ClipResource = z.infer<typeof ClipResource>;

export const ClipList = z.object({ data: z.array(ClipResource) });
export type ClipList = z.infer<typeof ClipList>;
