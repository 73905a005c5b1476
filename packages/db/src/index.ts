export * from './assert-migrated.ts';
export * from './connect.ts';
export * from './schema/index.ts';
