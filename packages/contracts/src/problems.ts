import { z } from 'zod';
import { RenderState } from './resources/video.ts';

/**
 * An error answer, RFC 9457 `application/problem+json`. `type` is stable and says which problem it is,
 * `detail` says what to do about it, `errors` names the fields that are wrong.
 */
export const Problem = z
  .object({
    type: z.string().describe('Which problem it is: a stable identifier, not an address to visit.'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What to do about it.'),
    instance: z.string().optional().describe('The path that was called.'),
    request_id: z.string().optional().describe('The request in the logs of the api.'),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('The fields that are wrong.'),
    render: RenderState.optional().describe('Of `not-rendered`: the job that renders it.'),
  })
  .meta({
    id: 'Problem',
    examples: [
      {
        type: 'urn:orq:problem:validation',
        title: 'The request is not valid',
        status: 422,
        detail: 'id: an id is a UUID',
        instance: '/jobs/42',
        request_id: '0a4b2f6e-53c8-4b8e-9d0e-1f2a3b4c5d6e',
        errors: [{ path: 'id', message: 'an id is a UUID' }],
      },
    ],
  });
export type Problem = z.infer<typeof Problem>;

/** Every problem the api answers with: its status and its title. The key makes the `type`: `urn:orq:problem:<key>`. */
export const problems = {
  validation: { status: 422, title: 'The request is not valid' },
  'malformed-request': { status: 400, title: 'The request cannot be read' },
  unauthorized: { status: 401, title: 'An api key is needed' },
  forbidden: { status: 403, title: 'That is not allowed' },
  'rate-limited': { status: 429, title: 'Too many calls' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'not-rendered': { status: 404, title: 'It has not been rendered' },
  'range-not-satisfiable': { status: 416, title: 'The range begins beyond the end' },
  'status-conflict': { status: 409, title: 'The job does not stand where this can be done' },
  'method-not-allowed': { status: 405, title: 'This path does not answer that method' },
  'file-missing': { status: 422, title: 'No file was uploaded' },
  'file-empty': { status: 422, title: 'The uploaded file is empty' },
  'upload-incomplete': { status: 400, title: 'The upload ended before its end' },
  'upload-stalled': { status: 408, title: 'The upload stopped coming' },
  'body-too-large': { status: 413, title: 'The body of the request is too large' },
  'body-stalled': { status: 408, title: 'The body of the request stopped coming' },
  'headers-too-large': { status: 431, title: 'The headers of the request are too large' },
  'headers-stalled': { status: 408, title: 'The headers of the request stopped coming' },
  'upload-conflict': { status: 409, title: 'The upload stands elsewhere' },
  'tus-version-unsupported': { status: 412, title: 'This version of tus is not spoken' },
  'upload-mismatch': { status: 422, title: 'What was put is not what was announced' },
  'direct-upload-unavailable': { status: 501, title: 'This server takes no uploads right into storage' },
  'upload-too-large': { status: 413, title: 'The upload is too large' },
  'unsupported-media-type': { status: 415, title: 'The content type is not supported' },
  'idempotency-key-reused': { status: 422, title: 'This idempotency key was used for another request' },
  'storage-full': { status: 507, title: 'There is no room left to store the upload' },
  unavailable: { status: 503, title: 'A service that this needs does not answer' },
  internal: { status: 500, title: 'Something went wrong on our side' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemKind = keyof typeof problems;

/** The `type` of a problem: a stable identifier, not an address to visit. */
export const problemType = (kind: ProblemKind) => `urn:orq:problem:${kind}` as const;
