import { deepStrictEqual } from 'node:assert/strict';
import type { Sql } from '@orq/db';
import type { AsyncCommand } from 'fast-check';
import { brokenInvariants } from './invariants.ts';
import type { QueueModel } from './model.ts';
import { modelSnapshot, realSnapshot } from './snapshot.ts';

export type Step = AsyncCommand<QueueModel, Sql>;

/** Does the same to both, holds their answers against each other, and tells what came of it. */
type Act = (model: QueueModel, sql: Sql) => Promise<string>;

/**
 * One operation. After it, the database is held against the model and the invariants.
 *
 * @param isPossible whether there is anything to do it to
 */
export function step(name: string, act: Act, isPossible: (model: QueueModel) => boolean = () => true): Step {
  return {
    check: isPossible,
    async run(model, sql) {
      try {
        model.trace.push(name);
        const outcome = await act(model, sql);
        model.trace[model.trace.length - 1] = `${name} -> ${outcome}`;
        await expectAgreement(model, sql);
      } catch (error) {
        throw new Error(told(model, error), { cause: error });
      }
    },
    toString: () => name,
  };
}

async function expectAgreement(model: QueueModel, sql: Sql): Promise<void> {
  const [real, broken] = await Promise.all([realSnapshot(sql), brokenInvariants(sql)]);
  deepStrictEqual(
    broken.map((line) => model.named(line)),
    [],
  );
  expectSame(model, real, modelSnapshot(model));
}

/** Both with names for ids, so that one can read how they differ. @throws when they do */
export function expectSame(model: QueueModel, real: unknown, expected: unknown): void {
  const named = (value: unknown): unknown => JSON.parse(model.named(JSON.stringify(value ?? null)));
  deepStrictEqual(named(real), named(expected));
}

function told(model: QueueModel, error: unknown): string {
  const steps = model.trace.map((line, index) => `  ${index + 1}. ${line}`);
  const fault = error instanceof Error ? model.named(error.stack ?? error.message) : String(error);
  return `after these steps:\n${steps.join('\n')}\n${fault}`;
}
