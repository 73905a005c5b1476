import { QueueListQuery, QueuePage, QueueParams, QueuePause } from '../resources/queue.ts';
import { WorkerListQuery, WorkerPage } from '../resources/worker.ts';
import { route } from './route.ts';

export const queueRoutes = {
  listQueues: route({
    method: 'get',
    path: '/queues',
    tag: 'Queues',
    summary: 'Lists queues by name: how deep they are, and how fast',
    description:
      'Every queue that has a job which has not ended, is paused, has a live worker, or has settled something in the last ' +
      'minutes. Rates are what workers tell every few seconds.',
    scope: 'read',
    reach: 'own',
    request: { query: QueueListQuery },
    success: { status: 200, description: 'A page of queues.', body: QueuePage },
    problems: ['validation', 'unavailable'],
  }),
  pauseQueue: route({
    method: 'post',
    path: '/queues/:name/pause',
    tag: 'Queues',
    summary: 'Pauses a queue: nothing of it is begun from now on, what runs goes on',
    scope: 'operate',
    reach: 'queue',
    idempotency: 'natural',
    request: { params: QueueParams },
    success: { status: 200, description: 'It is paused.', body: QueuePause },
    problems: ['validation', 'not-found', 'unavailable'],
  }),
  resumeQueue: route({
    method: 'post',
    path: '/queues/:name/resume',
    tag: 'Queues',
    summary: 'Resumes a queue',
    scope: 'operate',
    reach: 'queue',
    idempotency: 'natural',
    request: { params: QueueParams },
    success: { status: 200, description: 'It is not paused.', body: QueuePause },
    problems: ['validation', 'not-found', 'unavailable'],
  }),
  listWorkers: route({
    method: 'get',
    path: '/workers',
    tag: 'Queues',
    summary: 'Lists the workers that are registered, the newest first',
    scope: 'read',
    reach: 'everything',
    request: { query: WorkerListQuery },
    success: { status: 200, description: 'A page of workers.', body: WorkerPage },
    problems: ['validation', 'unavailable'],
  }),
};
