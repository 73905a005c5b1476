import { ClipList, defineJob, ProcessResult, type ScoreParts } from '@orq/contracts';
import { createWorker, defineHandler, type Worker } from '@orq/queue';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type TestApi } from './support/api.ts';
import { readProblem } from './support/problem.ts';
import { upload } from './support/upload.ts';

const UNKNOWN = '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69';
const parts: ScoreParts = { sharpness: 1, colourfulness: 0.5, exposure: 0.5, contrast: 0, motion: 0.25 };

const wordCount = defineJob({
  type: 'word_count',
  input: z.object({ text: z.string() }),
  output: z.object({ words: z.int() }),
});
const runWordCount = defineHandler(wordCount, async ({ input }) => ({ words: input.text.split(' ').length }));

async function uploaded(api: TestApi): Promise<{ video_asset_id: string; job_id: string }> {
  const response = await upload(api);
  expect(response.status).toBe(201);
  return (await response.json()) as { video_asset_id: string; job_id: string };
}

async function addClip(api: TestApi, ids: { video_asset_id: string; job_id: string }, startMs: number) {
  await api.sql`
    INSERT INTO orq.clips (id, video_asset_id, job_id, start_ms, end_ms, visual_score, score_parts)
    VALUES (${uuidv7()}, ${ids.video_asset_id}, ${ids.job_id}, ${startMs}, ${startMs + 1000}, 0.5,
      ${api.sql.json(parts)})`;
}

describe('a resource', () => {
  it('is sent again only once it has changed', async () => {
    const api = await startApi();
    const { job_id } = await uploaded(api);
    const get = (tag = '') => fetch(`${api.url}/jobs/${job_id}`, { headers: { 'if-none-match': tag } });

    const first = await get();
    const tag = first.headers.get('etag') ?? '';
    const known = await get(`"other", W/${tag}`);
    await api.deps.queue.cancel(job_id);
    const changed = await get(tag);

    expect(tag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect([known.status, await known.text(), known.headers.get('etag')]).toEqual([304, '', tag]);
    expect(await changed.json()).toMatchObject({ status: 'cancelled' });
    expect(changed.headers.get('etag')).not.toBe(tag);
  });
});

describe('GET /videos/{id}/clips', () => {
  it('lists the clips in the order of their start', async () => {
    const api = await startApi();
    const ids = await uploaded(api);
    const other = await uploaded(api);
    for (const startMs of [4000, 0, 9000]) await addClip(api, ids, startMs);
    await addClip(api, other, 1);

    const response = await fetch(`${api.url}/videos/${ids.video_asset_id}/clips`);

    expect(response.status).toBe(200);
    const { data } = ClipList.parse(await response.json());
    expect(data.map((clip) => clip.start_ms)).toEqual([0, 4000, 9000]);
    expect(data[0]).toMatchObject({ ...ids, id: expect.any(String), end_ms: 1000, score_parts: parts });
    expect(data[0]).toMatchObject({ video_asset_id: ids.video_asset_id, job_id: ids.job_id });
  });

  it('is empty for a video that was not analysed yet', async () => {
    const api = await startApi();
    const { video_asset_id } = await uploaded(api);

    const response = await fetch(`${api.url}/videos/${video_asset_id}/clips`);

    expect(await response.json()).toEqual({ data: [] });
  });
});

describe('an id', () => {
  it('that nothing has is not found', async () => {
    const api = await startApi();

    for (const path of [`jobs/${UNKNOWN}`, `videos/${UNKNOWN}`, `videos/${UNKNOWN}/clips`]) {
      const problem = await readProblem(await fetch(`${api.url}/${path}`));
      expect(problem.kind).toBe('not-found');
      expect(problem).toMatchObject({ instance: `/${path}`, detail: expect.stringContaining(UNKNOWN) });
    }
  });

  it('that is malformed is named as wrong', async () => {
    const api = await startApi();

    for (const id of [
      'abc',
      UNKNOWN.slice(1),
      `${UNKNOWN}'`,
      '%00',
      '%ff',
      "'%20OR%201=1--",
      'x'.repeat(5000),
    ]) {
      for (const path of [`jobs/${id}`, `videos/${id}`, `videos/${id}/clips`]) {
        const problem = await readProblem(await fetch(`${api.url}/${path}`));
        expect(problem.kind).toBe('validation');
        expect(problem.errors).toEqual([{ path: 'id', message: expect.stringContaining('UUID') }]);
      }
    }
  });
});

describe('POST /jobs/process', () => {
  it('is not there outside of development', async () => {
    const api = await startApi();

    expect(await readProblem(await fetch(`${api.url}/jobs/process`, { method: 'POST' }))).toMatchObject({
      kind: 'not-found',
    });
  });

  it('answers processed: false on an empty queue, and else the job that it ran', async () => {
    const workers: Worker[] = [];
    const api = await startApi({
      async processOne() {
        const [worker] = workers;
        if (!worker) throw new Error('The worker has not been made yet');
        return worker.processOne();
      },
    });
    const worker = createWorker({ sql: api.sql, handlers: [runWordCount] });
    workers.push(worker);
    const call = async () =>
      ProcessResult.parse(await (await fetch(`${api.url}/jobs/process`, { method: 'POST' })).json());

    const empty = await call();
    const { id } = await api.deps.queue.enqueue(wordCount, { text: 'three small words' });
    const ran = await call();
    await worker.stop();

    expect(empty).toEqual({ processed: false, message: 'No pending jobs in queue' });
    expect(ran).toMatchObject({ processed: true, job_id: id, job_type: 'word_count', status: 'completed' });
    expect(ran).toMatchObject({ result: { words: 3 }, error: null });
  });
});
