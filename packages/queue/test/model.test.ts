import { connect, type Sql } from '@orq/db';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { transitions } from '../src/index.ts';
import { claim } from './model/claim-steps.ts';
import { register, wake } from './model/control-steps.ts';
import { expectSoundDuring, expectToEnd, play, registerAnew, type World } from './model/concurrent.ts';
import { enqueueMany } from './model/enqueue-steps.ts';
import { createHand } from './model/hand.ts';
import { QueueModel } from './model/model.ts';
import { moves } from './model/moves.ts';
import { emptyQueue } from './support/empty-queue.ts';
import { complete, fail } from './model/settle-steps.ts';
import { steps, WORKERS } from './model/steps.ts';
import { openTestQueue } from './support/test-queue.ts';

/** How many random histories each of the tests goes through. */
const RUNS = Number(process.env['ORQ_MODEL_RUNS'] ?? 100);
/** After this, the search for a shorter history that fails as well is over, and the shortest is reported. */
const LIMIT_MS = 60_000 + RUNS * 1_500;
const TIMEOUT_MS = LIMIT_MS + 30_000;

/**
 * One connection that waits for no disk. The checks' plans look dear to a planner without statistics, and compiling them
 * is.
 */
async function openSession(url: string): Promise<Sql & AsyncDisposable> {
  const sql = connect(url, { max: 1 });
  await sql`SELECT set_config('jit', 'off', false), set_config('synchronous_commit', 'off', false)`;
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
    const causes = new Set<string>();

    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: 150, size: 'max' }), async (commands) => {
        const setup = await begin(sql);
        await fc.asyncModelRun(() => setup, commands);
        for (const cause of setup.model.causes) causes.add(cause);
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: LIMIT_MS },
    );

    expect(causes).toEqual(new Set(transitions.map(({ by }) => by)));
  },
);

test('a slot that was freed, and that nobody has passed on, is passed on by the next claim', async () => {
  await using t = await openTestQueue();
  const { model, real } = await begin(t.sql);
  const shared = { type: 'a', queue: 'default', priority: 0, maxAttempts: 1, uniqueKey: undefined };
  const atOnce = { future: false, second: 0 };
  const claims = { hand: 1, queue: 'default', from: 'sweep', except: [] } as const;
  const held = { hand: 1, stale: false, nth: 0 };
  const history = [
    enqueueMany({ ...shared, runAt: atOnce, key: 'three' }, 5),
    claim({ ...claims, limit: 5 }),
    fail(held, 'cancelled', null),
    wake(['three']),
    complete(1, [held]),
    claim({ ...claims, limit: 1 }),
  ];

  for (const step of history) await step.run(model, real);

  expect(model.parkedUnder('three')).toEqual([]);
});

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
    const ends = new Set<string>();

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
          const states = await expectToEnd(
            observer,
            world,
            actors.map(({ hand }) => hand),
          );
          for (const state of states) ends.add(state);
        } catch (error) {
          throw new Error(`after these moves:\n${world.trace.join('\n')}\n${String(error)}`, {
            cause: error,
          });
        }
      }),
      // The same moves may meet otherwise the next time: there is nothing to shrink by.
      { numRuns: RUNS, endOnFailure: true },
    );

    expect(ends).toEqual(new Set(['completed', 'failed', 'cancelled']));
  },
);
