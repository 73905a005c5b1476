import { setTimeout as sleep } from 'node:timers/promises';
import type { InjectedFault } from '../evidence/evidence.ts';
import type { Fault } from '../fault-plan.ts';
import { STRANDED_NOTICE } from '../fleet-settings.ts';
import type { Fleet } from '../processes/fleet.ts';
import type { Proxy } from './proxy.ts';
import type { QueueSwitch } from './queue-switch.ts';
import type { ChaosServer } from './server.ts';

export interface Targets {
  fleet: Fleet;
  proxies: readonly Proxy[];
  server: ChaosServer;
  queues: QueueSwitch;
}

/**
 * Carries out the schedule, in its order and at its times, and waits until all of it is over.
 *
 * @param onFault called as each begins
 * @throws what the signal was aborted with; what the server's restart throws
 */
export async function inject(
  plan: readonly Fault[],
  targets: Targets,
  signal: AbortSignal,
  onFault: (fault: Fault) => void,
): Promise<InjectedFault[]> {
  const startedAt = performance.now();
  const injected: InjectedFault[] = [];
  const lasting: Promise<void>[] = [];
  for (const fault of plan) {
    await sleep(Math.max(0, startedAt + fault.atMs - performance.now()), undefined, { signal });
    onFault(fault);
    const { kind, slot, queue } = fault;
    const entry: InjectedFault = { kind, slot, queue, from: Date.now(), to: Infinity };
    injected.push(entry);
    const over = strike(fault, targets).finally(() => (entry.to = Date.now()));
    // Told at the end; until then it must not count as unhandled.
    over.catch(() => undefined);
    lasting.push(over);
  }
  await Promise.all(lasting);
  signal.throwIfAborted();
  return injected;
}

async function strike(fault: Fault, { fleet, proxies, server, queues }: Targets): Promise<void> {
  const { slot } = fault;
  const struck = proxies.filter((_, index) => slot === null || slot === index);
  switch (fault.kind) {
    case 'kill worker':
      return fleet.kill(slot ?? 0);
    case 'pause worker':
      return fleet.pause(slot ?? 0, fault.forMs);
    case 'block worker':
      return fleet.block(slot ?? 0, fault.forMs);
    case 'drain worker':
      return fleet.drain(slot ?? 0);
    case 'terminate backends':
      return void (await server.terminateBackends(fault.dice));
    case 'crash server':
      return server.crash(fault.forMs);
    case 'cut connections':
      return struck.forEach((proxy) => proxy.cut());
    case 'freeze connections':
    case 'lose answers': {
      const releases = struck.map((proxy) => proxy.hold(fault.kind === 'lose answers' ? 'answers' : 'all'));
      await sleep(fault.forMs);
      // An answer is lost for good only when its connection is.
      if (fault.cutAfter || fault.kind === 'lose answers') struck.forEach((proxy) => proxy.cut());
      return releases.forEach((release) => release());
    }
    case 'strand connections': {
      struck.forEach((proxy) => proxy.strand(STRANDED_NOTICE));
      // In one half of the cases new connections stand the same for a while, and the lease is lost.
      const releases = fault.cutAfter ? struck.map((proxy) => proxy.hold('all')) : [];
      const told = sleep(STRANDED_NOTICE.clientMs);
      await sleep(fault.forMs);
      releases.forEach((release) => release());
      return told;
    }
    case 'pause queue':
      return queues.pauseFor(fault.queue ?? 'default', fault.forMs);
  }
}
