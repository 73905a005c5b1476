import { BULK, perSecond, type Round } from './round.ts';

export const bulk: Round = {
  name: 'bulk',
  about: ({ bulkJobs }) => `enqueue ${bulkJobs} jobs, ${BULK.batch} a call, ${BULK.inFlight} calls in flight`,
  contenders: ['orq', 'graphile-worker', 'pg-boss', 'bullmq'],
  metrics: [
    { name: 'jobs_per_s', label: 'bulk enqueue', unit: 'jobs/s' },
    { name: 'cpu_us', label: "  enqueuer's own CPU", unit: 'µs/job', digits: 1 },
  ],

  async run(open, { bulkJobs }) {
    const { enqueuer, settleDown } = await open();
    await settleDown();
    enqueuer.tell({ do: 'bulk', jobs: bulkJobs, ...BULK });
    const { jobs, ms } = await enqueuer.next('enqueued');
    const { cpuMs } = await enqueuer.end();
    return { jobs_per_s: perSecond(jobs, ms), cpu_us: (cpuMs * 1000) / jobs };
  },
};
