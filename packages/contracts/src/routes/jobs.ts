import {
  EnqueueManyRequest,
  EnqueueManyResult,
  EnqueueRequest,
  EnqueueResult,
} from '../resources/enqueue.ts';
import { CancelResult, JobResource, RetryResult } from '../resources/job.ts';
import { AttemptPage, AttemptsQuery, LogPage, LogsQuery } from '../resources/job-history.ts';
import { JobListQuery, JobPage } from '../resources/job-list.ts';
import { ProcessResult } from '../resources/process.ts';
import { RescheduleRequest, RescheduleResult } from '../resources/reschedule.ts';
import { BulkRequest } from '../jobs/bulk.ts';
import { byId, route } from './route.ts';

const bodyProblems = [
  'validation',
  'malformed-request',
  'body-too-large',
  'body-stalled',
  'unsupported-media-type',
  'unavailable',
] as const;
const enqueueProblems = [...bodyProblems, 'idempotency-key-reused'] as const;

export const jobRoutes = {
  enqueueJob: route({
    method: 'post',
    path: '/jobs',
    tag: 'Jobs',
    summary: 'Enqueues a job',
    description:
      'The input of a job type that the api knows is held against its contract. Of any other type it is taken as ' +
      'it is, and the worker that runs the job parses it.',
    scope: 'enqueue',
    reach: 'enqueue',
    idempotency: 'key',
    request: { body: EnqueueRequest },
    success: {
      status: 201,
      description: 'The job is enqueued.',
      alternatives: { 200: 'An unfinished job holds the `unique_key`: this is it, and no other was made.' },
      body: EnqueueResult,
    },
    problems: enqueueProblems,
  }),
  enqueueJobs: route({
    method: 'post',
    path: '/jobs/batch',
    tag: 'Jobs',
    summary: 'Enqueues many jobs, all or none',
    scope: 'enqueue',
    reach: 'enqueue',
    idempotency: 'key',
    request: { body: EnqueueManyRequest },
    success: {
      status: 201,
      description: 'All jobs are enqueued, or were there already.',
      body: EnqueueManyResult,
    },
    problems: enqueueProblems,
  }),
  processJob: route({
    method: 'post',
    path: '/jobs/process',
    tag: 'Jobs',
    summary: 'Takes one job from the queue and runs it (development only)',
    scope: 'operate',
    reach: 'everything',
    request: {},
    success: { status: 200, description: 'It ran a job, or found none.', body: ProcessResult },
    problems: ['not-found', 'unavailable'],
  }),
  listJobs: route({
    method: 'get',
    path: '/jobs',
    tag: 'Jobs',
    summary: 'Lists jobs, the newest first',
    description:
      'A page looks at 10,000 jobs at most, however many there are: where few of them match it may be short, or empty, ' +
      'and its `next_cursor` goes on. What is listed is how each job stands as its page is read; jobs that are made ' +
      'meanwhile move nothing. A time range goes by the clock of the database, and misses jobs whose enqueuer’s ' +
      'clock was more than an hour off.',
    scope: 'read',
    reach: 'own',
    request: { query: JobListQuery },
    success: { status: 200, description: 'A page of jobs.', body: JobPage },
    problems: ['validation', 'unavailable'],
  }),
  getJob: route({
    method: 'get',
    path: '/jobs/:id',
    tag: 'Jobs',
    summary: 'Reads a job',
    scope: 'read',
    reach: 'job',
    request: { params: byId },
    success: { status: 200, description: 'The job.', body: JobResource, etag: true },
    problems: ['validation', 'not-found', 'unavailable'],
  }),
  listJobAttempts: route({
    method: 'get',
    path: '/jobs/:id/attempts',
    tag: 'Jobs',
    summary: 'Lists the attempts of a job that did not complete, the latest first',
    scope: 'read',
    reach: 'job',
    request: { params: byId, query: AttemptsQuery },
    success: { status: 200, description: 'A page of attempts.', body: AttemptPage },
    problems: ['validation', 'not-found', 'unavailable'],
  }),
  listJobLogs: route({
    method: 'get',
    path: '/jobs/:id/logs',
    tag: 'Jobs',
    summary: 'Lists what the handler of a job has logged, in its order',
    description:
      'From level info up. The last page of a job that runs is the last for now: the events of the job tell each line as ' +
      'it comes.',
    scope: 'read',
    reach: 'job',
    request: { params: byId, query: LogsQuery },
    success: { status: 200, description: 'A page of lines.', body: LogPage },
    problems: ['validation', 'not-found', 'unavailable'],
  }),
  cancelJob: route({
    method: 'post',
    path: '/jobs/:id/cancel',
    tag: 'Jobs',
    summary: 'Cancels a job',
    description:
      'One that waits is cancelled at once. One that runs is told to end, and will be cancelled unless it completes ' +
      'before it hears of it. One that has ended stays as it is.',
    scope: 'operate',
    reach: 'job',
    idempotency: 'natural',
    request: { params: byId },
    success: { status: 200, description: 'What has come of it.', body: CancelResult },
    problems: ['validation', 'not-found', 'unavailable'],
  }),
  bulkJobs: route({
    method: 'post',
    path: '/jobs/bulk',
    tag: 'Jobs',
    summary: 'Cancels, or retries, all jobs of a filter',
    description:
      'Enqueues a job of type `bulk` that does it, the newest job first, and runs before all others. It tells its progress, can be ' +
      'cancelled itself, and its result counts: `{"matched", "changed", "unchanged"}`. Jobs that are made, or that fail, ' +
      'after the call are left alone.',
    scope: 'operate',
    reach: 'own',
    idempotency: 'key',
    request: { body: BulkRequest },
    success: { status: 202, description: 'The job that does it is enqueued.', body: EnqueueResult },
    problems: enqueueProblems,
  }),
  retryJob: route({
    method: 'post',
    path: '/jobs/:id/retry',
    tag: 'Jobs',
    summary: 'Runs a job again that has failed, or was cancelled',
    description:
      'At once, under its own id. Its attempts are counted on; where they are used up it gets one more. A deadline that ' +
      'has passed no longer counts. Its unique key is gone: another job may hold it by now.',
    scope: 'operate',
    reach: 'job',
    idempotency: 'key',
    request: { params: byId },
    success: { status: 200, description: 'It waits for its next attempt.', body: RetryResult },
    problems: ['validation', 'not-found', 'status-conflict', 'idempotency-key-reused', 'unavailable'],
  }),
  rescheduleJob: route({
    method: 'post',
    path: '/jobs/:id/reschedule',
    tag: 'Jobs',
    summary: 'Gives a job that waits another time, or priority',
    scope: 'operate',
    reach: 'job',
    idempotency: 'natural',
    request: { params: byId, body: RescheduleRequest },
    success: { status: 200, description: 'What holds now.', body: RescheduleResult },
    problems: [...bodyProblems, 'not-found', 'status-conflict'],
  }),
  deleteJob: route({
    method: 'delete',
    path: '/jobs/:id',
    tag: 'Jobs',
    summary: 'Deletes a job that has ended',
    description: 'Its attempts and its log go with it. What its handler has written stays.',
    scope: 'operate',
    reach: 'job',
    idempotency: 'natural',
    request: { params: byId },
    success: { status: 204, description: 'It is gone.', empty: true },
    problems: ['validation', 'not-found', 'status-conflict', 'unavailable'],
  }),
};
