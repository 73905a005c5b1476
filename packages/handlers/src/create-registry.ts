import type { Handler } from '@orq/queue';
import type { HandlerDeps } from './deps.ts';
import * as registry from './registry.ts';

/** A handler, or what makes one of the process's means. */
type Registered = Handler | ((deps: HandlerDeps) => Handler);

/** The handlers of registry.ts, with what they need. */
export const createRegistry = (deps: HandlerDeps): Handler[] =>
  Object.values<Registered>(registry).map((entry) => (typeof entry === 'function' ? entry(deps) : entry));
