// Every job type that the workers of this project run: one line each.
export { cutAnalysisHandler } from './cut-analysis/handler.ts';
export { cutAnalysisPartHandler } from './cut-analysis/part-handler.ts';
