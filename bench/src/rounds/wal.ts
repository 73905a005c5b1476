import type { Sql } from '@orq/db';
import { BULK, type Round } from './round.ts';

const written = async (sql: Sql) => {
  const [row] = await sql<{ bytes: string }[]>`SELECT (pg_current_wal_insert_lsn() - '0/0')::text AS bytes`;
  return Number(row?.bytes);
};

export const wal: Round = {
  name: 'wal',
  about: ({ walJobs }) =>
    `write-ahead log a job, from a CHECKPOINT through the enqueue of ${walJobs} jobs to their completion`,
  contenders: ['orq', 'graphile-worker', 'pg-boss'],
  metrics: [
    { name: 'bytes', label: 'WAL a job', unit: 'bytes' },
    { name: 'enqueue_bytes', label: '  of these to enqueue it', unit: 'bytes' },
  ],

  async run(open, { walJobs }) {
    const { enqueuer, openWorker, settleDown, sql } = await open();
    await settleDown();
    const before = await written(sql());
    enqueuer.tell({ do: 'bulk', jobs: walJobs, ...BULK });
    await enqueuer.next('enqueued');
    await enqueuer.end();
    const enqueued = await written(sql());
    const worker = await openWorker();
    worker.tell({ do: 'work', expect: walJobs, stamp: false });
    await worker.next('drained');
    const after = await written(sql());
    await worker.end();
    return { bytes: (after - before) / walJobs, enqueue_bytes: (enqueued - before) / walJobs };
  },
};
