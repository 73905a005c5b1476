import { routes } from '@orq/contracts';
import { v7 as uuidv7 } from 'uuid';
import type { AppDeps } from '../deps.ts';
import { mount, type Api } from '../mount.ts';
import { receiveUpload } from '../upload/receive-upload.ts';
import { CommitUnknownError, recordUpload, type RecordedUpload } from '../videos/record-upload.ts';

/** Below this prefix storage holds the uploaded videos, each under its id. */
export const VIDEO_PREFIX = 'videos/';

export function uploadRoutes(app: Api, deps: AppDeps): void {
  const { storage, limits } = deps;

  mount(app, routes.upload, async ({ headers, c }) => {
    const videoId = uuidv7();
    const upload = await receiveUpload(c.req.raw, storage, `${VIDEO_PREFIX}${videoId}`, limits);

    let recorded: RecordedUpload | undefined;
    let mayBeRecorded = false;
    try {
      recorded = await recordUpload(deps, videoId, upload, headers['idempotency-key']);
    } catch (error) {
      mayBeRecorded = error instanceof CommitUnknownError;
      throw error;
    } finally {
      // Where nobody knows, the sweep decides later: it removes what no row names.
      if (!recorded?.created && !mayBeRecorded) await storage.delete(upload.storageKey);
    }

    c.header('location', `/jobs/${recorded.result.job_id}`);
    return recorded.result;
  });
}
