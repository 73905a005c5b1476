export * from './errors.ts';
export * from './object-key.ts';
export * from './object-store.ts';
