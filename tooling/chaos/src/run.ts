import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrate } from '@orq/db/migrate';
import type { Evidence, KnownJob } from './evidence/evidence.ts';
import { createLedger, readCounts, readLedger } from './evidence/ledger.ts';
import { type Fault, planFaults } from './fault-plan.ts';
import { inject } from './faults/inject.ts';
import { openProxy, type Proxy } from './faults/proxy.ts';
import { startChaosServer } from './faults/server.ts';
import { openQueueSwitch } from './faults/queue-switch.ts';
import { CALM_MS, DRAIN_BOUND_MS, SLOT_CONCURRENCY } from './fleet-settings.ts';
import { type Child, startChild } from './processes/child.ts';
import { createFleet } from './processes/fleet.ts';
import { type Cancel, EnqueuerMessage } from './processes/messages.ts';

export interface RunOptions {
  seed: number;
  /** How long faults go on, in ms. */
  faultsMs: number;
  /** An empty folder of the run's own: for the server's data, and the processes' logs. */
  folder: string;
  signal: AbortSignal;
  onFault(fault: Fault): void;
}

const ENQUEUER = new URL('processes/enqueuer.ts', import.meta.url);
/** The last enqueues, which may wait for a server that is gone. In ms. */
const ENQUEUER_END_MS = 60_000;
const WORKERS_END_MS = 10_000;
const LOOK_EVERY_MS = 50;

type Cleanup = (step: () => unknown) => void;

/**
 * One run: faults and jobs at once, then no more faults until all is drained, or for as long as that may take.
 *
 * @returns what it has left; nothing of it runs any more
 * @throws the signal's reason once it is aborted
 */
export async function run(options: RunOptions): Promise<Evidence> {
  const steps: (() => unknown)[] = [];
  try {
    return await perform(options, (step) => void steps.unshift(step));
  } finally {
    for (const step of steps) await step();
  }
}

async function perform(
  { seed, faultsMs, folder, signal, onFault }: RunOptions,
  atEnd: Cleanup,
): Promise<Evidence> {
  const server = await startChaosServer(folder);
  atEnd(() => server.stop());
  const url = server.url();
  await migrate(url);
  await createLedger(url);

  const proxies = await Promise.all(SLOT_CONCURRENCY.map(() => openProxy(server.port)));
  atEnd(() => Promise.all(proxies.map((proxy) => proxy.close())));
  const fleet = createFleet(proxies, (proxy) => throughProxy(url, proxy), url, folder);
  atEnd(() => fleet.end(WORKERS_END_MS));
  SLOT_CONCURRENCY.forEach((_, slot) => fleet.start(slot));

  const env = { CHAOS_URL: url, CHAOS_SEED: String(seed), CHAOS_FOR_MS: String(faultsMs + CALM_MS) };
  const enqueuer = startChild({
    name: 'enqueuer',
    file: ENQUEUER,
    env,
    logFile: path.join(folder, 'enqueuer.log'),
  });
  atEnd(() => enqueuer.signal('SIGKILL'));
  const answers = listen(enqueuer);

  const queues = openQueueSwitch(url);
  atEnd(() => queues.close());
  const targets = { fleet, proxies, server, queues };
  const faults = await inject(planFaults(seed, faultsMs), targets, signal, onFault);
  const end = await Promise.race([enqueuer.exited, sleep(ENQUEUER_END_MS, 'too late', { ref: false })]);
  if (end !== 'code 0')
    throw new Error(`The enqueuer did not come to its end: ${end}. Its log is in ${folder}`);

  const drainedMs = await drain(url, SLOT_CONCURRENCY.length, signal);
  const ledger = await readLedger(url);
  return { ...ledger, ...answers, faults, pauses: queues.pauses(), drainedMs, lives: fleet.lives() };
}

function throughProxy(url: string, proxy: Proxy): string {
  const through = new URL(url);
  through.port = String(proxy.port);
  return through.href;
}

/** Collects what the enqueuer was told of its calls without a transaction, and of its cancels. */
function listen(enqueuer: Child): Pick<Evidence, 'acknowledged' | 'unknown' | 'cancels'> {
  const acknowledged: KnownJob[] = [];
  const unknown: number[] = [];
  const cancels: Cancel[] = [];
  enqueuer.process.on('message', (raw: unknown) => {
    const message = EnqueuerMessage.parse(raw);
    if (message.kind === 'acknowledged') acknowledged.push(...message.jobs);
    else if (message.kind === 'unknown') unknown.push(...message.ns);
    else cancels.push(message.cancel);
  });
  return { acknowledged, unknown, cancels };
}

/** Waits until nothing is left to do or to clear away. @returns how long it took in ms, or null when the bound was over */
async function drain(url: string, workers: number, signal: AbortSignal): Promise<number | null> {
  const startedAt = performance.now();
  while (performance.now() - startedAt <= DRAIN_BOUND_MS) {
    signal.throwIfAborted();
    const counts = await readCounts(url);
    const left = counts.open + counts.ready + counts.claims + counts.slots + counts.parked;
    if (left === 0 && counts.workers.length === workers) return performance.now() - startedAt;
    await sleep(LOOK_EVERY_MS);
  }
  return null;
}
