import type { Sql } from '@orq/db';
import { type Child, launch } from './child.ts';
import type { ContenderName } from './contenders/index.ts';
import { openDatabase } from './database.ts';
import type { Lifetime } from './lifetime.ts';
import type { NodeBinary } from './node-binary.ts';
import type { RunningServer } from './servers.ts';

/** One contender with tables of its own that are empty, and its processes. */
export interface Arena {
  /** A client of the runner's own, on the same place. @throws {Error} for a contender that has none */
  sql(): Sql;
  enqueuer: Child;
  /** A worker's process, not yet at work. */
  openWorker(): Promise<Child>;
  /** CPU time of the server's processes so far, in ms; NaN where that cannot be told. */
  serverCpuMs(): number;
  /** Writes out what was done before, so that the measurement does not pay for it. */
  settleDown(): Promise<void>;
  /** Ends what is left of its processes, and drops its place. */
  close(): Promise<void>;
}

export interface ArenaDeps {
  postgres: RunningServer;
  redis: RunningServer | null;
  node: NodeBinary;
  profile: string | undefined;
  lifetime: Lifetime;
}

/** Makes the contender's database anew. */
export async function openArena(contender: ContenderName, deps: ArenaDeps): Promise<Arena> {
  const place = await openPlace(contender, deps);
  const { url } = place;
  const children: Child[] = [];
  async function open(role: 'enqueuer' | 'worker'): Promise<Child> {
    const child = await launch(
      { role, contender, url, node: deps.node, profile: deps.profile },
      deps.lifetime,
    );
    children.push(child);
    return child;
  }
  const enqueuer = await open('enqueuer');
  enqueuer.tell({ do: 'prepare' });
  await enqueuer.next('prepared');
  return {
    enqueuer,
    openWorker: () => open('worker'),
    sql() {
      if (!place.sql) throw new Error(`${contender} has no PostgreSQL database`);
      return place.sql;
    },
    settleDown: async () => {
      // Where the role may not, the server does it at a time of its own.
      await place.sql?.unsafe('CHECKPOINT').catch(() => undefined);
    },
    serverCpuMs: place.server.cpuMs,
    async close() {
      for (const child of children) await child.kill();
      await place.close();
    },
  };
}

interface Place {
  url: string;
  server: RunningServer;
  sql?: Sql;
  close(): Promise<void>;
}

async function openPlace(contender: ContenderName, deps: ArenaDeps): Promise<Place> {
  if (contender !== 'bullmq') {
    const name = `orq_bench_${contender.replace('-', '_')}`;
    return { ...(await openDatabase(deps.postgres.url, name, deps.lifetime)), server: deps.postgres };
  }
  if (!deps.redis) throw new Error('BullMQ needs Redis');
  return { url: deps.redis.url, server: deps.redis, close: async () => undefined };
}
