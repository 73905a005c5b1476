// What a worker needs of the database. It loads no drizzle, which takes more memory than all the rest of a worker.
export * from './assert-migrated.ts';
export * from './connect.ts';
