import { z } from 'zod';
import { defineJob } from '../define-job.ts';

/**
 * Where the parts of analyses are kept in storage, each under the id of the cut_analysis job that it belongs to. What a job
 * leaves there that has ended, or is not there, is nobody's.
 */
export const ANALYSIS_PREFIX = 'analysis/';

/** In ms after the container's start, to a fraction; null: the end of the video that is meant. */
const time = z.number().nullable();

/**
 * Internal: measures one part of a long video for a cut_analysis job, and leaves what it measured in storage. Enqueued by
 * that job alone, which waits for it.
 */
export const cutAnalysisPart = defineJob({
  type: 'cut_analysis_part',
  input: z.object({
    /** The cut_analysis job. */
    analysis_job_id: z.uuid(),
    video_asset_id: z.uuid(),
    segment: z.object({
      /** Its place among the parts, from 0. */
      index: z.int().min(0),
      start_ms: time,
      end_ms: time,
      /** From where on it is decoded. */
      seek_ms: time,
    }),
  }),
  output: z.object({
    /** False where the video is damaged in this part, or near it: nothing is in storage then. */
    intact: z.boolean(),
  }),
});
