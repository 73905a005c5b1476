import { randomUUID } from 'node:crypto';
import { connect, type TransactionSql } from '@orq/db';
import { waitFor } from '@orq/testing';
import { describe, expect, test } from 'vitest';
import { defineHandler, type Logger } from '../src/index.ts';
import { createGate } from './support/gate.ts';
import { recordLog } from './support/recorded-log.ts';
import { refuse } from './support/refuse.ts';
import { openTcpProxy } from './support/tcp-proxy.ts';
import { echo, openTestQueue, type TestQueue } from './support/test-queue.ts';
import { untilLocked } from './support/until-locked.ts';

const MANY = { limit: 1_000 };
/** For a machine that has other things to do. */
const SLACK_MS = 10_000;

/** A handler that does nothing but talk. */
const talking = (talk: (log: Logger, text: string) => unknown) =>
  defineHandler(echo, async ({ input, log }) => {
    await talk(log, input.text);
    return input;
  });

/** Works one job that talks. @returns its id */
async function hear(t: TestQueue, talk: (log: Logger) => unknown): Promise<string> {
  const { id } = await t.queue.enqueue(echo, { text: 'hello' });
  await t.worker({ handlers: [talking(talk)] }).processOne();
  return id;
}

/** A queue whose worker's way to the database can be disturbed. */
async function openDisturbedQueue() {
  const t = await openTestQueue();
  const proxy = await openTcpProxy(t.url);
  const disturbed = connect(proxy.url, { max: 4 });
  return {
    ...t,
    proxy,
    disturbed,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await t[Symbol.asyncDispose]();
      await disturbed.end({ timeout: 0 });
    },
  };
}

/** Takes a lock. @returns lets it go */
async function lock(t: TestQueue, statement: (tx: TransactionSql) => Promise<unknown>) {
  const locked = createGate();
  const transaction = t.sql.begin(async (tx) => {
    await statement(tx);
    await locked.pass();
  });
  await locked.reached;
  return async () => {
    locked.open();
    await transaction;
  };
}

/** Keeps whoever writes to the logs waiting. */
const lockLogs = (t: TestQueue) => lock(t, (tx) => tx`LOCK TABLE orq.job_logs IN SHARE MODE`);

describe('what a handler logs', () => {
  test('is kept with its job from level info up, in order, and is there once the job has ended', async () => {
    await using t = await openTestQueue();
    const before = Date.now();

    const id = await hear(t, (log) => {
      log.debug({}, 'not this one');
      log.info({ share: 0.5 }, 'half way');
      log.warn({}, 'slow');
      log.error({ deep: { list: [1, null] } }, 'broken');
    });
    const lines = await t.queue.logs(id);

    expect(lines).toMatchObject([
      { attempt: 1, level: 'info', message: 'half way', fields: { share: 0.5 } },
      { attempt: 1, level: 'warn', message: 'slow', fields: null },
      { attempt: 1, level: 'error', message: 'broken', fields: { deep: { list: [1, null] } } },
    ]);
    for (const { at } of lines) {
      expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(Math.abs(Date.parse(at) - before)).toBeLessThan(10_000);
    }
  });

  test('goes to the logger of the process as well', async () => {
    await using t = await openTestQueue();
    const { log, lines } = recordLog();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const talk = talking((jobLog) => jobLog.child({ part: 2 }).debug({ x: 1 }, 'detail'));

    await t.worker({ handlers: [talk], log }).processOne();

    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'debug', job_id: id, attempt: 1, part: 2, x: 1, message: 'detail' }),
    );
  });

  test('carries what its child loggers are bound to', async () => {
    await using t = await openTestQueue();

    const id = await hear(t, (log) =>
      log.child({ part: 2, of: 3 }).child({ of: 4 }).info({ frame: 7 }, 'decoded'),
    );

    expect(await t.queue.logs(id)).toMatchObject([{ fields: { part: 2, of: 4, frame: 7 } }]);
  });

  test('is told apart by attempt', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' }, { retry: { delayMs: 0 } });
    const worker = t.worker({
      handlers: [
        defineHandler(echo, async ({ job, input, log }) => {
          log.info({}, `attempt ${job.attempt}`);
          if (job.attempt === 1) throw new Error('no luck');
          return input;
        }),
      ],
    });

    await worker.processOne();
    await worker.processOne();

    expect(await t.queue.logs(id)).toMatchObject([
      { attempt: 1, message: 'attempt 1' },
      { attempt: 2, message: 'attempt 2' },
    ]);
  });

  test('says when it was logged, however late it is written', async () => {
    await using t = await openTestQueue();
    let loggedBy = 0;

    const id = await hear(t, async (log) => {
      const release = await lock(t, (tx) => tx`SELECT FROM orq.jobs FOR UPDATE`);
      log.info({}, 'first');
      await untilLocked(t.sql);
      log.info({}, 'second');
      const [row] = await t.sql<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
      loggedBy = Number(row?.now);
      await t.sql`SELECT pg_sleep(0.6)`;
      await release();
    });

    const lines = await t.queue.logs(id);
    expect(lines).toHaveLength(2);
    for (const { at } of lines) expect(Date.parse(at)).toBeLessThan(loggedBy + 500);
  });

  test('is dropped once the handler has ended', async () => {
    await using t = await openTestQueue();
    const { log: processLog, lines } = recordLog();
    let kept: Logger | undefined;
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const worker = t.worker({ handlers: [talking((log) => (kept = log))], log: processLog });
    await worker.processOne();

    kept?.info({}, 'too late');
    await worker.stop();

    expect(lines).toContainEqual(expect.objectContaining({ message: 'too late' }));
    expect(await t.queue.logs(id)).toEqual([]);
  });
});

describe('a line that is too much', () => {
  test('is cut, or its fields are replaced by a note', async () => {
    await using t = await openTestQueue();

    const id = await hear(t, (log) => {
      log.info({}, 'x'.repeat(4_001));
      log.info({ text: 'x'.repeat(16_300) }, 'fits');
      log.info({ text: 'ü'.repeat(8_200) }, 'too large in bytes');
    });

    const [long, fits, large] = await t.queue.logs(id);
    expect(long?.message).toBe(`${'x'.repeat(3_999)}…`);
    expect(fits?.fields?.['text']).toHaveLength(16_300);
    expect(large?.fields).toEqual({ not_kept: 'the fields are larger than 16384 bytes as JSON' });
  });

  test('is not kept past a thousand in one attempt, and a last one says so', async () => {
    await using t = await openTestQueue();

    const id = await hear(t, (log) => {
      for (let n = 0; n < 1_500; n++) log.info({}, `line ${n}`);
    });

    const first = await t.queue.logs(id, MANY);
    const rest = await t.queue.logs(id, { after: first.at(-1)?.id ?? 0 });
    expect(first.map(({ message }) => message)).toEqual(Array.from({ length: 1_000 }, (_, n) => `line ${n}`));
    expect(rest).toMatchObject([
      { level: 'warn', message: 'Only the first 1000 lines of an attempt are kept' },
    ]);
  });
});

test('what neither JSON nor PostgreSQL can hold is replaced, and fails nothing', async () => {
  await using t = await openTestQueue();
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  const trap = {
    get field() {
      throw new Error('a trap');
    },
  };

  const id = await hear(t, (log) => {
    log.info({ big: 10n ** 20n }, 'BigInt');
    log.info(circle, 'circular');
    log.info({ 'k\0': ['a\0b', '\ud800', '\\u0000', '😀', '\\\ud800'] }, 'a\0b \udfff 😀');
    log.info(new Error('broken', { cause: new Error('rusty') }), 'an error');
    log.child({}).warn(trap, 'a getter that throws');
  });

  expect(await t.queue.get(id)).toMatchObject({ status: 'completed' });
  expect(await t.queue.logs(id)).toMatchObject([
    { message: 'BigInt', fields: { big: '100000000000000000000' } },
    { message: 'circular', fields: { not_kept: expect.stringContaining('circular structure') } },
    { message: 'a�b � 😀', fields: { 'k�': ['a�b', '�', '\\u0000', '😀', '\\�'] } },
    { message: 'an error', fields: { err: { name: 'Error', message: 'broken: rusty' } } },
    { message: 'a getter that throws', fields: { not_kept: 'the fields cannot be JSON: a trap' } },
  ]);
});

test('the lines of many jobs go together, each in its own order', async () => {
  await using t = await openTestQueue();
  const texts = Array.from({ length: 200 }, (_, n) => `job ${n}`);
  await t.sql`CREATE TABLE public.statements (lines bigint)`;
  await t.sql.unsafe(`
    CREATE FUNCTION public.count_lines() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO public.statements SELECT count(*) FROM line; RETURN NULL; END $$;
    CREATE TRIGGER count_lines AFTER INSERT ON orq.job_logs REFERENCING NEW TABLE AS line
      FOR EACH STATEMENT EXECUTE FUNCTION public.count_lines()`);
  const ids = await t.queue.enqueueMany(
    echo,
    texts.map((text) => ({ text })),
  );
  const talk = talking(async (log, text) => {
    for (const n of [1, 2, 3]) {
      log.info({ n }, text);
      await Promise.resolve();
    }
  });

  await t.worker({ handlers: [talk], concurrency: 50 }).start();
  for (const id of ids) await t.until(id, 'completed');

  for (const [index, id] of ids.entries()) {
    const lines = await t.queue.logs(id);
    expect(lines.map(({ message, fields }) => [message, fields?.['n']])).toEqual(
      [1, 2, 3].map((n) => [texts[index], n]),
    );
  }
  const statements = await t.sql`SELECT FROM public.statements`;
  expect(statements.length).toBeLessThan(100);
});

test('a job that is deleted while it runs takes no line of others with it', async () => {
  await using t = await openTestQueue();
  const gate = createGate();
  const [deleted = '', kept = ''] = await t.queue.enqueueMany(echo, [{ text: 'deleted' }, { text: 'kept' }]);
  const talk = talking(async (log, text) => {
    await gate.pass();
    log.info({}, text);
  });
  const worker = t.worker({ handlers: [talk], concurrency: 2 });
  await worker.start();
  await t.until(deleted, 'processing');
  await t.until(kept, 'processing');

  await t.sql`DELETE FROM orq.jobs WHERE id = ${deleted}`;
  gate.open();

  await t.until(kept, 'completed');
  expect(await t.queue.logs(kept)).toMatchObject([{ message: 'kept' }]);
  expect(await t.queue.logs(deleted)).toEqual([]);
  expect(worker.health().status).toBe('ok');
});

test('a line that the database refuses takes no other with it, fails no job, and is told', async () => {
  await using t = await openTestQueue();
  const { log: processLog, lines } = recordLog();
  await refuse(t.sql, 'INSERT', 'job_logs', "NEW.message = 'bad'");
  const { id } = await t.queue.enqueue(echo, { text: 'hello' });
  const talk = talking((log) => ['one', 'bad', 'two'].forEach((message) => log.info({}, message)));

  await t.worker({ handlers: [talk], log: processLog }).processOne();

  expect(await t.queue.get(id)).toMatchObject({ status: 'completed' });
  expect((await t.queue.logs(id)).map(({ message }) => message)).toEqual(['one', 'two']);
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'warn', job_id: id, message: 'a line of a job log was refused' }),
  );
});

describe.concurrent('while the log cannot be written', () => {
  test('a job waits a second at most until it is settled, and its lines follow', async () => {
    await using t = await openTestQueue();
    const release = await lockLogs(t);
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const before = performance.now();

    await t.worker({ handlers: [talking((log) => log.info({}, 'patience'))] }).processOne();
    const took = performance.now() - before;
    const sooner = await t.queue.logs(id);
    await release();

    expect(took).toBeGreaterThan(900);
    expect(took).toBeLessThan(1_000 + SLACK_MS);
    expect(sooner).toEqual([]);
    await waitFor(async () => (await t.queue.logs(id)).length === 1, { describe: 'the line is there' });
  });

  test('lines are kept while the database is gone, and stop waits for those that can be written', async () => {
    await using t = await openDisturbedQueue();
    const gate = createGate();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const talk = talking(async (log) => {
      await gate.pass();
      for (const n of [1, 2, 3]) log.info({}, `line ${n}`);
    });
    const worker = t.worker({ sql: t.disturbed, handlers: [talk], pollIntervalMs: 50 });
    await worker.start();
    await gate.reached;

    await t.proxy.refuse();
    gate.open();
    await waitFor(() => worker.health().status === 'unhealthy', { describe: 'the worker notices' });
    await t.proxy.accept();
    await t.until(id, 'completed');
    await worker.stop();

    expect((await t.queue.logs(id)).map(({ message }) => message)).toEqual(['line 1', 'line 2', 'line 3']);
  });

  test('stop gives up within its bounds where the database stays gone', async () => {
    await using t = await openDisturbedQueue();
    const gate = createGate();
    const { log: processLog, lines } = recordLog();
    await t.queue.enqueue(echo, { text: 'hello' });
    const talk = talking(async (log) => {
      await gate.pass();
      for (let n = 0; n < 7; n++) log.info({}, 'in vain');
    });
    const worker = t.worker({ sql: t.disturbed, handlers: [talk], log: processLog });
    await worker.start();
    await gate.reached;

    await t.proxy.refuse();
    gate.open();
    const before = performance.now();
    await worker.stop({ drainMs: 100 });

    expect(performance.now() - before).toBeLessThan(100 + 1_000 + 2_000 + 3_000 + SLACK_MS);
    const told = () => lines.find((line) => line.message.includes('could not be kept'));
    await waitFor(told, { describe: 'it is told' });
    expect(told()).toEqual({ level: 'warn', lines: 7, message: expect.any(String) });
  });

  test('the oldest of too many lines are dropped, and counted', async () => {
    await using t = await openTestQueue();
    const { log: processLog, lines } = recordLog();
    const release = await lockLogs(t);
    const ids = await t.queue.enqueueMany(
      echo,
      Array.from({ length: 8 }, (_, n) => ({ text: `job ${n}` })),
    );
    const talk = talking((log) => {
      for (let n = 0; n < 1_000; n++) log.info({}, `line ${n}`);
    });
    const worker = t.worker({ handlers: [talk], concurrency: 8, log: processLog });
    await worker.start();
    for (const id of ids) await t.until(id, 'completed');

    await release();
    await waitFor(() => lines.some(({ message }) => message.includes('could not be kept')), {
      describe: 'what is lost is told',
    });
    await worker.stop();

    const told = lines.filter(({ message }) => message.includes('could not be kept'));
    const [row] = await t.sql<{ kept: number }[]>`SELECT count(*)::int AS kept FROM orq.job_logs`;
    const lost = told.reduce((sum, line) => sum + Number(line['lines']), 0);
    expect(lost).toBeGreaterThanOrEqual(8_000 - 5_500);
    expect(Number(row?.kept) + lost).toBe(8_000);
  });
});

describe('reading a log', () => {
  test('goes page by page', async () => {
    await using t = await openTestQueue();
    const id = await hear(t, (log) => {
      for (let n = 0; n < 150; n++) log.info({}, `line ${n}`);
    });

    const first = await t.queue.logs(id);
    const second = await t.queue.logs(id, { after: first.at(-1)?.id ?? 0 });

    expect(first).toHaveLength(100);
    expect(second.map(({ message }) => message)).toEqual(
      Array.from({ length: 50 }, (_, n) => `line ${n + 100}`),
    );
  });

  test('gives nothing where there is no job, and refuses what is out of bounds', async () => {
    await using t = await openTestQueue();
    const id = randomUUID();

    expect(await t.queue.logs(id)).toEqual([]);
    await expect(t.queue.logs('7')).rejects.toThrow(/Invalid UUID/);
    await expect(t.queue.logs(id, { limit: 1_001 })).rejects.toThrow(/limit/);
    await expect(t.queue.logs(id, { after: -1 })).rejects.toThrow(/after/);
  });
});
