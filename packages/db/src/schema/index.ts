export * from './api-keys.ts';
export * from './idempotency.ts';
export * from './media.ts';
export * from './orq.ts';
export * from './queue.ts';
export * from './uploads.ts';
