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

/** One chosen clip. It starts on a shot's start and overlaps no other clip. */
export const ClipVariant = z.object({
  clip_id: z.uuid(),
  start_ms: ms,
  end_ms: ms,
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

/** Finds the shot cuts of an uploaded video and chooses its best 3 to 5 clips. */
export const cutAnalysis = defineJob({
  type: 'cut_analysis',
  input: z.object({ video_asset_id: z.uuid() }),
  output: CutAnalysisResult,
});
