import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from '@orq/contracts';
import type { Sql } from '@orq/db';
import { z } from 'zod';
import { defineHandler, type Handler } from '../../src/index.ts';

/** Work that leaves a trace: each start is counted by itself, and the entry is written with the completion. */
export const entry = defineJob({
  type: 'entry',
  input: z.object({
    n: z.int(),
    /** How long the work takes, in ms. */
    workMs: z.int().default(0),
    /** Works on until the ledger is told to let it end. */
    held: z.boolean().default(false),
    /** Ends its own process, as the out-of-memory killer would. */
    fatal: z.boolean().default(false),
  }),
  output: z.object({ n: z.int() }),
});

export interface Ledger {
  starts(): Promise<number[]>;
  entries(): Promise<number[]>;
  /** Lets those end that are held, in whatever process. */
  letEnd(): Promise<unknown>;
}

/** Makes the tables. */
export async function openLedger(sql: Sql): Promise<Ledger> {
  await sql`CREATE TABLE public.starts (n integer NOT NULL)`;
  await sql`CREATE TABLE public.entries (n integer NOT NULL)`;
  await sql`CREATE TABLE public.holding AS SELECT true AS it_is`;
  const numbers = async (table: string) =>
    (await sql<{ n: number }[]>`SELECT n FROM public.${sql(table)} ORDER BY n`).map((row) => row.n);
  return {
    starts: () => numbers('starts'),
    entries: () => numbers('entries'),
    letEnd: () => sql`DELETE FROM public.holding`,
  };
}

export function writeEntry(sql: Sql): Handler {
  const isHolding = async () => (await sql`SELECT FROM public.holding`).count > 0;
  return defineHandler(entry, async ({ input: { n, workMs, held, fatal }, commit }) => {
    await sql`INSERT INTO public.starts VALUES (${n})`;
    if (fatal) process.kill(process.pid, 'SIGKILL');
    do await sleep(workMs);
    while (held && (await isHolding()));
    commit((tx) => tx`INSERT INTO public.entries VALUES (${n})`);
    return { n };
  });
}
