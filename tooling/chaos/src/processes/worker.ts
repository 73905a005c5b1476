import { connect } from '@orq/db';
import { createWorker } from '@orq/queue';
import { z } from 'zod';
import { LEASE_MS, POLL_INTERVAL_MS, QUEUES, SIDE_CONCURRENCY } from '../fleet-settings.ts';
import { chaosHandlers } from '../jobs.ts';
import { stderrLogger } from './logger.ts';
import { WorkerOrder } from './messages.ts';
import { createRunNotes } from './run-notes.ts';

/** One worker process. SIGTERM has it drain for a moment, and end. */
const env = z
  .object({
    CHAOS_URL: z.string(),
    CHAOS_LEDGER_URL: z.string(),
    CHAOS_NAME: z.string(),
    CHAOS_CONCURRENCY: z.coerce.number(),
  })
  .parse(process.env);
const log = stderrLogger();
const [wide, side] = QUEUES;
const queueSql = connect(env.CHAOS_URL, { max: 6, applicationName: env.CHAOS_NAME });
const ledgerSql = connect(env.CHAOS_LEDGER_URL, { max: 4, applicationName: `${env.CHAOS_NAME} ledger` });
const notes = createRunNotes(ledgerSql, log);
const worker = createWorker({
  sql: queueSql,
  handlers: chaosHandlers(notes, env.CHAOS_NAME),
  concurrency: env.CHAOS_CONCURRENCY,
  queues: [wide, { name: side, concurrency: SIDE_CONCURRENCY }],
  leaseMs: LEASE_MS,
  pollIntervalMs: POLL_INTERVAL_MS,
  name: env.CHAOS_NAME,
  log,
});

const DRAIN_MS = 500;
const LAST_NOTES_MS = 3_000;
const GOODBYE_S = 1;

process.once('SIGTERM', async () => {
  await worker.stop({ drainMs: DRAIN_MS });
  await notes.written(LAST_NOTES_MS);
  await Promise.all([queueSql.end({ timeout: GOODBYE_S }), ledgerSql.end({ timeout: GOODBYE_S })]);
  process.disconnect();
});
process.on('message', (raw: unknown) => {
  const { blockMs } = WorkerOrder.parse(raw);
  // Nothing else runs on this thread meanwhile, as in a handler that computes; it takes no core from the others.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockMs);
});
// The run's own process is gone.
process.once('disconnect', () => process.exit());
await worker.start();
