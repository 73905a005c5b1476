import { BULK, eachUs, perSecond, type Round, SERVER_CPU } from './round.ts';

export const bulk: Round = {
  name: 'bulk',
  about: ({ bulkJobs }) => `enqueue ${bulkJobs} jobs, ${BULK.batch} a call, ${BULK.inFlight} calls in flight`,
  contenders: ['orq', 'graphile-worker', 'pg-boss', 'bullmq'],
  metrics: [
    { name: 'jobs_per_s', label: 'bulk enqueue', unit: 'jobs/s' },
    { name: 'cpu_us', label: "  enqueuer's own CPU", unit: 'µs/job', digits: 1 },
    SERVER_CPU,
  ],

  async run(open, { bulkJobs }) {
    const { enqueuer, serverCpuMs, settleDown } = await open();
    await settleDown();
    const before = serverCpuMs();
    enqueuer.tell({ do: 'bulk', jobs: bulkJobs, ...BULK });
    const { jobs, ms } = await enqueuer.next('enqueued');
    const server = serverCpuMs() - before;
    const { cpuMs } = await enqueuer.end();
    return { jobs_per_s: perSecond(jobs, ms), cpu_us: eachUs(cpuMs, jobs), server_us: eachUs(server, jobs) };
  },
};
