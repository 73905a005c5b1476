import { FeedEvent } from '@orq/contracts';
import { describe, expect, it } from 'vitest';
import { startApi, type TestApi } from './support/api.ts';
import { clientOf, startWordCounter, wordCount } from './support/client.ts';
import { readProblem } from './support/problem.ts';

/** A stream of /events, as it comes over the wire, until it has told enough. */
async function read(
  api: TestApi,
  query: string,
  lastEventId: string | null,
  enough: (text: string) => boolean,
) {
  const over = new AbortController();
  const headers = lastEventId === null ? {} : { 'last-event-id': lastEventId };
  const response = await fetch(`${api.url}/events${query}`, { headers, signal: over.signal });
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (enough(text)) break;
  }
  over.abort();
  return text;
}

/** The id that a stream begins with, before anything has happened. */
async function whereItBegins(api: TestApi): Promise<string> {
  const text = await read(api, '', null, (so) => /^id: .+\n\n/m.test(so));
  expect(text).not.toContain('data: ');
  return /^id: (.+)$/m.exec(text)?.[1] ?? '';
}

describe('GET /events', () => {
  it('says at once where a client can go on, and goes on there', async () => {
    const api = await startApi();

    const position = await whereItBegins(api);
    const { id } = await api.deps.queue.enqueue(wordCount, { text: 'one' });
    await api.deps.queue.enqueue(wordCount, { text: 'one' }, { queue: 'other' });
    const second = await read(api, '?queue=default', position, (text) => text.includes('\ndata: '));

    const [, data = ''] = /\ndata: (.+)\n/.exec(second) ?? [];
    expect(FeedEvent.parse(JSON.parse(data))).toMatchObject({
      type: 'status',
      job_id: id,
      status: 'pending',
    });
    expect(second.match(/\ndata: /g)).toHaveLength(1);
  });

  it('is followed by the client, to the end of each job', async () => {
    const api = await startApi();
    await startWordCounter(api);
    const orq = clientOf(api);
    const lastEventId = await whereItBegins(api);
    const jobs = await orq.jobs.enqueueMany(wordCount, [{ text: 'one' }, { text: 'two' }]);
    const completed: string[] = [];

    for await (const event of orq.events({ type: 'word_count' }, { lastEventId })) {
      if (event.type === 'status' && event.status === 'completed') completed.push(event.job_id);
      if (completed.length === 2) break;
    }

    expect(completed.toSorted()).toEqual(jobs.map(({ id }) => id).toSorted());
  });

  it.each([
    ['?queues=a', 'x', 'queues'],
    ['', 'x', 'last-event-id'],
    ['', '|1:99999999999999:', 'last-event-id'],
  ])('refuses %s after %s', async (query, lastEventId, path) => {
    const api = await startApi();

    const response = await fetch(`${api.url}/events${query}`, { headers: { 'last-event-id': lastEventId } });

    expect((await readProblem(response)).errors).toMatchObject([{ path }]);
  });
});
