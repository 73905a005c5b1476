import { perSecond, type Round } from './round.ts';

const LOOPS = 50;

export const singles: Round = {
  name: 'singles',
  about: ({ singlesMs }) =>
    `${LOOPS} loops in one process that each await one enqueue after the other, ${singlesMs / 1000} s`,
  contenders: ['orq', 'graphile-worker', 'pg-boss', 'bullmq'],
  metrics: [{ name: 'jobs_per_s', label: `${LOOPS} concurrent single enqueues`, unit: 'jobs/s' }],

  async run(open, { singlesMs }) {
    const { enqueuer, settleDown } = await open();
    await settleDown();
    enqueuer.tell({ do: 'singles', loops: LOOPS, ms: singlesMs });
    const { jobs, ms } = await enqueuer.next('enqueued');
    await enqueuer.end();
    return { jobs_per_s: perSecond(jobs, ms) };
  },
};
