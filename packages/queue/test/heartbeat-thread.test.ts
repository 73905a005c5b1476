import { connect } from '@orq/db';
import { waitFor, WITHIN_A_SECOND } from '@orq/testing';
import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import type { Beat } from '../src/heartbeat-messages.ts';
import { startHeartbeatThread } from '../src/heartbeat-thread-host.ts';
import { HEARTBEAT, registerWorker } from '../src/sql/workers.ts';
import { threadAccess } from '../src/thread-connection.ts';
import { recordLog } from './support/recorded-log.ts';
import { openTcpProxy } from './support/tcp-proxy.ts';
import { openTestQueue } from './support/test-queue.ts';

const LEASE_MS = 1_200;

/** A registered worker, and what a thread needs to keep its lease. */
async function openRegistered() {
  const t = await openTestQueue();
  const proxy = await openTcpProxy(t.url);
  const register = async () => {
    const id = uuidv7();
    const registration = { name: 'kept', version: '0', queues: ['default'], jobTypes: [], concurrency: 1 };
    await registerWorker(t.sql, { id, ...registration, leaseMs: LEASE_MS });
    return id;
  };
  const beats: Beat[] = [];
  const { connection } = threadAccess(connect(proxy.url));
  const times = { everyMs: LEASE_MS / 3, leaseMs: LEASE_MS };
  return {
    ...t,
    proxy,
    workerId: await register(),
    register,
    settings: { ...times, connection, statement: HEARTBEAT, name: 'kept' },
    beats,
    onBeat: (beat: Beat) => void beats.push(beat),
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await t[Symbol.asyncDispose]();
    },
  };
}

test('a heartbeat thread that dies is followed by another', async () => {
  await using t = await openRegistered();
  const { log, lines } = recordLog();
  // The driver does not catch what Node says to such a port, and nobody can: it ends the thread.
  const settings = { ...t.settings, connection: { ...t.settings.connection, port: [-1] } };

  const thread = startHeartbeatThread({ settings, log, onBeat: t.onBeat });
  thread.keep(t.workerId);
  await waitFor(() => lines.length > 0, { describe: 'it is said that it died' });
  Object.assign(settings, t.settings);
  await waitFor(() => t.beats.length > 1, { describe: 'another one beats' });
  await thread.end();

  expect(t.beats[0]).toMatchObject({ workerId: t.workerId, alive: true });
  expect(lines).toMatchObject([
    { level: 'warn', message: expect.stringContaining('has died'), error: expect.stringContaining('-1') },
    { level: 'info', message: 'the heartbeat thread runs again' },
  ]);
});

test(
  'a connection that lets nothing through any more is replaced before the lease has run out',
  WITHIN_A_SECOND,
  async () => {
    await using t = await openRegistered();
    const thread = startHeartbeatThread({ settings: t.settings, log: recordLog().log, onBeat: t.onBeat });
    const renewals = () => t.beats.filter((beat) => 'alive' in beat && beat.alive);
    thread.keep(t.workerId);
    await waitFor(() => renewals().length > 0, { describe: 'it beats' });

    const last = renewals().at(-1);
    t.proxy.strand();
    await waitFor(() => renewals().at(-1) !== last, { describe: 'it beats again' });
    await thread.end();

    const gapMs = (renewals().at(-1)?.sentAt ?? Infinity) - (last?.sentAt ?? 0);
    expect(t.beats).toContainEqual(expect.objectContaining({ error: expect.stringContaining('No answer') }));
    expect(gapMs).toBeLessThan(LEASE_MS);
  },
);

test('it is told when its worker was taken for dead, and then keeps the lease of the next', async () => {
  await using t = await openRegistered();
  const thread = startHeartbeatThread({ settings: t.settings, log: recordLog().log, onBeat: t.onBeat });
  const told = (alive: boolean, workerId: string) =>
    waitFor(
      () => t.beats.some((beat) => beat.workerId === workerId && 'alive' in beat && beat.alive === alive),
      {
        describe: `${workerId} is told that it is ${alive ? 'alive' : 'dead'}`,
      },
    );
  thread.keep(t.workerId);
  await told(true, t.workerId);

  await t.sql`DELETE FROM orq.workers`;
  await told(false, t.workerId);
  const next = await t.register();
  thread.keep(next);
  await told(true, next);
  await thread.end();

  expect(t.beats.at(-1)).toMatchObject({ workerId: next, alive: true });
});
