import { Queue, Worker } from 'bullmq';
import type { Contender, Payload } from '../contender.ts';

const QUEUE = 'noop';
const CONCURRENCY = 200;
const KEEP_NONE = { removeOnComplete: true, removeOnFail: true };

const connection = (url: string) => {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port), maxRetriesPerRequest: null };
};

export const bullmq: Contender = {
  settings: [
    'batches by addBulk(), one by one by add()',
    `Worker with concurrency ${CONCURRENCY}; completed jobs are removed`,
    'Redis writes nothing to disk (appendonly no, save ""), maxmemory-policy noeviction',
  ],

  async prepare(url) {
    const queue = new Queue(QUEUE, { connection: connection(url) });
    await queue.obliterate({ force: true });
    await queue.close();
  },

  async openEnqueuer(url) {
    const queue = new Queue<Payload>(QUEUE, { connection: connection(url), defaultJobOptions: KEEP_NONE });
    await queue.waitUntilReady();
    return {
      enqueueBulk: async (payloads) =>
        void (await queue.addBulk(payloads.map((data) => ({ name: 'noop', data })))),
      enqueueOne: async (payload) => void (await queue.add('noop', payload)),
      close: () => queue.close(),
    };
  },

  async startWorker(url, onJob) {
    const queue = new Queue(QUEUE, { connection: connection(url) });
    const worker = new Worker<Payload>(
      QUEUE,
      async ({ data }) => {
        onJob(data);
        return null;
      },
      { connection: connection(url), concurrency: CONCURRENCY },
    );
    await worker.waitUntilReady();
    return {
      async isDrained() {
        const counts = await queue.getJobCounts('wait', 'active');
        return Object.values(counts).every((count) => count === 0);
      },
      async stop() {
        await worker.close();
        await queue.close();
      },
    };
  },
};
