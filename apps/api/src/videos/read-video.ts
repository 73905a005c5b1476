import type { ClipResource, VideoResource } from '@orq/contracts';
import { clips, videoAssets, type Database } from '@orq/db';
import { asc, eq } from 'drizzle-orm';
import { answer } from '../database-call.ts';

/** @returns null where there is no such video */
export async function findVideo(db: Database, id: string): Promise<VideoResource | null> {
  const [video] = await answer(db.select().from(videoAssets).where(eq(videoAssets.id, id)));
  if (!video) return null;
  return {
    id: video.id,
    title: video.title,
    filename: video.filename,
    content_type: video.contentType,
    size_bytes: video.sizeBytes,
    sha256: video.sha256,
    duration_ms: video.durationMs,
    created_at: video.createdAt.toISOString(),
  };
}

/** The clips of a video, in the order of their start. */
export async function listClips(db: Database, videoId: string): Promise<ClipResource[]> {
  const found = await answer(
    db.select().from(clips).where(eq(clips.videoAssetId, videoId)).orderBy(asc(clips.startMs), asc(clips.id)),
  );
  return found.map((clip) => ({
    id: clip.id,
    video_asset_id: clip.videoAssetId,
    job_id: clip.jobId,
    start_ms: clip.startMs,
    end_ms: clip.endMs,
    visual_score: clip.visualScore,
    score_parts: clip.scoreParts,
    created_at: clip.createdAt.toISOString(),
  }));
}
