import type { ScoreParts, Sheet } from '@orq/contracts';
import { bigint, doublePrecision, index, integer, jsonb, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { orq } from './orq.ts';

const createdAt = () => timestamp('created_at', { withTimezone: true }).notNull().defaultNow();

/** An object in storage, and what the api says of it when it is read. */
export interface StoredMedia {
  key: string;
  bytes: number;
  /** In hexadecimal. */
  sha256: string;
}

/** A sheet of frames in storage, and how they lie on it: as the contract's `Sheet`. */
export interface StoredSheet extends StoredMedia {
  layout: Omit<Sheet, 'url'>;
}

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
  /** The job whose clips it has; this one and the next are null until it has been analysed. */
  analysisJobId: uuid('analysis_job_id'),
  /** The job that makes the sheets. */
  sheetsJobId: uuid('sheets_job_id'),
  contactSheet: jsonb('contact_sheet').$type<StoredSheet>(),
  storyboard: jsonb().$type<StoredSheet>(),
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
    posterMs: integer('poster_ms'),
    renderJobId: uuid('render_job_id'),
    /** Both null until it is rendered. */
    media: jsonb().$type<StoredMedia>(),
    poster: jsonb().$type<StoredMedia>(),
    visualScore: doublePrecision('visual_score').notNull(),
    scoreParts: jsonb('score_parts').$type<ScoreParts>().notNull(),
    createdAt: createdAt(),
  },
  (table) => [index('clips_video').on(table.videoAssetId, table.startMs)],
);
