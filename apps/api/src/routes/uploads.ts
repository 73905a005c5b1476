import { type CreateUploadRequest, routes, type UploadResult } from '@orq/contracts';
import { videoKey } from '@orq/db';
import { type DirectWrites, ObjectNotFoundError, type StoredBody } from '@orq/storage';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { AppDeps } from '../deps.ts';
import { once } from '../idempotency/once.ts';
import type { Api } from '../api-env.ts';
import { mount } from '../mount.ts';
import { invalidField, ProblemError } from '../problem.ts';
import { plainFilename } from '../upload/content-disposition.ts';
import { completeUpload } from '../uploads/complete-upload.ts';
import { existingUpload, insertUpload, toUploadResource, type UploadRow } from '../uploads/upload-rows.ts';

/** How long the client has to begin its request to storage, in seconds. */
const PUT_EXPIRES_S = 3_600;

/** What is kept under the key of a call: not the URL, which expires, and is a secret until then. */
const Begun = z.object({ id: z.uuid(), expires_at: z.iso.datetime() });

export function directUploadRoutes(app: Api, { sql, db, queue, storage, limits }: AppDeps): void {
  function direct(): DirectWrites {
    if (storage.direct) return storage.direct;
    const detail =
      'Uploads go to a disk here: send the file to POST /upload, or by tus to /uploads/tus where it is large';
    throw new ProblemError('direct-upload-unavailable', detail);
  }

  async function begin(body: CreateUploadRequest, key: string | undefined) {
    const call = {
      scope: 'create-upload',
      key,
      content: [body],
      answer: Begun,
      reused: 'This Idempotency-Key came with another upload before; use a new key for a new upload',
    };
    const filename = plainFilename(body.filename);
    const announced = {
      protocol: 'direct' as const,
      title: body.title ?? filename,
      filename,
      contentType: body.content_type ?? 'application/octet-stream',
      sizeBytes: body.size_bytes,
      sha256: body.sha256,
      clips: body.clips,
    };
    const { result } = await once(sql, call, async (tx) => {
      const id = uuidv7();
      return { id, expires_at: (await insertUpload(tx, { ...announced, id })).toISOString() };
    });
    if (Date.parse(result.expires_at) > Date.now()) return { ...result, contentType: announced.contentType };
    throw new ProblemError('not-found', 'The upload of this Idempotency-Key has expired; use a new key');
  }

  /** What has been put for an upload. What is not as announced is removed, so that it can be put again. */
  async function inspect({ upload: { id, sizeBytes, sha256 } }: UploadRow): Promise<StoredBody> {
    const key = videoKey(id);
    const stored = await direct()
      .inspect(key)
      .catch((error: unknown) => {
        if (!(error instanceof ObjectNotFoundError)) throw error;
        throw new ProblemError(
          'upload-incomplete',
          'The file is not in storage: put it where POST /uploads said',
        );
      });
    const isAsAnnounced = stored.bytes === sizeBytes && (sha256 === null || sha256 === stored.sha256);
    if (isAsAnnounced) return stored;
    await storage.delete(key);
    throw new ProblemError(
      'upload-mismatch',
      `The file has ${stored.bytes} bytes and the SHA-256 ${stored.sha256}, which is not what was announced: put it again`,
    );
  }

  async function complete(row: UploadRow): Promise<UploadResult> {
    const { id, protocol, jobId } = row.upload;
    if (protocol === 'tus') throw invalidField('id', 'an upload by tus is complete once all of it has come');
    if (jobId !== null) return { video_asset_id: id, job_id: jobId };
    return completeUpload({ sql, queue }, id, await inspect(row));
  }

  mount(app, routes.createUpload, async ({ body, idempotencyKey, reply }) => {
    const writes = direct();
    if (body.size_bytes > limits.maxBytes) {
      const detail = `An upload has at most ${limits.maxBytes} bytes (MAX_UPLOAD_BYTES)`;
      throw new ProblemError('upload-too-large', detail);
    }
    const { id, expires_at, contentType } = await begin(body, idempotencyKey);
    const object = { bytes: body.size_bytes, contentType, sha256: body.sha256 };
    const { url, headers, expiresAt } = await writes.presignPut(videoKey(id), object, PUT_EXPIRES_S);
    reply.headers['location'] = `/uploads/${id}`;
    return { id, put: { url, headers, expires_at: expiresAt.toISOString() }, expires_at };
  });

  mount(app, routes.completeUpload, async ({ params, reply }) => {
    const result = await complete(await existingUpload(db, params.id));
    reply.headers['location'] = `/jobs/${result.job_id}`;
    return result;
  });

  mount(app, routes.getUpload, async ({ params }) => toUploadResource(await existingUpload(db, params.id)));
}
