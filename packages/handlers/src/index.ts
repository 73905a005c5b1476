export { defineHandler } from '@orq/queue';
export type { HandlerDeps } from './deps.ts';
export { surviveStrayErrors } from './survive-strays.ts';
export { createRegistry } from './create-registry.ts';
export { createHandlerWorker, readWorkerSettings, type WorkerSettings } from './worker.ts';
