import { z } from 'zod';
import { ScoreParts } from '../jobs/cut-analysis.ts';
import { JobStatus } from './job.ts';
import { timestamp } from './text.ts';

const pixels = z.int().min(1);

/** The job that renders something, and where it stands. */
export const RenderState = z.object({ job_id: z.uuid(), status: JobStatus });
export type RenderState = z.infer<typeof RenderState>;

/** Frames of a video in a grid, as a JPEG. Frames are apart, and away from the edges, by `gap` pixels. */
export const Sheet = z.object({
  url: z.string().describe('Where to get it, on this api.'),
  width: pixels,
  height: pixels,
  columns: z.int().min(1),
  rows: z.int().min(1),
  cell_width: pixels,
  cell_height: pixels,
  gap: z.int().min(0),
  frames_ms: z.array(z.int().min(0)).describe('The time of each frame, row by row.'),
  total: z
    .int()
    .min(1)
    .describe(
      'How many frames there would be were there no limit: where this is more, the sheet shows some, evenly spread.',
    ),
});
export type Sheet = z.infer<typeof Sheet>;

/** An uploaded video. */
export const VideoResource = z
  .object({
    id: z.uuid(),
    title: z.string(),
    filename: z.string(),
    content_type: z.string(),
    size_bytes: z.int().min(1).describe('Size of the stored file in bytes.'),
    sha256: z.string().length(64).describe('SHA-256 of the stored file, in hexadecimal.'),
    duration_ms: z.int().min(0).nullable().describe('Duration in ms; null until it has been analysed.'),
    sheets: RenderState.nullable().describe(
      'The job that makes the two sheets; null until the video has been analysed.',
    ),
    contact_sheet: Sheet.nullable().describe('The best frame of each shot; null until it is made.'),
    storyboard: Sheet.nullable().describe('Frames at even distances; null until it is made.'),
    created_at: timestamp,
  })
  .meta({
    id: 'Video',
    examples: [
      {
        id: '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69',
        title: 'My video',
        filename: 'video.mp4',
        content_type: 'video/mp4',
        size_bytes: 10_485_760,
        sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        duration_ms: 60_000,
        sheets: { job_id: '0190f6e3-2b1c-7a00-9c11-0a1b2c3d4e5f', status: 'processing' },
        contact_sheet: null,
        storyboard: null,
        created_at: '2026-11-05T09:30:00.000Z',
      },
    ],
  });
export type VideoResource = z.infer<typeof VideoResource>;

const clip = {
  id: '0190f6e3-1d2c-7f00-8a31-5b6c7d8e9f00',
  video_asset_id: '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69',
  job_id: '0190f6e2-7c3c-7d21-9f5a-2a3b4c5d6e7f',
  start_ms: 4_000,
  end_ms: 9_500,
  visual_score: 0.81,
  score_parts: { sharpness: 0.9, colourfulness: 0.8, exposure: 0.7, contrast: 0.75, motion: 0.9 },
  poster_ms: 6_240,
  render: { job_id: '0190f6e3-1d2d-7a11-8b22-1c2d3e4f5a6b', status: 'completed' },
  media_url: '/clips/0190f6e3-1d2c-7f00-8a31-5b6c7d8e9f00/media',
  poster_url: '/clips/0190f6e3-1d2c-7f00-8a31-5b6c7d8e9f00/poster',
  created_at: '2026-11-05T09:30:07.000Z',
};

/** A clip that cut_analysis chose from a video. */
export const ClipResource = z
  .object({
    id: z.uuid(),
    video_asset_id: z.uuid(),
    job_id: z.uuid().describe('The job that made it.'),
    start_ms: z.int().min(0),
    end_ms: z.int().min(0),
    poster_ms: z
      .int()
      .min(0)
      .nullable()
      .describe('The frame that shows the clip best; null where none was chosen.'),
    visual_score: z.number().min(0).max(1),
    score_parts: ScoreParts,
    render: RenderState.nullable().describe('The job that renders it; null where there is none any more.'),
    media_url: z
      .string()
      .nullable()
      .describe('Where to get the mp4, on this api; null until it is rendered.'),
    poster_url: z
      .string()
      .nullable()
      .describe('Where to get the poster as a JPEG, on this api; null until it is rendered.'),
    created_at: timestamp,
  })
  .meta({
    id: 'Clip',
    examples: [clip],
  });
export type ClipResource = z.infer<typeof ClipResource>;

export const ClipList = z
  .object({ data: z.array(ClipResource) })
  .meta({ id: 'ClipList', examples: [{ data: [clip] }] });
export type ClipList = z.infer<typeof ClipList>;
