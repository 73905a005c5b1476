import { BULK, eachUs, perSecond, type Round, SERVER_CPU } from './round.ts';

export const backlog: Round = {
  name: 'backlog',
  about: ({ backlogJobs }) =>
    `one worker empties a backlog of ${backlogJobs} no-op jobs: from its first job to the last completion recorded`,
  contenders: ['orq', 'graphile-worker', 'pg-boss', 'bullmq'],
  metrics: [
    { name: 'jobs_per_s', label: 'process a backlog', unit: 'jobs/s' },
    { name: 'peak_mb', label: '  resident memory at most', unit: 'MB' },
    { name: 'cpu_us', label: "  worker's own CPU", unit: 'µs/job', digits: 1 },
    SERVER_CPU,
  ],

  async run(open, { backlogJobs }) {
    const { enqueuer, openWorker, serverCpuMs, settleDown } = await open();
    enqueuer.tell({ do: 'bulk', jobs: backlogJobs, ...BULK });
    await enqueuer.next('enqueued');
    await enqueuer.end();
    await settleDown();
    const worker = await openWorker();
    const before = serverCpuMs();
    worker.tell({ do: 'work', expect: backlogJobs, stamp: false });
    const { beganAt, at } = await worker.next('drained');
    const server = serverCpuMs() - before;
    const { peakBytes, cpuMs } = await worker.end();
    return {
      jobs_per_s: perSecond(backlogJobs, at - beganAt),
      peak_mb: peakBytes / 1e6,
      cpu_us: eachUs(cpuMs, backlogJobs),
      server_us: eachUs(server, backlogJobs),
    };
  },
};
