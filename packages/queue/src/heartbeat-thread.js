// Plain JavaScript, since a thread has no TypeScript loader: it is loaded as it stands, from source and from dist.
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import postgres from 'postgres';

/** @import { Beat, HeartbeatSettings, ToHeartbeatThread } from './heartbeat-messages.ts' */

/** How long the connection may take to close at the end, in seconds. */
const CLOSE_BOUND_S = 0.5;

const { connection, statement, everyMs, leaseMs, name } = /** @type {HeartbeatSettings} */ (workerData);
const port = parentPort;
if (!port) throw new Error('This file is the heartbeat thread of a worker: it runs nowhere else');

/** The process's own. A thread's `process.stderr`, and so console.error, goes by way of the event loop that is blocked. */
const STDERR = 2;

/** @type {(password: string) => void} */
let givePassword = () => undefined;
/** @type {string | Promise<string>} */
let password = new Promise((resolve) => (givePassword = resolve));

let sql = connect();
/** @type {string | undefined} */
let workerId;
/** @type {NodeJS.Timeout | undefined} */
let timer;
/** @type {{ workerId: string, sentAt: number } | undefined} */
let unanswered;
/** Heartbeats in a row whose time passed without an answer. */
let missed = 0;
/** @type {number | undefined} */
let unheardSince;
let hasTold = false;

function connect() {
  return postgres({
    pass: () => password,
    ...connection,
    max: 1,
    // The heartbeats themselves are far enough apart.
    backoff: () => 0,
    fetch_types: false,
    onnotice: () => undefined,
  });
}

/** @param {{ workerId: string, sentAt: number } & ({ alive: boolean } | { error: string })} outcome */
function report(outcome) {
  const postedAt = Date.now();
  unheardSince ??= postedAt;
  port?.postMessage(/** @type {Beat} */ ({ ...outcome, postedAt }));
}

async function beat() {
  if (workerId === undefined) return;
  const current = { workerId, sentAt: Date.now() };
  unanswered = current;
  /** @type {{ alive: boolean } | { error: string }} */
  let outcome;
  try {
    const { count } = await sql.unsafe(statement, [workerId], { prepare: true });
    outcome = { alive: count === 1 };
  } catch (error) {
    outcome = { error: String(error) };
  }
  if (unanswered !== current) return;
  unanswered = undefined;
  missed = 0;
  if ('alive' in outcome && !outcome.alive) workerId = undefined;
  report({ ...current, ...outcome });
}

function tick() {
  warnOfBlockedLoop();
  if (!unanswered) return void beat();
  missed += 1;
  report({ ...unanswered, error: `No answer within ${everyMs * missed} ms` });
  // A connection may stand and let nothing through. Each new one waits twice as long as the one before: where the
  // database is only slow, or the table locked, they would pile up there.
  if (Number.isInteger(Math.log2(missed))) {
    void sql.end({ timeout: 0 });
    sql = connect();
    void beat();
  }
}

function warnOfBlockedLoop() {
  if (hasTold || unheardSince === undefined || Date.now() - unheardSince <= leaseMs) return;
  hasTold = true;
  const seconds = Math.round((Date.now() - unheardSince) / 100) / 10;
  const line = `orq: the event loop of worker "${name}" (process ${process.pid}) has been blocked for ${seconds} s. Its jobs stay its own; nothing else runs there until it is free.\n`;
  try {
    writeSync(STDERR, line);
  } catch {
    // Whoever reads it is as slow as the loop.
  }
}

port.on('message', (/** @type {ToHeartbeatThread} */ message) => {
  if (message === 'end') {
    clearInterval(timer);
    void sql.end({ timeout: CLOSE_BOUND_S }).then(() => process.exit());
  } else if (message === 'heard') {
    unheardSince = undefined;
    hasTold = false;
  } else if ('password' in message) {
    givePassword(message.password);
    password = message.password;
  } else {
    workerId = message.keep ?? undefined;
    unanswered = undefined;
    clearInterval(timer);
    if (workerId === undefined) return;
    timer = setInterval(tick, everyMs);
    void beat();
  }
});
