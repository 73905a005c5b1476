export * from './idempotency.ts';
export * from './media.ts';
export * from './orq.ts';
export * from './queue.ts';
