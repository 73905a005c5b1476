import { type Fetch, JobEvent } from '@orq/contracts';
import { waitFor } from '@orq/testing';
import { describe, expect, it } from 'vitest';
import { revokeKey } from '../src/keys/key-table.ts';
import { startApi, type TestApi } from './support/api.ts';
import { clientOf, startWordCounter, wordCount } from './support/client.ts';
import { makeKey } from './support/keys.ts';
import { readProblem } from './support/problem.ts';

const UNKNOWN = '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69';

const eventsAt = (api: TestApi, id: string, headers: Record<string, string> = {}) =>
  fetch(`${api.url}/jobs/${id}/events`, { headers });

const headAt = (api: TestApi, id: string) => fetch(`${api.url}/jobs/${id}/events`, { method: 'HEAD' });

/** The events in the text of a stream. */
const parseEvents = (text: string) =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JobEvent.parse(JSON.parse(data)));

async function all(events: AsyncIterable<JobEvent>): Promise<JobEvent[]> {
  const told: JobEvent[] = [];
  for await (const event of events) told.push(event);
  return told;
}

/** A fetch whose streams break off after so many bytes, but for the last of them. */
function cuttingFetch(cuts: number[]): Fetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    const cut = url.endsWith('/events') ? cuts.shift() : undefined;
    if (cut === undefined || !response.body) return response;
    let left = cut;
    const broken = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          controller.enqueue(chunk.subarray(0, left));
          left -= chunk.length;
          if (left <= 0) controller.error(new TypeError('terminated'));
        },
      }),
    );
    return new Response(broken, { status: response.status, headers: response.headers });
  };
}

async function completedJob(api: TestApi): Promise<string> {
  await startWordCounter(api);
  const job = await clientOf(api).jobs.enqueue(wordCount, { text: 'one two' });
  await job.result({ timeoutMs: 30_000 });
  return job.id;
}

describe('the events of a job', () => {
  it('come as they happen, to its end', async () => {
    const api = await startApi();
    const { release } = await startWordCounter(api);
    const job = await clientOf(api).jobs.enqueue(wordCount, { text: 'one two', waits: true });
    const told: JobEvent[] = [];

    for await (const event of job.events()) {
      told.push(event);
      if (event.type === 'progress') release();
    }

    expect(told).toContainEqual(expect.objectContaining({ type: 'progress', progress: 0.5, job_id: job.id }));
    expect(told.filter(({ type }) => type === 'log')).toMatchObject([
      { level: 'info', message: 'counting', fields: { text: 'one two' }, attempt: 1 },
    ]);
    expect(told.at(-1)).toMatchObject({ type: 'status', status: 'completed' });
  });

  it('go on after any of them, and are over after the last', async () => {
    const api = await startApi();
    const id = await completedJob(api);
    const told = parseEvents(await (await eventsAt(api, id)).text());
    expect(told.length).toBeGreaterThanOrEqual(2);

    for (const [index, { event_id }] of told.entries()) {
      const response = await eventsAt(api, id, { 'last-event-id': event_id });
      const isLast = index === told.length - 1;
      expect(response.status).toBe(isLast ? 204 : 200);
      expect(parseEvents(await response.text())).toEqual(told.slice(index + 1));
    }
    const after = told.at(-1)?.event_id ?? '';
    expect(await all(clientOf(api).jobs.events(id, { lastEventId: after }))).toEqual([]);
  });

  it('are all told once, wherever the connection breaks', async () => {
    const api = await startApi();
    const id = await completedJob(api);
    const whole = await (await eventsAt(api, id)).text();
    const told = parseEvents(whole);

    for (let cut = 1; cut < whole.length; cut += 97) {
      const orq = clientOf(api, { fetch: cuttingFetch([cut]) });
      expect(await all(orq.jobs.events(id)), `cut after ${cut} bytes`).toEqual(told);
    }
  });

  it('end where the caller leaves', async () => {
    const api = await startApi({ maxStreams: 1 });
    const job = await clientOf(api).jobs.enqueue(wordCount, { text: '' });
    const leaving = new AbortController();
    const reason = new Error('enough');

    const told = all(job.events({ signal: leaving.signal }));
    await waitFor(async () => (await headAt(api, job.id)).status === 503, { describe: 'it is followed' });
    leaving.abort(reason);
    await expect(told).rejects.toBe(reason);
    await waitFor(async () => (await headAt(api, job.id)).ok, { describe: 'nobody follows it' });
    for await (const event of clientOf(api).jobs.events(job.id)) {
      expect(event).toMatchObject({ status: 'pending' });
      break;
    }

    await waitFor(async () => (await headAt(api, job.id)).ok, { describe: 'nobody follows it any more' });
  });

  it('are refused to one client more than there are places, and HEAD takes none', async () => {
    const api = await startApi({ maxStreams: 1 });
    const { id } = await clientOf(api).jobs.enqueue(wordCount, { text: '' });
    const head = () => headAt(api, id);
    expect((await head()).headers.get('content-type')).toBe('text/event-stream');
    expect((await head()).status).toBe(200);
    const first = await eventsAt(api, id);

    const second = await eventsAt(api, id);

    expect(await readProblem(second)).toMatchObject({ kind: 'unavailable' });
    expect(second.headers.get('retry-after')).toBe('5');
    await first.body?.cancel();
    await waitFor(async () => (await head()).ok, { describe: 'the place is free' });
  });

  it('are refused to whoever has a quarter of the places, and not to others', async () => {
    const api = await startApi({ maxStreams: 8 });
    const keys = [await makeKey(api, 'enqueue'), await makeKey(api, 'read')];
    const { id } = await clientOf(api, { token: keys[0]?.token ?? '' }).jobs.enqueue(wordCount, { text: '' });
    const [greedy, other] = keys.map(
      ({ headers }) =>
        () =>
          eventsAt(api, id, headers),
    );
    const open = [await greedy?.(), await greedy?.()];

    const third = await greedy?.();

    expect(third && (await readProblem(third))).toMatchObject({ kind: 'rate-limited' });
    open.push(await other?.());
    expect(open.map((stream) => stream?.status)).toEqual([200, 200, 200]);
    for (const stream of open) await stream?.body?.cancel();
  });

  it('end when the key is revoked that they were opened with', async () => {
    const api = await startApi();
    const { token, key, headers } = await makeKey(api, 'enqueue');
    const { id } = await clientOf(api, { token }).jobs.enqueue(wordCount, { text: '' });
    const stream = await eventsAt(api, id, headers);

    let told = '';
    for await (const chunk of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      told += chunk;
      if (parseEvents(told).length > 0) await revokeKey(api.sql, key.id);
    }

    expect(parseEvents(told)).toHaveLength(1);
    expect((await eventsAt(api, id, headers)).status).toBe(401);
  });

  it('end when the process is about to', async () => {
    const stopping = new AbortController();
    const api = await startApi({ stopping: stopping.signal });
    const { id } = await clientOf(api).jobs.enqueue(wordCount, { text: '' });
    const stream = await eventsAt(api, id);

    stopping.abort();

    expect(parseEvents(await stream.text()).length).toBeLessThanOrEqual(1);
    expect(api.log.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('are refused for a job that is not there, and after what is no event', async () => {
    const api = await startApi();
    const { id } = await clientOf(api).jobs.enqueue(wordCount, { text: '' });

    expect(await readProblem(await eventsAt(api, UNKNOWN))).toMatchObject({ kind: 'not-found' });
    for (const after of ['x', '9.0.-.0', '1'.repeat(201), '0.0.-.zzzzzzzzzzz;']) {
      expect(await readProblem(await eventsAt(api, id, { 'last-event-id': after }))).toMatchObject({
        kind: 'validation',
        errors: [{ path: 'last-event-id' }],
      });
    }
  });
});
