// Every job type that the workers of this project run: one line each.
export { bulkHandler } from './bulk/handler.ts';
export { cutAnalysisHandler } from './cut-analysis/handler.ts';
export { cutAnalysisPartHandler } from './cut-analysis/part-handler.ts';
export { renderClipHandler } from './render-clip/handler.ts';
export { renderSheetsHandler } from './render-sheets/handler.ts';
