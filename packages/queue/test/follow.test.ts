import { once } from 'node:events';
import { connect } from '@orq/db';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createQueue, defineHandler, type JobStanding, PermanentError } from '../src/index.ts';
import { createGate } from './support/gate.ts';
import { openTcpProxy } from './support/tcp-proxy.ts';
import { echo, openTestQueue, runEcho } from './support/test-queue.ts';

const NOBODY = '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69';

describe('follow()', () => {
  test('tells at first and at each change how jobs stand, in their order, until all have ended', async () => {
    await using t = await openTestQueue();
    const gate = createGate();
    const handler = defineHandler(echo, async ({ input, progress }) => {
      if (input.text === 'bad') throw new PermanentError('bad luck');
      progress(0.5);
      await gate.pass();
      return input;
    });
    const good = await t.queue.enqueue(echo, { text: 'good' });
    const bad = await t.queue.enqueue(echo, { text: 'bad' });

    const seen: JobStanding[][] = [];
    for await (const jobs of t.queue.follow([good.id, bad.id])) {
      if (seen.push(jobs) === 1) await t.worker({ handlers: [handler] }).start();
      if (jobs[0]?.progress === 0.5 && jobs[1]?.outcome) gate.open();
    }

    const untouched = { outcome: null, progress: null, result: null, error: null, cancelRequested: false };
    expect(seen[0]).toEqual([
      { ...untouched, id: good.id },
      { ...untouched, id: bad.id },
    ]);
    expect(seen.at(-1)).toEqual([
      { ...untouched, id: good.id, outcome: 'completed', progress: 1, result: { text: 'good' } },
      { ...untouched, id: bad.id, outcome: 'failed', error: 'bad luck' },
    ]);
    expect(seen.length).toBeLessThanOrEqual(5);
  });

  test('tells that a running job is to be cancelled, and that it was', async () => {
    await using t = await openTestQueue();
    const gate = createGate();
    const stubborn = defineHandler(
      echo,
      async ({ input, signal }) => {
        await gate.pass();
        if (!signal.aborted) await once(signal, 'abort');
        return input;
      },
      { graceMs: 60_000 },
    );
    await t.worker({ handlers: [stubborn] }).start();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    await gate.reached;
    await t.queue.cancel(id);

    const seen: (JobStanding | undefined)[] = [];
    for await (const [job] of t.queue.follow([id])) {
      seen.push(job);
      gate.open();
    }

    expect(seen).toMatchObject([
      { outcome: null, cancelRequested: true },
      { outcome: 'cancelled', cancelRequested: true },
    ]);
  });
});

describe('settled()', () => {
  test('ends with the reason of its signal', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });

    const waiting = t.queue.settled([id], { signal: AbortSignal.timeout(30) });

    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('refuses what is no id, and ids of no job; of none it gives none', async () => {
    await using t = await openTestQueue();

    await expect(t.queue.settled(['one'])).rejects.toThrow(z.ZodError);
    await expect(t.queue.settled([NOBODY])).rejects.toThrow(`There is no job ${NOBODY}`);
    expect(await t.queue.settled([])).toEqual([]);
  });

  test('waits out that the database is gone', async () => {
    await using t = await openTestQueue();
    await using proxy = await openTcpProxy(t.url);
    const sql = connect(proxy.url, { max: 1 });
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const waiting = createQueue({ sql }).settled([id]);
    await proxy.refuse();
    await t.worker({ handlers: [runEcho] }).processOne();

    await proxy.accept();

    expect(await waiting).toMatchObject([{ id, outcome: 'completed' }]);
    await sql.end({ timeout: 5 });
  });
});
