import { JobPage } from '@orq/contracts';
import { describe, expect, it } from 'vitest';
import { startApi } from './support/api.ts';
import { clientOf, wordCount } from './support/client.ts';
import { readProblem } from './support/problem.ts';

const inputs = (count: number) => Array.from({ length: count }, () => ({ text: 'one' }));

describe('GET /jobs', () => {
  it('gives jobs page by page, without their results', async () => {
    const api = await startApi();
    const ids = await api.deps.queue.enqueueMany(wordCount, inputs(3), { tags: ['a'] });

    const first = JobPage.parse(await (await fetch(`${api.url}/jobs?limit=2&tag=a`)).json());
    const next = `${api.url}/jobs?limit=2&tag=a&cursor=${first.next_cursor}`;
    const second = JobPage.parse(await (await fetch(next)).json());

    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids.toReversed());
    expect(second.next_cursor).toBeNull();
    expect(first.data[0]).not.toHaveProperty('result');
  });

  it('takes one status, or several', async () => {
    const api = await startApi();
    const [cancelled = '', pending = ''] = await api.deps.queue.enqueueMany(wordCount, inputs(2));
    await api.deps.queue.cancel(cancelled);
    const listed = async (query: string) =>
      JobPage.parse(await (await fetch(`${api.url}/jobs?${query}`)).json()).data.map(({ id }) => id);

    expect(await listed('status=cancelled')).toEqual([cancelled]);
    expect(await listed('status=cancelled&status=pending')).toEqual([pending, cancelled]);
  });

  it.each([
    ['cursor=bm9uZQ', 'cursor'],
    ['cursor=%00', 'cursor'],
    ['cursor=', 'cursor'],
    ['limit=0', 'limit'],
    ['limit=many', 'limit'],
    ['status=done', 'status.0'],
    ['created_after=yesterday', 'created_after'],
    ['queue=a&queue=b', 'queue'],
    ['statuses=failed', 'statuses'],
  ])('refuses ?%s by its name', async (query, path) => {
    const api = await startApi();

    const response = await fetch(`${api.url}/jobs?${query}`);

    expect(response.status).toBe(422);
    const { errors = [] } = await readProblem(response);
    expect(new Set(errors.map((error) => error.path))).toEqual(new Set([path]));
  });
});

it('a client goes through all jobs of a filter, or page by page', async () => {
  const api = await startApi();
  const orq = clientOf(api);
  const ids = await api.deps.queue.enqueueMany(wordCount, inputs(5));
  const createdAfter = new Date(Date.now() - 60_000);

  const listed: string[] = [];
  for await (const job of orq.jobs.list({ status: 'pending', createdAfter }, { limit: 2 }))
    listed.push(job.id);
  const sizes: number[] = [];
  for await (const page of orq.jobs.list({}, { limit: 2 }).pages()) sizes.push(page.data.length);

  expect(listed).toEqual(ids.toReversed());
  expect(sizes).toEqual([2, 2, 1]);
});
