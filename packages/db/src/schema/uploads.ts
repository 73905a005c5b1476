import type { ClipChoice } from '@orq/contracts';
import { bigint, index, jsonb, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { orq } from './orq.ts';

/** An upload that takes more than one request. What becomes of it is a video of the same id. */
export const uploads = orq.table(
  'uploads',
  {
    id: uuid().primaryKey(),
    protocol: text({ enum: ['direct', 'tus'] }).notNull(),
    title: text().notNull(),
    filename: text().notNull(),
    contentType: text('content_type').notNull(),
    /** As it was announced; it may not be another. */
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    /** In hexadecimal, where it was announced. */
    sha256: text(),
    clips: jsonb().$type<ClipChoice>(),
    /** What a tus client said of it, which it may ask for. */
    metadata: jsonb().$type<Record<string, string | null>>(),
    /** The job that analyses the video; null until the upload is complete. */
    jobId: uuid('job_id'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    /** After this time it is removed, complete or not. */
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
  },
  (table) => [index('uploads_expiry').on(table.expiresAt)],
);

/** A piece of an upload by tus that is in storage. Each begins where the one before ends. */
export const uploadPieces = orq.table(
  'upload_pieces',
  {
    uploadId: uuid('upload_id')
      .notNull()
      .references(() => uploads.id, { onDelete: 'cascade' }),
    /** Where it begins. Of two that begin at the same byte, the first one stays. */
    offsetBytes: bigint('offset_bytes', { mode: 'number' }).notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    storageKey: text('storage_key').notNull(),
  },
  (table) => [primaryKey({ name: 'upload_pieces_pkey', columns: [table.uploadId, table.offsetBytes] })],
);
