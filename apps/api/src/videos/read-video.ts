import { type RenderState, routes, type Sheet, type VideoResource } from '@orq/contracts';
import { jobStatus, type StoredSheet, videoAssets, type Database } from '@orq/db';
import { eq } from 'drizzle-orm';
import { answer } from '../database-call.ts';
import { renderColumns } from './render-state.ts';

export interface ReadVideo {
  video: typeof videoAssets.$inferSelect;
  /** The job that makes its sheets; null where there is none. */
  sheets: RenderState | null;
}

/** @returns undefined where there is no such video */
export async function findVideo(db: Database, id: string): Promise<ReadVideo | undefined> {
  const [found] = await answer(
    db
      .select({ video: videoAssets, sheets: renderColumns })
      .from(videoAssets)
      .leftJoin(jobStatus, eq(jobStatus.id, videoAssets.sheetsJobId))
      .where(eq(videoAssets.id, id)),
  );
  return found;
}

export function toVideo({ video, sheets }: ReadVideo): VideoResource {
  const sheet = (stored: StoredSheet | null, { path }: { path: string }): Sheet | null =>
    stored && { url: path.replace(':id', video.id), ...stored.layout };
  return {
    id: video.id,
    title: video.title,
    filename: video.filename,
    content_type: video.contentType,
    size_bytes: video.sizeBytes,
    sha256: video.sha256,
    duration_ms: video.durationMs,
    sheets,
    contact_sheet: sheet(video.contactSheet, routes.getContactSheet),
    storyboard: sheet(video.storyboard, routes.getStoryboard),
    created_at: video.createdAt.toISOString(),
  };
}
