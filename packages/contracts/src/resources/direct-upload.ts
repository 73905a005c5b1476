import { z } from 'zod';
import { ClipChoice } from '../jobs/cut-analysis.ts';
import { text, timestamp } from './text.ts';
import { UploadFields, UploadResult } from './upload.ts';

/** Most bytes that one request may put into S3: 5 GiB. */
export const MAX_DIRECT_UPLOAD_BYTES = 5 * 1024 ** 3;

/** What is told of a video before its file is put into storage. */
export const CreateUploadRequest = z
  .strictObject({
    title: UploadFields.shape.title,
    filename: text(255).describe('The name of the file.'),
    content_type: z
      .string()
      .max(161)
      .regex(/^[\w!#$&^.+-]{1,80}\/[\w!#$&^.+-]{1,80}$/, 'takes a media type such as video/mp4')
      .optional()
      .describe('Default: `application/octet-stream`.'),
    size_bytes: z
      .int()
      .min(1)
      .max(
        MAX_DIRECT_UPLOAD_BYTES,
        'one request puts at most 5 GiB; send what is larger by tus, to /uploads/tus',
      )
      .describe('Size of the file in bytes; it may not be another.'),
    sha256: z
      .string()
      .regex(/^[\da-f]{64}$/, 'takes a SHA-256, 64 digits in lower case')
      .optional()
      .describe(
        'SHA-256 of the file, in hexadecimal: storage refuses a file that has another. Without it, `complete` takes as long as it takes to read the file.',
      ),
    clips: ClipChoice.optional().describe('Which clips to choose. Default: 3 to 5, of 2 to 15 s each.'),
  })
  .meta({
    id: 'CreateUploadRequest',
    examples: [
      { filename: 'video.mp4', content_type: 'video/mp4', size_bytes: 10_485_760 },
      {
        title: 'My video',
        filename: 'video.mp4',
        size_bytes: 10_485_760,
        sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        clips: { count: 4 },
      },
    ],
  });
export type CreateUploadRequest = z.infer<typeof CreateUploadRequest>;

/** Where the file is to be put, by whoever has this: it is a secret until it expires. */
export const CreatedUpload = z
  .object({
    id: z.uuid().describe('Of the upload, and of the video that it becomes.'),
    put: z
      .object({
        url: z.url().describe('Where to PUT the file, as the body of one request.'),
        headers: z
          .record(z.string(), z.string())
          .describe(
            'Exactly these are to be sent, and `content-length`, which HTTP clients send by themselves.',
          ),
        expires_at: timestamp.describe('After this time, ask again with the same `Idempotency-Key`.'),
      })
      .describe('The request that puts the file.'),
    expires_at: timestamp.describe('An upload that is not completed by then is removed.'),
  })
  .meta({
    id: 'CreatedUpload',
    examples: [
      {
        id: '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69',
        put: {
          url: 'https://my-bucket.s3.eu-central-1.amazonaws.com/videos/0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69?X-Amz-Expires=3600&X-Amz-Signature=aa0c55ad015a3bf4',
          headers: { 'content-type': 'video/mp4', 'if-none-match': '*' },
          expires_at: '2026-11-05T10:30:00.000Z',
        },
        expires_at: '2026-11-06T09:30:00.000Z',
      },
    ],
  });
export type CreatedUpload = z.infer<typeof CreatedUpload>;

/** An upload on its way, be it by tus or right into storage. */
export const UploadResource = z
  .object({
    id: z.uuid(),
    protocol: z.enum(['direct', 'tus']),
    title: z.string(),
    size_bytes: z.int().min(1),
    received_bytes: z.int().min(0).nullable().describe('Of an upload by tus: how much has come.'),
    expires_at: timestamp,
    result: UploadResult.nullable().describe('The video and its job; null until the upload is complete.'),
  })
  .meta({
    id: 'Upload',
    examples: [
      {
        id: '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69',
        protocol: 'tus',
        title: 'My video',
        size_bytes: 10_485_760,
        received_bytes: 4_194_304,
        expires_at: '2026-11-06T09:30:00.000Z',
        result: null,
      },
    ],
  });
export type UploadResource = z.infer<typeof UploadResource>;
