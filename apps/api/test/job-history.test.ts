import { AttemptPage, LogPage } from '@orq/contracts';
import { createWorker, defineHandler } from '@orq/queue';
import { expect, it } from 'vitest';
import { startApi, type TestApi } from './support/api.ts';
import { clientOf, wordCount } from './support/client.ts';
import { readProblem } from './support/problem.ts';

/** A job that has logged two lines in each of three attempts, and failed in all of them. */
async function failedJob(api: TestApi): Promise<string> {
  const { id } = await api.deps.queue.enqueue(wordCount, { text: 'one' }, { maxAttempts: 3 });
  const handler = defineHandler(
    wordCount,
    async ({ job, log }) => {
      log.info({ attempt: job.attempt }, 'begins');
      log.warn({}, 'ends');
      throw new Error(`no luck: ${job.attempt}`);
    },
    { retry: { delayMs: 0 } },
  );
  const worker = createWorker({ sql: api.sql, handlers: [handler] });
  while ((await worker.processOne()).processed);
  await worker.stop();
  return id;
}

it('the attempts of a job, and what it has logged, are listed page by page', async () => {
  const api = await startApi();
  const id = await failedJob(api);
  const orq = clientOf(api);

  const page = AttemptPage.parse(await (await fetch(`${api.url}/jobs/${id}/attempts?limit=2`)).json());
  const attempts: string[] = [];
  for await (const { attempt, outcome, error } of orq.jobs.attempts(id, { limit: 2 }))
    attempts.push(`${attempt} ${outcome}: ${error}`);
  const logs = LogPage.parse(await (await fetch(`${api.url}/jobs/${id}/logs`)).json());
  const lines: number[] = [];
  for await (const line of orq.jobs.logs(id, { limit: 4 })) lines.push(line.id);

  expect(page.data).toHaveLength(2);
  expect(attempts).toEqual([3, 2, 1].map((attempt) => `${attempt} failed: no luck: ${attempt}`));
  expect(logs.data.map(({ attempt, level, message, fields }) => [attempt, level, message, fields])).toEqual(
    [1, 2, 3].flatMap((attempt) => [
      [attempt, 'info', 'begins', { attempt }],
      [attempt, 'warn', 'ends', null],
    ]),
  );
  expect(lines).toEqual(logs.data.map((line) => line.id));
});

it('a job without any has none, and one that is not there is not found', async () => {
  const api = await startApi();
  const { id } = await api.deps.queue.enqueue(wordCount, { text: 'one' });

  for (const list of ['attempts', 'logs']) {
    const none = await fetch(`${api.url}/jobs/${id}/${list}`);
    expect(await none.json()).toEqual({ data: [], next_cursor: null });
    const gone = await fetch(`${api.url}/jobs/0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69/${list}`);
    expect((await readProblem(gone)).kind).toBe('not-found');
    const cursor = await readProblem(await fetch(`${api.url}/jobs/${id}/${list}?cursor=eA`));
    expect(cursor.errors).toMatchObject([{ path: 'cursor' }]);
  }
});
