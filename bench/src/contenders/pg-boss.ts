import { PgBoss } from 'pg-boss';
import type { Contender, Payload } from '../contender.ts';

const QUEUE = 'noop';
const AT_ONCE = 500;
const IN_FLIGHT = 4;
const IDLE_MS = 5;

/** What its supervision does on the side would fall into some rounds and not into others. */
const QUIET = { supervise: false, schedule: false };

async function open(connectionString: string): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString, max: 10, ...QUIET });
  boss.on('error', (error) => process.stderr.write(`pg-boss: ${error.message}\n`));
  return boss.start();
}

export const pgBoss: Contender = {
  settings: [
    'batches by insert(), one by one by send()',
    `fetch() and complete() ${AT_ONCE} at a time, ${IN_FLIGHT} loops; an empty fetch is tried again after ${IDLE_MS} ms`,
    'supervision and scheduling off; completed jobs are kept',
  ],

  async prepare(url) {
    const boss = await open(url);
    await boss.createQueue(QUEUE);
    await boss.stop();
  },

  async openEnqueuer(url) {
    const boss = await open(url);
    return {
      async enqueueBulk(payloads) {
        await boss.insert(
          QUEUE,
          payloads.map((data) => ({ data })),
        );
      },
      enqueueOne: async (payload) => void (await boss.send(QUEUE, payload)),
      close: () => boss.stop(),
    };
  },

  async startWorker(url, onJob) {
    const boss = await open(url);
    let stopped = false;
    let unrecorded = 0;
    const idle = () => new Promise((resolve) => setTimeout(resolve, IDLE_MS));

    async function work(): Promise<void> {
      while (!stopped) {
        const jobs = await boss.fetch<Payload>(QUEUE, { batchSize: AT_ONCE });
        unrecorded += jobs.length;
        for (const { data } of jobs) onJob(data);
        if (jobs.length > 0)
          await boss.complete(
            QUEUE,
            jobs.map(({ id }) => id),
          );
        else await idle();
        unrecorded -= jobs.length;
      }
    }
    const loops = Array.from({ length: IN_FLIGHT }, work);

    return {
      // All of a round's jobs have been handled when this is asked: what is left is to record them.
      isDrained: async () => unrecorded === 0,
      async stop() {
        stopped = true;
        await Promise.all(loops);
        await boss.stop();
      },
    };
  },
};
