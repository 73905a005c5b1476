import { connect, type Sql } from '@orq/db';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { register } from './model/control-steps.ts';
import { expectSoundDuring, expectToEnd, play, registerAnew, type World } from './model/concurrent.ts';
import { createHand } from './model/hand.ts';
import { EDGES, QueueModel } from './model/model.ts';
import { moves } from './model/moves.ts';
import { emptyQueue } from './model/real.ts';
import { steps, WORKERS } from './model/steps.ts';
import { openTestQueue } from './support/test-queue.ts';

/** How many random histories the tests go through. */
const RUNS = Number(process.env['ORQ_MODEL_RUNS'] ?? 100);
const TIMEOUT_MS = 60_000 + RUNS * 1_000;

/** One connection; the checks' plans look dear to a planner without statistics, and compiling them is. */
async function openSession(url: string): Promise<Sql & AsyncDisposable> {
  const sql = connect(url, { max: 1 });
  await sql`SET jit = off`;
  return Object.assign(sql, { [Symbol.asyncDispose]: () => sql.end() });
}

async function begin(sql: Sql) {
  await emptyQueue(sql);
  const model = new QueueModel(Array.from({ length: WORKERS }, (_, index) => createHand(`w${index}`)));
  for (const index of model.hands.keys()) await register(index).run(model, sql);
  return { model, real: sql };
}

test(
  'whatever workers do one after the other, the database does what the model does',
  { timeout: TIMEOUT_MS },
  async () => {
    await using t = await openTestQueue();
    await using sql = await openSession(t.url);
    const taken = new Set<string>();

    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: 150, size: 'max' }), async (commands) => {
        const setup = await begin(sql);
        await fc.asyncModelRun(() => setup, commands);
        for (const edge of setup.model.edges) taken.add(edge);
      }),
      { numRuns: RUNS },
    );

    expect(taken).toEqual(EDGES);
  },
);

test(
  'whatever workers do at the same time, each look at the database finds it sound, and all jobs end',
  { timeout: TIMEOUT_MS },
  async () => {
    await using t = await openTestQueue();
    await using observer = await openSession(t.url);
    await using one = await openSession(t.url);
    await using two = await openSession(t.url);
    await using three = await openSession(t.url);
    const sessions = [one, two, three];

    await fc.assert(
      fc.asyncProperty(fc.tuple(moves, moves, moves), async (lists) => {
        await emptyQueue(observer);
        const world: World = { ids: [], completions: new Map(), trace: [] };
        const actors = sessions.map((sql, index) => ({ sql, world, hand: createHand(`w${index}`) }));
        await Promise.all(actors.map(registerAnew));
        try {
          await expectSoundDuring(
            observer,
            Promise.all(actors.map((actor, index) => play(actor, lists[index] ?? []))),
          );
          await expectToEnd(
            observer,
            world,
            actors.map(({ hand }) => hand),
          );
        } catch (error) {
          throw new Error(`after these moves:\n${world.trace.join('\n')}\n${String(error)}`, {
            cause: error,
          });
        }
      }),
      // The same moves may meet otherwise the next time: there is nothing to shrink by.
      { numRuns: RUNS, endOnFailure: true },
    );
  },
);
