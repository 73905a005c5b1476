import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { connect } from '@orq/db';
import postgres from 'postgres';
import { createWorker, defineHandler, type Logger } from '../../src/index.ts';
import { block } from '../support/block.ts';

/**
 * A worker process whose handler blocks the event loop. With OWN_SOCKETS its client connects by sockets that it
 * makes itself, which no thread can do for it. SIGTERM drains it; it then ends because nothing is left to do.
 */
const { DATABASE_URL = '', LEASE_MS, OWN_SOCKETS } = process.env;

function connectByOwnSockets() {
  const { hostname, port } = new URL(DATABASE_URL);
  // It is an option of postgres.js, but not of its types.
  const options = { max: 4, fetch_types: false, socket: () => createConnection(Number(port), hostname) };
  return postgres(DATABASE_URL, options);
}

/** Blocks as a computation would, but leaves the processor to others. */
function waitSynchronously(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

const log: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (bindings, message) => console.log(message, JSON.stringify(bindings)),
  error: (bindings, message) => console.log(message, JSON.stringify(bindings)),
  child: () => log,
};

const sql = OWN_SOCKETS
  ? connectByOwnSockets()
  : connect(DATABASE_URL, { max: 4, applicationName: 'blocking' });
const worker = createWorker({
  sql,
  handlers: [
    defineHandler(block, async ({ input: { untilFile } }) => {
      console.log('blocking');
      while (!existsSync(untilFile)) waitSynchronously(20);
      return { by: process.pid };
    }),
  ],
  leaseMs: Number(LEASE_MS),
  name: 'blocking',
  log,
});

process.once('SIGTERM', async () => {
  await worker.stop();
  await sql.end();
});
await worker.start();
console.log('working');
