import type { Handler } from '@orq/queue';
import { cutAnalysisHandler } from './cut-analysis/handler.ts';
import type { HandlerDeps } from './deps.ts';

/** Every job type that the workers of this project run. */
export const createRegistry = (deps: HandlerDeps): Handler[] => [cutAnalysisHandler(deps)];
