import { z } from 'zod';
import { ScoreParts } from '../jobs/cut-analysis.ts';
import { JobStatus } from './job.ts';

const pixels = z.int().min(1);

/** The job that renders something, and where it stands. */
export const RenderState = z.object({ job_id: z.uuid(), status: JobStatus });
export type RenderState = z.infer<typeof RenderState>;

/** Frames of a video in a grid, as a JPEG. Frames are apart, and away from the edges, by `gap` pixels. */
export const Sheet = z.object({
  /** Where to get it, on this api. */
  url: z.string(),
  width: pixels,
  height: pixels,
  columns: z.int().min(1),
  rows: z.int().min(1),
  cell_width: pixels,
  cell_height: pixels,
  gap: z.int().min(0),
  /** The time of each frame, row by row. */
  frames_ms: z.array(z.int().min(0)),
  /** How many frames there would be were there no limit: where this is more, the sheet shows some of them, evenly spread. */
  total: z.int().min(1),
});
export type Sheet = z.infer<typeof Sheet>;

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
  /** The job that makes the two sheets; null until the video has been analysed. */
  sheets: RenderState.nullable(),
  /** The best frame of each shot; null until it is made. */
  contact_sheet: Sheet.nullable(),
  /** Frames at even distances; null until it is made. */
  storyboard: Sheet.nullable(),
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
  /** The frame that shows the clip best; null where none was chosen. */
  poster_ms: z.int().min(0).nullable(),
  visual_score: z.number().min(0).max(1),
  score_parts: ScoreParts,
  /** The job that renders it; null where there is none any more. */
  render: RenderState.nullable(),
  /** Where to get the mp4, on this api; null until it is rendered. */
  media_url: z.string().nullable(),
  /** Where to get the poster as a JPEG, on this api; null until it is rendered. */
  poster_url: z.string().nullable(),
  created_at: z.iso.datetime(),
});
export type ClipResource = z.infer<typeof ClipResource>;

export const ClipList = z.object({ data: z.array(ClipResource) });
export type ClipList = z.infer<typeof ClipList>;
