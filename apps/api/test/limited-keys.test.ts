import { EnqueueManyResult, EnqueueResult, JobPage, QueuePage, type Scope } from '@orq/contracts';
import { describe, expect, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { createApp } from '../src/app.ts';
import type { Api } from '../src/api-env.ts';
import { startApi, type TestApi } from './support/api.ts';
import { wordCount } from './support/client.ts';
import { makeKey } from './support/keys.ts';
import { everyCall } from './support/limited/every-call.ts';

const later = new Date(Date.now() + 3_600_000);
const report = { type: 'report', input: 1, run_at: later.toISOString() };

/** Calls with a key: with a body of JSON where there is one. */
const caller =
  (app: Api, key: Record<string, string>) =>
  async (method: string, path: string, body?: unknown): Promise<Response> => {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    return app.request(path, { method, headers: { ...json, ...key }, ...content });
  };

/** The api as a key meets it that is limited to these queues, and as one does that is not. */
async function start(queues: string[], scope: Scope = 'operate') {
  const api = await startApi();
  const tus = async () => new Response('reached');
  const processOne = async () => ({ processed: false, message: 'No pending jobs in queue' }) as const;
  const app = createApp({ ...api.deps, tus, processOne });
  const [limited, free] = [await makeKey(api, scope, { queues }), await makeKey(api, scope)];
  return { api, app, limited: caller(app, limited.headers), free: caller(app, free.headers) };
}

const idIn = async (answer: Response): Promise<string> => EnqueueResult.parse(await answer.json()).id;

/** A thing of each kind, by how the paths begin that lead to them. The job is of the queue `theirs`. */
async function makeThings({ deps, sql }: TestApi) {
  const { id: job } = await deps.queue.enqueue(wordCount, { text: '' }, { queue: 'theirs', runAt: later });
  const [video, clip] = [uuidv7(), uuidv7()];
  await sql`
    INSERT INTO orq.video_assets (id, title, filename, content_type, size_bytes, sha256, storage_key)
    VALUES (${video}, 'theirs', 'a.mp4', 'video/mp4', 1, ${'0'.repeat(64)}, 'none')`;
  await sql`
    INSERT INTO orq.clips (id, video_asset_id, job_id, start_ms, end_ms, visual_score, score_parts)
    VALUES (${clip}, ${video}, ${job}, 0, 1, 1,
      '{"sharpness":1,"colourfulness":1,"exposure":1,"contrast":1,"motion":1}')`;
  await sql`
    INSERT INTO orq.uploads (id, protocol, title, filename, content_type, size_bytes, expires_at)
    VALUES (${video}, 'tus', 'theirs', 'a.mp4', 'video/mp4', 1, now() + interval '1 hour')`;
  return { jobs: job, videos: video, clips: clip, uploads: video };
}

describe('a key that is limited to queues', () => {
  it('reaches by no route what is of others, and one that is not reaches it by each', async () => {
    const { api, limited, free } = await start(['mine', 'mail']);
    const calls = everyCall(await makeThings(api), 'theirs');
    const rows = () => api.sql`
      SELECT j::text FROM orq.jobs j WHERE job_type <> 'bulk' UNION ALL SELECT q::text FROM orq.queues q`;
    const before = await rows();

    for (const { name, reach, method, path, namesThing, isStream, body } of calls) {
      const answer = await limited(method, path, body);
      const text = isStream && answer.ok ? '' : await answer.text();
      await answer.body?.cancel().catch(() => undefined);
      if (reach === 'nothing' || reach === 'own') {
        expect(answer.ok, name).toBe(true);
        if (reach === 'own') expect(text, name).not.toContain('theirs');
      } else {
        const [status, kind] = namesThing ? [404, 'not-found'] : [403, 'forbidden'];
        expect([answer.status, text], name).toEqual([status, expect.stringContaining(`problem:${kind}`)]);
      }
    }

    expect(await rows()).toEqual(before);
    for (const { name, method, path, body } of calls) {
      const answer = await free(method, path, body);
      const text = answer.ok ? '' : await answer.text();
      await answer.body?.cancel().catch(() => undefined);
      expect([403, 401], name).not.toContain(answer.status);
      expect(text, name).not.toContain('problem:not-found');
    }
  });

  it('does with jobs of its queues what its scope allows, and finds no others', async () => {
    const { api, limited, free } = await start(['mine', 'mail']);
    const enqueued = [
      await free('POST', '/jobs', { ...report, queue: 'theirs' }),
      await limited('POST', '/jobs', { ...report, queue: 'mine' }),
      await limited('POST', '/jobs', { ...report, queue: 'mail' }),
    ];
    const [theirs, mine, mail] = await Promise.all(enqueued.map(idIn));
    const listed = JobPage.parse(await (await limited('GET', '/jobs')).json()).data;
    const queues = QueuePage.parse(await (await limited('GET', '/queues')).json()).data;

    const done = [
      await limited('GET', `/jobs/${mine}`),
      await limited('POST', `/jobs/${mine}/cancel`),
      await limited('POST', `/jobs/${mine}/retry`),
      await limited('POST', `/jobs/${mail}/cancel`),
      await limited('DELETE', `/jobs/${mail}`),
      await limited('POST', '/queues/mine/pause'),
    ];

    expect(listed.map(({ id }) => id)).toEqual([mail, mine]);
    expect(queues.map(({ name }) => name)).toEqual(['mail', 'mine']);
    expect(done.map(({ status }) => status)).toEqual([200, 200, 200, 200, 204, 200]);
    expect(await api.deps.queue.get(theirs ?? '')).toMatchObject({ status: 'pending' });
  });

  it('follows what happens to jobs of its queues, and to no others', async () => {
    const { limited, free } = await start(['mine']);
    const answer = await limited('GET', '/events');
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let told = '';
    while (!told.includes('id: ')) told += (await reader?.read())?.value ?? '';
    await free('POST', '/jobs', { ...report, queue: 'theirs' });
    await limited('POST', '/jobs', { ...report, queue: 'mine' });

    while (!told.includes('"queue":"mine"')) told += (await reader?.read())?.value ?? '';
    await reader?.cancel();

    expect(told).not.toContain('theirs');
  });

  it('takes no keys of other queues, nor learns which jobs hold them', async () => {
    const { api, limited, free } = await start(['mine', 'mail']);
    const keyed = { ...report, unique_key: 'order-1', concurrency_key: 'customer-1' };
    const theirs = EnqueueResult.parse(await (await free('POST', '/jobs', keyed)).json());

    const body = {
      jobs: [
        { ...keyed, queue: 'mine' },
        { ...keyed, queue: 'mail' },
      ],
    };
    const own = EnqueueManyResult.parse(await (await limited('POST', '/jobs/batch', body)).json());
    const again = EnqueueResult.parse(await (await limited('POST', '/jobs', body.jobs[0])).json());
    const tooLong = await limited('POST', '/jobs', { ...keyed, queue: 'mine', unique_key: 'x'.repeat(500) });

    expect(own.jobs.map(({ created }) => created)).toEqual([true, true]);
    expect(again).toEqual({ id: own.jobs[0]?.id, created: false });
    expect(theirs.id).not.toBe(again.id);
    expect(await tooLong.json()).toMatchObject({ errors: [{ path: 'unique_key' }] });
    const slots = await api.sql`SELECT DISTINCT concurrency_key FROM orq.jobs`;
    expect(slots).toHaveLength(3);
  });

  it('changes in bulk what is of its queues, and so can whoever has these all follow it', async () => {
    const { api, app, limited } = await start(['mine', 'mail']);
    const [part, more] = await Promise.all(
      [['mine'], ['mine', 'mail', 'other']].map(async (queues) =>
        caller(app, (await makeKey(api, 'read', { queues })).headers),
      ),
    );

    const bulk = await idIn(await limited('POST', '/jobs/bulk', { action: 'cancel', filter: {} }));
    const statuses = await Promise.all(
      [limited, part, more].map(async (call) => (await call?.('GET', `/jobs/${bulk}`))?.status),
    );

    expect(statuses).toEqual([200, 404, 200]);
    const [job] = await api.sql`SELECT payload FROM orq.jobs`;
    expect(job).toEqual({ payload: { action: 'cancel', filter: {}, queues: ['mine', 'mail'] } });
  });

  it('reaches videos where it has their queue, and else cannot have jobs run on them either', async () => {
    const { api, app, limited } = await start(['mine', 'default'], 'enqueue');
    const without = caller(app, (await makeKey(api, 'enqueue', { queues: ['mine'] })).headers);
    const { videos } = await makeThings(api);
    const analysis = { type: 'cut_analysis', input: { video_asset_id: videos }, queue: 'mine' };

    expect((await limited('GET', `/videos/${videos}`)).status).toBe(200);
    expect((await limited('POST', '/jobs', analysis)).status).toBe(201);
    expect((await without('POST', '/jobs', analysis)).status).toBe(403);
  });
});
