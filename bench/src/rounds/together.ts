import { BACKLOG, flow } from './flow.ts';
import type { Round } from './round.ts';

export const together: Round = {
  name: 'together',
  about: ({ togetherMs }) =>
    `enqueue and process at once for ${togetherMs / 1000} s; at most ${BACKLOG} jobs wait, in every contender`,
  contenders: ['orq', 'graphile-worker', 'pg-boss', 'bullmq'],
  metrics: [{ name: 'jobs_per_s', label: 'enqueue and process at once', unit: 'jobs/s' }],

  async run(open, { togetherMs }) {
    const { rate } = await flow(await open(), togetherMs);
    return { jobs_per_s: rate(0, togetherMs) };
  },
};
