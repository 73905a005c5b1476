import { deepStrictEqual } from 'node:assert/strict';
import type { Sql } from '@orq/db';
import { v7 as uuidv7 } from 'uuid';
import { claimJobs } from '../../src/sql/claim.ts';
import { keysWithFreedSlots, wakeKeys } from '../../src/sql/concurrency-keys.ts';
import { completeJobs } from '../../src/sql/complete.ts';
import { resumeQueue } from '../../src/sql/queues.ts';
import { rescueJobs } from '../../src/sql/rescue.ts';
import { registerWorker } from '../../src/sql/workers.ts';
import { REGISTRATION } from './control-steps.ts';
import { QUEUES } from './enqueue-steps.ts';
import { createHand, type Hand, type Ticket } from './hand.ts';
import { brokenInvariants } from './invariants.ts';
import { leap, silence } from './real.ts';

/** What workers that go on at the same time have in common. */
export interface World {
  /** Jobs that were enqueued. */
  ids: string[];
  /** By job: how often a worker was told that it has completed it. */
  completions: Map<string, number>;
  /** What was done, in the order in which it ended. */
  trace: string[];
}

export interface Actor {
  sql: Sql;
  hand: Hand;
  world: World;
}

/** Something that a worker does while others do what they do. */
export interface Move {
  act(actor: Actor): Promise<unknown>;
  toString(): string;
}

const DEADLOCK = '40P01';

/** Statements that lock the same jobs in different orders may meet; one of them is undone, as if it had not been asked. */
const isDeadlock = (error: unknown) => error instanceof Error && 'code' in error && error.code === DEADLOCK;

export async function play(actor: Actor, moves: readonly Move[]): Promise<void> {
  const { hand, world } = actor;
  for (const move of moves) {
    const answer = await move.act(actor).catch((error: unknown) => {
      if (isDeadlock(error)) return 'deadlock';
      throw new Error(`${hand.name}: ${String(move)}`, { cause: error });
    });
    world.trace.push(`${hand.name} ${String(move)} -> ${JSON.stringify(answer)}`);
  }
}

/** Looks at the database for as long as the work goes on: each look is one snapshot, and each must be sound. */
export async function expectSoundDuring(sql: Sql, work: Promise<unknown>): Promise<void> {
  let over = false;
  const watched = work.finally(() => (over = true));
  const watch = async () => {
    while (!over) await expectSound(sql);
  };
  await Promise.all([watched, watch()]);
  await expectSound(sql);
}

async function expectSound(sql: Sql): Promise<void> {
  deepStrictEqual(await brokenInvariants(sql), []);
}

export async function registerAnew({ sql, hand }: Pick<Actor, 'sql' | 'hand'>): Promise<void> {
  hand.workerId = uuidv7();
  await registerWorker(sql, { ...REGISTRATION, id: hand.workerId, name: hand.name });
}

export async function completeAll({ sql, world }: Actor, tickets: readonly Ticket[]): Promise<string[]> {
  const workerId = tickets[0]?.workerId;
  if (workerId === undefined) return [];
  const own = tickets.filter((ticket) => ticket.workerId === workerId);
  const lost = await completeJobs(
    sql,
    workerId,
    own.map(({ job }) => ({ job, result: '{}' })),
  );
  const done = own.filter(({ job }) => !lost.has(job)).map(({ job }) => job.id);
  for (const id of done) world.completions.set(id, (world.completions.get(id) ?? 0) + 1);
  for (const ticket of own) ticket.ended = true;
  return done;
}

/** Rounds in which all that is left must end: a job may be parked behind all others of its key. */
const MOST_ROUNDS = 200;

/**
 * All workers die, and one that comes new finishes what they left: nothing is lost, and nothing was done twice.
 *
 * @returns how jobs have ended
 */
export async function expectToEnd(sql: Sql, world: World, hands: readonly Hand[]): Promise<string[]> {
  for (const { workerId } of hands) await silence(sql, workerId, 'stopped');
  for (const queue of QUEUES) await resumeQueue(sql, queue);
  await leap(sql);
  const actor = { sql, world, hand: createHand('last') };
  await registerAnew(actor);
  await rescueJobs(sql, actor.hand.workerId);

  for (let round = 0; round < MOST_ROUNDS && (await countOpen(sql)) > 0; round += 1) {
    await wakeKeys(sql, await keysWithFreedSlots(sql));
    for (const queue of QUEUES) await finishDue(actor, queue);
    await expectSound(sql);
  }

  deepStrictEqual(await countOpen(sql), 0, 'all jobs have ended');
  const completed = await sql<
    { id: string }[]
  >`SELECT id FROM orq.jobs WHERE state = 'completed' ORDER BY id`;
  deepStrictEqual(
    [...world.completions].sort(([a], [b]) => (a < b ? -1 : 1)),
    completed.map(({ id }) => [id, 1]),
    'each completed job was completed by one worker, once',
  );
  const states = await sql<{ state: string }[]>`SELECT DISTINCT state FROM orq.jobs`;
  return states.map(({ state }) => state);
}

async function finishDue(actor: Actor, queue: string): Promise<void> {
  const { sql, hand } = actor;
  const { workerId } = hand;
  const request = { claimId: uuidv7(), workerId, queue, limit: 100, except: [], finished: [] };
  const { jobs } = await claimJobs(sql, { ...request, from: 'sweep' });
  await completeAll(
    actor,
    jobs.map((job) => ({ job, workerId, ended: false })),
  );
}

async function countOpen(sql: Sql): Promise<number> {
  const { count } = await sql`SELECT FROM orq.jobs WHERE state = 'open'`;
  return count;
}
