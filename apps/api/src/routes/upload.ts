import { routes } from '@orq/contracts';
import { videoKey } from '@orq/db';
import { v7 as uuidv7 } from 'uuid';
import type { AppDeps } from '../deps.ts';
import type { Api } from '../api-env.ts';
import { mount } from '../mount.ts';
import { receiveUpload } from '../upload/receive-upload.ts';
import { CommitUnknownError } from '../idempotency/once.ts';
import { recordUpload } from '../videos/record-upload.ts';

export function uploadRoutes(app: Api, deps: AppDeps): void {
  const { storage, limits, log } = deps;

  /** What cannot be removed now is no reason to fail: the sweep will find it. */
  async function discard(storageKey: string): Promise<void> {
    await storage.delete(storageKey).catch((error: unknown) => {
      log.warn({ err: error, storage_key: storageKey }, 'a file that is not needed could not be removed');
    });
  }

  mount(app, routes.upload, async ({ idempotencyKey, reply, c }) => {
    const videoId = uuidv7();
    const storageKey = videoKey(videoId);
    let keepFile = false;
    try {
      const upload = await receiveUpload(c.req.raw, storage, storageKey, limits);
      const { result, created } = await recordUpload(deps, videoId, upload, idempotencyKey);
      keepFile = created;
      reply.headers['location'] = `/jobs/${result.job_id}`;
      return result;
    } catch (error) {
      // Where nobody knows, the sweep decides later: it removes what no row names.
      keepFile = error instanceof CommitUnknownError;
      throw error;
    } finally {
      if (!keepFile) await discard(storageKey);
    }
  });
}
