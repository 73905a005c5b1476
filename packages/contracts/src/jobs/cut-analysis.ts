import { z } from 'zod';
import { defineJob } from '../define-job.ts';

const unit = z.number().min(0).max(1);
const ms = z.int().min(0);

/** How a shot begins. The first shot of a video begins with `start`. */
export const Transition = z.enum(['start', 'cut', 'dissolve', 'fade', 'wipe']);
export type Transition = z.infer<typeof Transition>;

/** One shot: an unbroken run of frames. `end_ms` is the `start_ms` of the next shot, or the end of the video. */
export const Shot = z.object({
  start_ms: ms,
  end_ms: ms,
  transition: Transition,
  /**
   * From the last frame of the shot before alone to the first of this one alone; both are `start_ms` for a cut. Results
   * from before they were told lack them.
   */
  transition_start_ms: ms.optional(),
  transition_end_ms: ms.optional(),
});
export type Shot = z.infer<typeof Shot>;

/** The parts of a visual score, each 0 (poor) to 1 (good), ranked within the video. */
export const ScoreParts = z.object({
  sharpness: unit,
  colourfulness: unit,
  exposure: unit,
  contrast: unit,
  motion: unit,
});
export type ScoreParts = z.infer<typeof ScoreParts>;

/** What a caller may ask for in clips. What is left out goes by the length of the video. */
export const clipLimits = {
  /** How many clips, where the video's shots can hold as many. */
  count: { min: 1, max: 20 },
  /** How long each clip is, in ms. */
  length: { min: 500, max: 180_000 },
} as const;

const length = z.int().min(clipLimits.length.min).max(clipLimits.length.max);

/** Which clips to choose: 3 to 5, of 2 to 15 s each, where nothing is said. */
export const ClipChoice = z
  .strictObject({
    count: z.int().min(clipLimits.count.min).max(clipLimits.count.max).optional(),
    /** Least length of a clip; 2 s, or `max_ms` where that is less. */
    min_ms: length.optional(),
    /** Greatest length of a clip; 15 s, or `min_ms` where that is more. */
    max_ms: length.optional(),
  })
  .refine(({ min_ms = 0, max_ms = Infinity }) => min_ms <= max_ms, {
    path: ['max_ms'],
    message: 'the greatest length of a clip may not be less than its least',
  });
export type ClipChoice = z.infer<typeof ClipChoice>;

/** One chosen clip. It starts on a shot's start and overlaps no other clip. */
export const ClipVariant = z.object({
  clip_id: z.uuid(),
  start_ms: ms,
  end_ms: ms,
  /** The frame that shows the clip best. Not in results of versions that chose none. */
  poster_ms: ms.optional(),
  visual_score: unit,
  score_parts: ScoreParts,
});
export type ClipVariant = z.infer<typeof ClipVariant>;

export const CutAnalysisResult = z.object({
  clips_created: z.int().min(0),
  /** Duration of the video in ms. */
  duration: ms,
  variants: z.array(ClipVariant),
  /** Every shot, in order. */
  shots: z.array(Shot),
});
export type CutAnalysisResult = z.infer<typeof CutAnalysisResult>;

/**
 * Finds the shot cuts of an uploaded video and chooses its best clips. As it completes, the clips take the place of those
 * of an earlier analysis, and a `render_clip` job is enqueued for each, and a `render_sheets` job for the video.
 */
export const cutAnalysis = defineJob({
  type: 'cut_analysis',
  input: z.object({ video_asset_id: z.uuid(), clips: ClipChoice.optional() }),
  output: CutAnalysisResult,
});
