import { BACKLOG, flow } from './flow.ts';
import { type Round, SERVER_CPU } from './round.ts';

export const together: Round = {
  name: 'together',
  about: ({ togetherMs }) =>
    `enqueue and process at once for ${togetherMs / 1000} s; at most ${BACKLOG} jobs wait, in every contender`,
  contenders: ['orq', 'graphile-worker', 'pg-boss', 'bullmq'],
  metrics: [
    { name: 'jobs_per_s', label: 'enqueue and process at once', unit: 'jobs/s' },
    { name: 'enqueuer_us', label: "  enqueuer's own CPU", unit: 'µs/job', digits: 1 },
    { name: 'worker_us', label: "  worker's own CPU", unit: 'µs/job', digits: 1 },
    SERVER_CPU,
  ],

  async run(open, { togetherMs }) {
    const { rate, cost } = await flow(await open(), togetherMs);
    return {
      jobs_per_s: rate(0, togetherMs),
      enqueuer_us: cost.enqueuer,
      worker_us: cost.worker,
      server_us: cost.server,
    };
  },
};
