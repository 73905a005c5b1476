import type { JobContract } from '../define-job.ts';
import { bulk } from './bulk.ts';
import { cutAnalysis } from './cut-analysis.ts';
import { renderClip } from './render-clip.ts';
import { renderSheets } from './render-sheets.ts';

export * from './bulk.ts';
export * from './cut-analysis.ts';
export * from './render-clip.ts';
export * from './render-sheets.ts';

/** The job types that come with orq. */
export const builtInJobs: readonly JobContract[] = [bulk, cutAnalysis, renderClip, renderSheets];
