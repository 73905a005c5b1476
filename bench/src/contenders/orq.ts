import { defineJob } from '@orq/contracts';
import { connect } from '@orq/db/client';
import { createQueue, createWorker, defineHandler } from '@orq/queue';
import { z } from 'zod';
import type { Contender } from '../contender.ts';
import { ORQ_WORKER_FLAGS } from './launch-flags.ts';

const CONCURRENCY = 100;

const noop = defineJob({ type: 'noop', input: z.object({ i: z.number() }), output: z.null() });

export const orq: Contender = {
  settings: [
    'createQueue + enqueueMany / enqueue, input parsed by its zod contract',
    `createWorker with concurrency ${CONCURRENCY}; input and output parsed; all else as by default`,
    `the worker's process by node ${ORQ_WORKER_FLAGS.join(' ')}, as apps/worker starts`,
    'jobs and their results are kept',
  ],

  async prepare(url) {
    // Here, so that a worker's process does not hold it.
    const { migrate } = await import('@orq/db/migrate');
    await migrate(url);
  },

  async openEnqueuer(url) {
    const sql = connect(url);
    const queue = createQueue({ sql });
    return {
      enqueueBulk: async (payloads) => void (await queue.enqueueMany(noop, payloads)),
      enqueueOne: async (payload) => void (await queue.enqueue(noop, payload)),
      async close() {
        await queue.close();
        await sql.end();
      },
    };
  },

  async startWorker(url, onJob) {
    const sql = connect(url);
    const handler = defineHandler(noop, async ({ input }) => {
      onJob(input);
      return null;
    });
    const worker = createWorker({ sql, handlers: [handler], concurrency: CONCURRENCY });
    await worker.start();
    return {
      async isDrained() {
        const [row] = await sql<{ open: boolean }[]>`
          SELECT EXISTS (SELECT FROM orq.jobs WHERE state = 'open') AS open`;
        return row?.open === false;
      },
      async stop() {
        await worker.stop();
        await sql.end();
      },
    };
  },
};
