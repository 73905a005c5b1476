import { connect } from '@orq/db';
import { createWorker } from '@orq/queue';
import { z } from 'zod';
import { LEASE_MS, POLL_INTERVAL_MS } from '../fleet-settings.ts';
import { chaosHandlers } from '../jobs.ts';
import { stderrLogger } from './logger.ts';

/** One worker process. SIGTERM has it drain for a moment, and end. */
const env = z
  .object({ CHAOS_URL: z.string(), CHAOS_NAME: z.string(), CHAOS_CONCURRENCY: z.coerce.number() })
  .parse(process.env);
const log = stderrLogger();
const queueSql = connect(env.CHAOS_URL, { max: 6, applicationName: env.CHAOS_NAME });
const ledgerSql = connect(env.CHAOS_URL, { max: 4, applicationName: `${env.CHAOS_NAME} ledger` });
const worker = createWorker({
  sql: queueSql,
  handlers: chaosHandlers(ledgerSql, env.CHAOS_NAME, log),
  concurrency: env.CHAOS_CONCURRENCY,
  leaseMs: LEASE_MS,
  pollIntervalMs: POLL_INTERVAL_MS,
  name: env.CHAOS_NAME,
  log,
});

const DRAIN_MS = 500;
const GOODBYE_S = 1;

process.once('SIGTERM', async () => {
  await worker.stop({ drainMs: DRAIN_MS });
  await Promise.all([queueSql.end({ timeout: GOODBYE_S }), ledgerSql.end({ timeout: GOODBYE_S })]);
  process.disconnect();
});
// The run's own process is gone.
process.once('disconnect', () => process.exit());
await worker.start();
