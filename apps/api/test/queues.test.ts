import { QueuePage, QueuePause, WorkerPage } from '@orq/contracts';
import { expect, it } from 'vitest';
import { startApi } from './support/api.ts';
import { clientOf, startWordCounter, wordCount } from './support/client.ts';
import { readProblem } from './support/problem.ts';

it('queues are listed, paused and resumed, whatever their names', async () => {
  const api = await startApi();
  const orq = clientOf(api);
  const name = 'a/b ü?';
  await api.deps.queue.enqueue(wordCount, { text: 'one' }, { queue: name });

  const path = `${api.url}/queues/${encodeURIComponent(name)}/pause`;
  const paused = QueuePause.parse(await (await fetch(path, { method: 'POST' })).json());

  expect(paused).toEqual({ name, paused_at: expect.any(String) });
  expect(QueuePage.parse(await (await fetch(`${api.url}/queues`)).json()).data).toMatchObject([
    { ...paused, pending: 1, workers: 0 },
  ]);
  expect(await orq.queues.resume(name)).toEqual({ name, paused_at: null });
  for await (const queue of orq.queues.list()) expect(queue).toMatchObject({ name, paused_at: null });
  const tooLong = await orq.queues.pause('x'.repeat(101)).catch((error: unknown) => error);
  expect(tooLong).toMatchObject({ kind: 'validation', errors: [{ path: 'name' }] });
});

it('workers are listed', async () => {
  const api = await startApi();
  await startWordCounter(api);

  const { data } = WorkerPage.parse(await (await fetch(`${api.url}/workers`)).json());
  const ids: string[] = [];
  for await (const worker of clientOf(api).workers.list()) ids.push(worker.id);

  expect(data).toMatchObject([{ job_types: ['word_count'], queues: ['default'], live: true }]);
  expect(ids).toEqual(data.map(({ id }) => id));
  expect((await readProblem(await fetch(`${api.url}/workers?cursor=bm9uZQ`))).errors).toMatchObject([
    { path: 'cursor' },
  ]);
});
