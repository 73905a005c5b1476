import fc from 'fast-check';
import { test } from 'vitest';
import { register } from './model/control-steps.ts';
import { createHand } from './model/hand.ts';
import { QueueModel } from './model/model.ts';
import { emptyQueue } from './model/real.ts';
import { steps, WORKERS } from './model/steps.ts';
import { openTestQueue } from './support/test-queue.ts';

/** How many random histories each test goes through. */
const RUNS = Number(process.env['ORQ_MODEL_RUNS'] ?? 100);
const TIMEOUT_MS = 30_000 + RUNS * 1_000;

test(
  'whatever workers do one after the other, the database does what the model does',
  { timeout: TIMEOUT_MS },
  async () => {
    await using t = await openTestQueue();
    const start = async () => {
      await emptyQueue(t.sql);
      const model = new QueueModel(Array.from({ length: WORKERS }, (_, n) => createHand(`w${n}`)));
      for (const index of model.hands.keys()) await register(index).run(model, t.sql);
      return { model, real: t.sql };
    };

    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: 60, size: 'max' }), (commands) =>
        fc.asyncModelRun(start, commands),
      ),
      { numRuns: RUNS },
    );
  },
);
