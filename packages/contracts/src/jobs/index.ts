import type { JobContract } from '../define-job.ts';
import { cutAnalysis } from './cut-analysis.ts';
import { renderClip } from './render-clip.ts';
import { renderSheets } from './render-sheets.ts';

export * from './cut-analysis.ts';
export * from './render-clip.ts';
export * from './render-sheets.ts';

/** The job types that come with orq. */
export const builtInJobs: readonly JobContract[] = [cutAnalysis, renderClip, renderSheets];
