import { connect } from '@orq/db';
import { createWorker, type Logger } from '../../src/index.ts';
import { isolatedHandler } from '../../src/isolated/index.ts';
import { act } from '../support/act.ts';

/** A worker process with an isolated handler. SIGTERM stops it; it then ends because nothing is left to do. */
const { DATABASE_URL = '' } = process.env;

const log: Logger = {
  debug: () => undefined,
  info: (bindings, message) => console.log(message, JSON.stringify(bindings)),
  warn: (bindings, message) => console.log(message, JSON.stringify(bindings)),
  error: (bindings, message) => console.log(message, JSON.stringify(bindings)),
  child: () => log,
};

const sql = connect(DATABASE_URL, { max: 4 });
const worker = createWorker({
  sql,
  handlers: [isolatedHandler(act, new URL('../isolated/typed.ts', import.meta.url), { graceMs: 20_000 })],
  log,
});

process.once('SIGTERM', async () => {
  await worker.stop({ drainMs: 100 });
  await sql.end();
  console.log('stopped');
});
await worker.start();
console.log('working');
