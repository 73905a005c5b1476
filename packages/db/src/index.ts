export * from './client.ts';
export * from './database.ts';
export * from './schema/index.ts';
export * from './storage-keys.ts';
