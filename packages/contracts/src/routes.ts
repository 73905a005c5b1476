import { z } from 'zod';
import type { ProblemKind } from './problems.ts';
import { Health } from './resources/health.ts';
import { JobResource } from './resources/job.ts';
import { ProcessResult } from './resources/process.ts';
import { UploadFields, UploadResult } from './resources/upload.ts';
import { ClipList, ClipResource, VideoResource } from './resources/video.ts';

interface Call {
  readonly method: 'get' | 'post';
  /** A path in Hono's form: `/jobs/:id`. */
  readonly path: string;
  readonly summary: string;
  readonly request: {
    readonly params?: z.ZodObject;
    readonly headers?: z.ZodObject;
    /** The text fields of a `multipart/form-data` body that also carries a `file`. */
    readonly multipart?: z.ZodObject;
  };
  readonly problems: readonly ProblemKind[];
}

/** A call that answers JSON of a schema. */
export interface JsonRouteContract extends Call {
  readonly success: { readonly status: 200 | 201; readonly body: z.ZodType };
}

/** A call that answers the bytes of a file: all of them, or with status 206 the range that is asked for. */
export interface FileRouteContract extends Call {
  readonly success: { readonly status: 200; readonly contentType: string };
}

/** One call of the api: what it takes, what it answers, and how it can fail. */
export type RouteContract = JsonRouteContract | FileRouteContract;

/** Longest `Idempotency-Key`, in characters. */
export const MAX_IDEMPOTENCY_KEY_LENGTH = 255;

/** Keeps the literal types of a route, and checks it against the form. */
const route = <const Route extends RouteContract>(contract: Route): Route => contract;

const byId = z.object({ id: z.uuid('an id is a UUID, such as 0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69') });

const fileProblems = [
  'validation',
  'not-found',
  'not-rendered',
  'range-not-satisfiable',
  'unavailable',
] as const;

/** Every route of the api. The api mounts this table, and clients are typed by it. */
export const routes = {
  upload: route({
    method: 'post',
    path: '/upload',
    summary: 'Uploads a video and enqueues its cut analysis',
    request: {
      headers: z.object({
        'idempotency-key': z
          .string()
          .min(1, 'an idempotency key has at least one character')
          .max(
            MAX_IDEMPOTENCY_KEY_LENGTH,
            `an idempotency key has at most ${MAX_IDEMPOTENCY_KEY_LENGTH} characters`,
          )
          .optional(),
      }),
      multipart: UploadFields,
    },
    success: { status: 201, body: UploadResult },
    problems: [
      'file-missing',
      'file-empty',
      'upload-incomplete',
      'upload-stalled',
      'upload-too-large',
      'unsupported-media-type',
      'idempotency-key-reused',
      'storage-full',
      'validation',
      'malformed-request',
      'unavailable',
    ],
  }),
  processJob: route({
    method: 'post',
    path: '/jobs/process',
    summary: 'Takes one job from the queue and runs it (development only)',
    request: {},
    success: { status: 200, body: ProcessResult },
    problems: ['not-found', 'unavailable'],
  }),
  getJob: route({
    method: 'get',
    path: '/jobs/:id',
    summary: 'Reads a job',
    request: { params: byId },
    success: { status: 200, body: JobResource },
    problems: ['validation', 'not-found', 'unavailable'],
  }),
  getVideo: route({
    method: 'get',
    path: '/videos/:id',
    summary: 'Reads a video',
    request: { params: byId },
    success: { status: 200, body: VideoResource },
    problems: ['validation', 'not-found', 'unavailable'],
  }),
  listVideoClips: route({
    method: 'get',
    path: '/videos/:id/clips',
    summary: 'Lists the clips chosen from a video, in the order of their start',
    request: { params: byId },
    success: { status: 200, body: ClipList },
    problems: ['validation', 'not-found', 'unavailable'],
  }),
  getContactSheet: route({
    method: 'get',
    path: '/videos/:id/contact-sheet',
    summary: 'Reads the picture of all shots of a video',
    request: { params: byId },
    success: { status: 200, contentType: 'image/jpeg' },
    problems: fileProblems,
  }),
  getStoryboard: route({
    method: 'get',
    path: '/videos/:id/storyboard',
    summary: 'Reads the picture of the course of a video',
    request: { params: byId },
    success: { status: 200, contentType: 'image/jpeg' },
    problems: fileProblems,
  }),
  getClip: route({
    method: 'get',
    path: '/clips/:id',
    summary: 'Reads a clip',
    request: { params: byId },
    success: { status: 200, body: ClipResource },
    problems: ['validation', 'not-found', 'unavailable'],
  }),
  getClipMedia: route({
    method: 'get',
    path: '/clips/:id/media',
    summary: 'Reads a clip as an mp4',
    request: { params: byId },
    success: { status: 200, contentType: 'video/mp4' },
    problems: fileProblems,
  }),
  getClipPoster: route({
    method: 'get',
    path: '/clips/:id/poster',
    summary: 'Reads the poster of a clip',
    request: { params: byId },
    success: { status: 200, contentType: 'image/jpeg' },
    problems: fileProblems,
  }),
  healthz: route({
    method: 'get',
    path: '/healthz',
    summary: 'Says whether the process is alive',
    request: {},
    success: { status: 200, body: Health },
    problems: [],
  }),
  readyz: route({
    method: 'get',
    path: '/readyz',
    summary: 'Says whether the process can do its work: database and storage answer',
    request: {},
    success: { status: 200, body: Health },
    problems: ['unavailable'],
  }),
} as const satisfies Record<string, RouteContract>;

export type RouteName = keyof typeof routes;
