import { connect } from '@orq/db';
import { createWorker } from '../../src/index.ts';
import { writeEntry } from '../support/ledger.ts';

/** A worker process that keeps the ledger. SIGTERM drains it; it then ends because nothing is left to do. */
const { DATABASE_URL = '', SLOTS, LEASE_MS, POLL_INTERVAL_MS } = process.env;
const sql = connect(DATABASE_URL, { max: 6 });
const worker = createWorker({
  sql,
  handlers: [writeEntry(sql)],
  concurrency: Number(SLOTS),
  leaseMs: Number(LEASE_MS),
  pollIntervalMs: Number(POLL_INTERVAL_MS),
  name: `process ${process.pid}`,
});

process.once('SIGTERM', async () => {
  await worker.stop();
  await sql.end();
});
await worker.start();
console.log('working');
