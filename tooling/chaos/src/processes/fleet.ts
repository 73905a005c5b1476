import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessLife } from '../evidence/evidence.ts';
import type { Proxy } from '../faults/proxy.ts';
import { SLOT_CONCURRENCY } from '../fleet-settings.ts';
import { type Child, startChild } from './child.ts';
import type { WorkerOrder } from './messages.ts';

/** The worker processes: one in each slot, each behind the slot's own proxy. */
export interface Fleet {
  start(slot: number): void;
  /** SIGKILL, and another in its place. */
  kill(slot: number): void;
  /** SIGSTOP, and SIGCONT after `ms`. */
  pause(slot: number, ms: number): Promise<void>;
  /** Its event loop is blocked for `ms`. @returns when it is free again */
  block(slot: number, ms: number): Promise<void>;
  /** SIGTERM, and another in its place at once, as a rolling deploy has it. */
  drain(slot: number): void;
  /** The lives of all processes that there were. */
  lives(): ProcessLife[];
  /** SIGTERM for all, and waits for them; SIGKILL for those that do not end within `ms`. */
  end(ms: number): Promise<void>;
}

interface Member {
  child: Child;
  life: ProcessLife;
}

const WORKER = new URL('worker.ts', import.meta.url);

/**
 * @param urlOf the server's URL by way of a slot's proxy
 * @param ledgerUrl the server's own
 */
export function createFleet(
  proxies: readonly Proxy[],
  urlOf: (proxy: Proxy) => string,
  ledgerUrl: string,
  logFolder: string,
): Fleet {
  const members: Member[] = [];
  const current = new Map<number, Member>();

  function start(slot: number): void {
    const proxy = proxies[slot];
    if (!proxy) throw new Error(`there is no slot ${slot}`);
    const name = `worker ${slot}.${members.filter(({ life }) => life.slot === slot).length}`;
    const child = startChild({
      name,
      file: WORKER,
      env: {
        CHAOS_URL: urlOf(proxy),
        CHAOS_LEDGER_URL: ledgerUrl,
        CHAOS_NAME: name,
        CHAOS_CONCURRENCY: String(SLOT_CONCURRENCY[slot] ?? 1),
      },
      logFile: path.join(logFolder, `${name.replace(' ', '-')}.log`),
    });
    const life: ProcessLife = { name, slot, toldToEndAt: null, endedAt: null, exit: null };
    void child.exited.then((exit) => Object.assign(life, { endedAt: Date.now(), exit }));
    const member = { child, life };
    members.push(member);
    current.set(slot, member);
  }

  function tellToEnd(member: Member | undefined, signal: 'SIGKILL' | 'SIGTERM'): void {
    if (!member || member.life.endedAt !== null) return;
    member.life.toldToEndAt ??= Date.now();
    member.child.signal(signal);
  }

  return {
    start,
    kill(slot) {
      tellToEnd(current.get(slot), 'SIGKILL');
      start(slot);
    },
    async pause(slot, ms) {
      const member = current.get(slot);
      member?.child.signal('SIGSTOP');
      await sleep(ms);
      member?.child.signal('SIGCONT');
    },
    async block(slot, ms) {
      const order: WorkerOrder = { blockMs: ms };
      current.get(slot)?.child.process.send(order, () => undefined);
      await sleep(ms);
    },
    drain(slot) {
      tellToEnd(current.get(slot), 'SIGTERM');
      start(slot);
    },
    lives: () => members.map(({ life }) => ({ ...life })),
    async end(ms) {
      for (const member of members) tellToEnd(member, 'SIGTERM');
      const ended = Promise.all(members.map(({ child }) => child.exited));
      await Promise.race([ended, sleep(ms, undefined, { ref: false })]);
      for (const member of members) if (member.life.endedAt === null) member.child.signal('SIGKILL');
      await ended;
    },
  };
}
