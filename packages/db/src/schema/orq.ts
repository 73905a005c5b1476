import { pgSchema } from 'drizzle-orm/pg-core';

/** Everything orq keeps lives in this schema, beside whatever else the database holds. */
export const orq = pgSchema('orq');
