import { defineJob } from '@orq/contracts';
import { connect } from '@orq/db';
import { createQueue, createWorker, defineHandler } from '@orq/queue';
import { z } from 'zod';
import { surviveStrayErrors } from '@orq/handlers';

// A worker whose first job throws where no promise catches it, and whose second one is well.
const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (bindings: object, message: string) => console.log(JSON.stringify({ ...bindings, message })),
  child: () => log,
};
const trap = defineJob({ type: 'trap', input: z.object({ spring: z.boolean() }), output: z.null() });
const runTrap = defineHandler(trap, async ({ input }) => {
  if (!input.spring) return null;
  setImmediate(() => {
    throw new Error('thrown in a timer');
  });
  void Promise.reject(new Error('rejected unseen'));
  return null;
});

surviveStrayErrors(log);
const sql = connect(process.env['DATABASE_URL'] ?? '');
const queue = createQueue({ sql });
const worker = createWorker({ sql, handlers: [runTrap], pollIntervalMs: 100, log });
await worker.start();
const ids = await queue.enqueueMany(trap, [{ spring: true }, { spring: true }, { spring: false }]);
for (const id of ids) {
  while ((await queue.get(id))?.status !== 'completed')
    await new Promise((resolve) => setTimeout(resolve, 20));
}
console.log('all three completed');
await worker.stop();
await sql.end();
