import type { UploadResult } from '../resources/upload.ts';
import type { ClipList, VideoResource } from '../resources/video.ts';
import type { WorkerResource } from '../resources/worker.ts';
import type { FeedEvent } from '../resources/feed.ts';
import type { CallOptions, Calls, EventsOptions } from './call-types.ts';
import { createCalls } from './calls.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { createListing, type Listing, type ListOptions } from './listing.ts';
import { createQueues, type Queues } from './queues.ts';
import { type ClientOptions, createTransport } from './transport.ts';
import type { UploadSource } from './form-stream.ts';
import { upload, type UploadOptions } from './upload.ts';

export type { CallOptions, Calls, EventsOptions, MutationOptions } from './call-types.ts';
export type { EnqueueManyOptions, EnqueueOptions } from './enqueue-options.ts';
export * from './errors.ts';
export type { JobFilter as JobListFilter } from './job-filter.ts';
export type { Listing, ListOptions, Page } from './listing.ts';
export type { Queues } from './queues.ts';
export type { EnqueuedJob, JobHandle, Jobs } from './jobs.ts';
export type { ClientOptions, Fetch } from './transport.ts';
export type { UploadProgress, UploadSource } from './form-stream.ts';
export type { UploadOptions } from './upload.ts';
export type { WaitOptions } from './wait.ts';

export interface Videos {
  get(id: string, options?: CallOptions): Promise<VideoResource>;
  /** The clips chosen from a video, in the order of their start. */
  clips(id: string, options?: CallOptions): Promise<ClipList['data']>;
}

/** A client of the api. */
export interface Orq {
  readonly jobs: Jobs;
  /** What befalls all jobs, or those of a queue or a type, from now on or after an event. */
  events(
    filter?: { queue?: string; type?: string },
    options?: EventsOptions,
  ): AsyncGenerator<FeedEvent, void>;
  readonly queues: Queues;
  readonly workers: {
    /** The workers that are registered, the newest first. */
    list(options?: ListOptions): Listing<WorkerResource>;
  };
  readonly videos: Videos;
  /** Uploads a video, and enqueues its cut analysis. */
  upload(source: UploadSource, options?: UploadOptions): Promise<UploadResult>;
  /** Every route of the api, as it is. */
  readonly api: Calls;
}

/**
 * A client of the api, for Node, Bun, Deno, Cloudflare Workers and browsers. It holds no connection.
 *
 * @example
 * const orq = createClient({ baseUrl: 'https://orq.example.com', token: process.env.ORQ_TOKEN });
 * const job = await orq.jobs.enqueue(wordCount, { text: 'one two three' });
 * const { words } = await job.result({ timeoutMs: 60_000 });
 *
 * @throws {TypeError} when baseUrl is no address
 */
export function createClient(options: ClientOptions): Orq {
  const transport = createTransport(options);
  const api = createCalls(transport);
  return {
    jobs: createJobs(api),
    events: (filter = {}, following) => api.events({ query: filter }, following),
    queues: createQueues(api),
    workers: {
      list: (listing = {}) => createListing(listing, (query, call) => api.listWorkers({ query }, call)),
    },
    videos: {
      get: (id, call) => api.getVideo({ params: { id } }, call),
      clips: async (id, call) => (await api.listVideoClips({ params: { id } }, call)).data,
    },
    upload: (source, uploading) => upload(transport, source, uploading),
    api,
  };
}
