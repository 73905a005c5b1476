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
    /** Ends its own process, as the out-of-memory killer would. */
    fatal: z.boolean().default(false),
  }),
  output: z.object({ n: z.int() }),
});

export interface Ledger {
  starts(): Promise<number[]>;
  entries(): Promise<number[]>;
}

/** Makes the two tables. */
export async function openLedger(sql: Sql): Promise<Ledger> {
  await sql`CREATE TABLE public.starts (n integer NOT NULL)`;
  await sql`CREATE TABLE public.entries (n integer NOT NULL)`;
  const numbers = async (table: string) =>
    (await sql<{ n: number }[]>`SELECT n FROM public.${sql(table)} ORDER BY n`).map((row) => row.n);
  return { starts: () => numbers('starts'), entries: () => numbers('entries') };
}

export function writeEntry(sql: Sql): Handler {
  return defineHandler(entry, async ({ input: { n, workMs, fatal }, commit }) => {
    await sql`INSERT INTO public.starts VALUES (${n})`;
    if (fatal) process.kill(process.pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, workMs));
    commit((tx) => tx`INSERT INTO public.entries VALUES (${n})`);
    return { n };
  });
}
