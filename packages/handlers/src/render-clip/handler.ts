import { renderClip } from '@orq/contracts';
import { clipKeys } from '@orq/db';
import { probe, writeClip, writeStill } from '@orq/media';
import { defineHandler, PermanentError } from '@orq/queue';
import { v7 as uuidv7 } from 'uuid';
import type { HandlerDeps } from '../deps.ts';
import { permanentWhereNoRetryHelps } from '../permanent-faults.ts';
import { discardStored, storeFiles } from '../store-files.ts';
import { openWorkFolder } from '../work-folder.ts';
import { findClip, saveRender } from './clips.ts';

/**
 * Renders a clip and its poster into a folder of the run's own, stores both, and names them in the clip's row as the job
 * completes. Until then nobody sees them, and when the job does not complete nobody ever will.
 */
export const renderClipHandler = ({ sql, storage, ffmpeg }: HandlerDeps) =>
  defineHandler(renderClip, async ({ input, signal, progress, log, commit }) => {
    const clipId = input.clip_id;
    const clip = await findClip(sql, clipId);
    if (!clip) {
      throw new PermanentError(`There is no clip ${clipId}: a later analysis of its video has replaced it`);
    }

    await using folder = await openWorkFolder();
    const [mediaFile, posterFile] = [folder.file('clip.mp4'), folder.file('poster.jpg')];
    const { width, height } = await permanentWhereNoRetryHelps(async () => {
      await using video = await storage.localFile(clip.videoKey, { signal });
      const source = { ffmpeg, signal, info: await probe(video.path, { ffmpeg, signal }) };
      await writeStill(video.path, posterFile, { ...source, atMs: clip.posterMs });
      // Awaited here: the video is gone once this function is left.
      return await writeClip(video.path, mediaFile, { ...source, ...clip, onProgress: progress });
    });

    const keys = clipKeys(clipId, uuidv7());
    const files = [
      { key: keys.media, file: mediaFile },
      { key: keys.poster, file: posterFile },
    ] as const;
    const [media, poster] = await storeFiles(storage, files, signal);
    log.info({ clip_id: clipId, width, height, bytes: media.bytes }, 'clip rendered');
    commit(async (tx) => {
      if (await saveRender(tx, clipId, { media, poster })) return;
      await discardStored(storage, [media, poster]);
      throw new Error('The clip was replaced while it was rendered');
    });
    return { clip_id: clipId, width, height, media_bytes: media.bytes, poster_bytes: poster.bytes };
  });
