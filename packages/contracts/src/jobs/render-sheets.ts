import { z } from 'zod';
import { defineJob } from '../define-job.ts';

const ms = z.int().min(0);
const count = z.int().min(0);

/** Most frames that a sheet shows. Of more shots than that, some are shown, evenly spread. */
export const MAX_CONTACT_SHEET_FRAMES = 100;
export const MAX_STORYBOARD_FRAMES = 40;

/** Lays frames of a video out as pictures to look at: its shots in a contact sheet, and its course in a storyboard. */
export const renderSheets = defineJob({
  type: 'render_sheets',
  input: z.object({
    video_asset_id: z.uuid(),
    /** The job that found the frames. */
    analysis_id: z.uuid(),
    /** How many shots the video has. */
    shots: z.int().min(1),
    /** The best frame of each shot that is shown. */
    contact_sheet_ms: z.array(ms).min(1).max(MAX_CONTACT_SHEET_FRAMES),
    /** Frames at even distances. */
    storyboard_ms: z.array(ms).min(1).max(MAX_STORYBOARD_FRAMES),
  }),
  /** How many frames each of them shows. */
  output: z.object({ contact_sheet_frames: count, storyboard_frames: count }),
});
