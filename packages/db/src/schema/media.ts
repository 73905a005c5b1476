import type { ScoreParts } from '@orq/contracts';
import { bigint, doublePrecision, index, integer, jsonb, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { orq } from './orq.ts';

const createdAt = () => timestamp('created_at', { withTimezone: true }).notNull().defaultNow();

/** An uploaded video: what it is, and under which key storage holds it. */
export const videoAssets = orq.table('video_assets', {
  id: uuid().primaryKey(),
  title: text().notNull(),
  filename: text().notNull(),
  contentType: text('content_type').notNull(),
  sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
  sha256: text().notNull(),
  storageKey: text('storage_key').notNull(),
  /** In ms; null until it has been analysed. */
  durationMs: integer('duration_ms'),
  createdAt: createdAt(),
});

/** A clip that cut_analysis chose. */
export const clips = orq.table(
  'clips',
  {
    id: uuid().primaryKey(),
    videoAssetId: uuid('video_asset_id')
      .notNull()
      .references(() => videoAssets.id, { onDelete: 'cascade' }),
    /** The job that made it. */
    jobId: uuid('job_id').notNull(),
    startMs: integer('start_ms').notNull(),
    endMs: integer('end_ms').notNull(),
    visualScore: doublePrecision('visual_score').notNull(),
    scoreParts: jsonb('score_parts').$type<ScoreParts>().notNull(),
    createdAt: createdAt(),
  },
  (table) => [index('clips_video').on(table.videoAssetId, table.startMs)],
);
