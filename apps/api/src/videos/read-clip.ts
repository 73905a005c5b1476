import { type ClipResource, type RenderState, routes } from '@orq/contracts';
import { clips, jobStatus, type Database } from '@orq/db';
import { asc, eq, type SQL } from 'drizzle-orm';
import { answer } from '../database-call.ts';
import { renderColumns } from './render-state.ts';

export interface ReadClip {
  clip: typeof clips.$inferSelect;
  /** The job that renders it; null where there is none any more. */
  render: RenderState | null;
}

const read = (db: Database, where: SQL): Promise<ReadClip[]> =>
  answer(
    db
      .select({ clip: clips, render: renderColumns })
      .from(clips)
      .leftJoin(jobStatus, eq(jobStatus.id, clips.renderJobId))
      .where(where)
      .orderBy(asc(clips.startMs), asc(clips.id)),
  );

/** @returns undefined where there is no such clip */
export async function findClip(db: Database, id: string): Promise<ReadClip | undefined> {
  const [found] = await read(db, eq(clips.id, id));
  return found;
}

/** The clips of a video, in the order of their start. */
export function listClips(db: Database, videoId: string): Promise<ReadClip[]> {
  return read(db, eq(clips.videoAssetId, videoId));
}

export function toClip({ clip, render }: ReadClip): ClipResource {
  return {
    id: clip.id,
    video_asset_id: clip.videoAssetId,
    job_id: clip.jobId,
    start_ms: clip.startMs,
    end_ms: clip.endMs,
    poster_ms: clip.posterMs,
    visual_score: clip.visualScore,
    score_parts: clip.scoreParts,
    render,
    media_url: clip.media && routes.getClipMedia.path.replace(':id', clip.id),
    poster_url: clip.poster && routes.getClipPoster.path.replace(':id', clip.id),
    created_at: clip.createdAt.toISOString(),
  };
}
