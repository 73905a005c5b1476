import { CreatedUpload, CreateUploadRequest, UploadResource } from '../resources/direct-upload.ts';
import { UploadResult } from '../resources/upload.ts';
import { byId, route } from './route.ts';

export const uploadRoutes = {
  createUpload: route({
    method: 'post',
    path: '/uploads',
    tag: 'Videos',
    summary: 'Begins an upload right into storage',
    description:
      'Answers with a request that puts the file into storage, past this api; `complete` follows it. It is there where ' +
      'storage is S3. Files that are larger than 5 GiB, or sent over lines that break, go to `/uploads/tus`, which speaks ' +
      '[tus 1.0.0](https://tus.io/protocols/resumable-upload): any of its clients does, with `filename`, `filetype`, `title`, ' +
      '`clip_count`, `clip_min_ms` and `clip_max_ms` as metadata.',
    scope: 'enqueue',
    reach: 'video',
    idempotency: 'key',
    request: { body: CreateUploadRequest },
    success: { status: 201, description: 'Put the file where it says.', body: CreatedUpload },
    problems: [
      'validation',
      'malformed-request',
      'body-too-large',
      'body-stalled',
      'unsupported-media-type',
      'upload-too-large',
      'direct-upload-unavailable',
      'idempotency-key-reused',
      'unavailable',
    ],
  }),
  completeUpload: route({
    method: 'post',
    path: '/uploads/:id/complete',
    tag: 'Videos',
    summary: 'Completes an upload right into storage, and enqueues its cut analysis',
    description: 'Done again, it answers as it did the first time.',
    scope: 'enqueue',
    reach: 'video',
    idempotency: 'natural',
    request: { params: byId },
    success: {
      status: 201,
      description: 'The video is recorded, and its job is enqueued.',
      body: UploadResult,
    },
    problems: [
      'validation',
      'not-found',
      'upload-incomplete',
      'upload-mismatch',
      'direct-upload-unavailable',
      'unavailable',
    ],
  }),
  getUpload: route({
    method: 'get',
    path: '/uploads/:id',
    tag: 'Videos',
    summary: 'Reads an upload on its way',
    scope: 'read',
    reach: 'video',
    request: { params: byId },
    success: {
      status: 200,
      description: 'How far it has come, and its video once it is complete. It is there for a day.',
      body: UploadResource,
    },
    problems: ['validation', 'not-found', 'unavailable'],
  }),
};
