import { flow } from './flow.ts';
import type { Round } from './round.ts';

export const held: Round = {
  name: 'held',
  about: ({ heldMs, heldWindowMs }) =>
    `the same for ${heldMs / 1000} s while an idle transaction holds a snapshot: the first and the last ${heldWindowMs / 1000} s`,
  contenders: ['orq', 'graphile-worker'],
  metrics: [
    { name: 'first', label: 'snapshot held: at first', unit: 'jobs/s' },
    { name: 'last', label: 'snapshot held: at last', unit: 'jobs/s' },
    { name: 'kept', label: '  share kept', unit: '%' },
  ],

  async run(open, { heldMs, heldWindowMs }) {
    const arena = await open();
    const sql = arena.sql();
    // Without the array types, postgres.js 3.4 never hands out a connection that `reserve` itself has opened.
    await sql`SELECT`;
    const connection = await sql.reserve();
    try {
      await connection`BEGIN ISOLATION LEVEL REPEATABLE READ`;
      await connection`SELECT count(*) FROM pg_class`;
      const { rate } = await flow(arena, heldMs);
      await connection`ROLLBACK`;
      const [first, last] = [rate(0, heldWindowMs), rate(heldMs - heldWindowMs, heldMs)];
      return { first, last, kept: (last / first) * 100 };
    } finally {
      connection.release();
    }
  },
};
