import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { ClipResource, type JobStatus, renderClip, VideoResource } from '@orq/contracts';
import { clipKeys, sheetKeys } from '@orq/db';
import { DiskStore } from '@orq/storage/disk';
import { waitFor } from '@orq/testing';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { startApi, temporaryFolder, type TestApi } from './support/api.ts';
import { readProblem } from './support/problem.ts';
import { upload } from './support/upload.ts';

const CONTENT = 'The quick brown fox jumps over the lazy dog';
const parts = { sharpness: 1, colourfulness: 0.5, exposure: 0.5, contrast: 0, motion: 0.25 };

async function* bytesOf(content: string | Uint8Array) {
  yield typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

async function store(api: TestApi, key: string, content: string | Uint8Array) {
  return { key, ...(await api.deps.storage.put(key, bytesOf(content))) };
}

async function uploadedId(api: TestApi): Promise<string> {
  return ((await (await upload(api)).json()) as { video_asset_id: string }).video_asset_id;
}

/** A clip whose render is due. @returns its path, and the id of the job that is to render it */
async function addClip(api: TestApi) {
  const clipId = uuidv7();
  const videoId = await uploadedId(api);
  const { id: jobId } = await api.deps.queue.enqueue(renderClip, { clip_id: clipId });
  await api.sql`
    INSERT INTO orq.clips (id, video_asset_id, job_id, start_ms, end_ms, poster_ms, visual_score, score_parts, render_job_id)
    VALUES (${clipId}, ${videoId}, ${uuidv7()}, 0, 1000, 400, 0.5, ${api.sql.json(parts)}, ${jobId})`;
  return { clipId, jobId, path: `/clips/${clipId}` };
}

/** A clip whose render is there. @returns its address, and that of its media */
async function addRenderedClip(api: TestApi, content: string | Uint8Array = CONTENT) {
  const { clipId, path } = await addClip(api);
  const keys = clipKeys(clipId, uuidv7());
  const media = await store(api, keys.media, content);
  const poster = await store(api, keys.poster, 'a poster');
  await api.sql`
    UPDATE orq.clips SET media = ${api.sql.json(media)}, poster = ${api.sql.json(poster)} WHERE id = ${clipId}`;
  return { url: api.url + path, media: `${api.url + path}/media`, etag: `"${media.sha256}"` };
}

const read = (url: string, headers: Record<string, string> = {}) => fetch(url, { headers });

describe('the media of a clip', () => {
  it('is given whole, with what a player needs to know', async () => {
    const api = await startApi();
    const { url, media, etag } = await addRenderedClip(api);

    const response = await read(media);

    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      'content-length': String(CONTENT.length),
      'content-type': 'video/mp4',
      etag,
    });
    expect(await response.text()).toBe(CONTENT);
    const clip = ClipResource.parse(await (await read(url)).json());
    expect(clip).toMatchObject({ poster_ms: 400, render: { status: 'pending' } });
    expect([api.url + clip.media_url, api.url + clip.poster_url]).toEqual([media, `${url}/poster`]);
    const poster = await read(`${url}/poster`);
    expect([poster.headers.get('content-type'), await poster.text()]).toEqual(['image/jpeg', 'a poster']);
  });

  it('is given in the range that is asked for', async () => {
    const api = await startApi();
    const { media } = await addRenderedClip(api);

    for (const [range, expected, content] of [
      ['bytes=0-8', '0-8', 'The quick'],
      ['bytes=4-', '4-42', CONTENT.slice(4)],
      ['bytes=-3', '40-42', 'dog'],
      ['bytes=-999', '0-42', CONTENT],
      ['bytes=40-999999999999999999999', '40-42', 'dog'],
      ['BYTES=42-42', '42-42', 'g'],
    ] as const) {
      const response = await read(media, { range });
      expect([response.status, await response.text()], range).toEqual([206, content]);
      expect(response.headers.get('content-range')).toBe(`bytes ${expected}/43`);
      expect(response.headers.get('content-length')).toBe(String(content.length));
    }
  });

  it('is given whole where the range makes no sense, or names several', async () => {
    const api = await startApi();
    const { media } = await addRenderedClip(api);

    for (const range of ['bytes=8-4', 'bytes=a-b', 'bytes=-', 'bytes', 'lines=1-2', 'bytes=0-1,4-5', '']) {
      const response = await read(media, { range });
      expect([response.status, await response.text()], range).toEqual([200, CONTENT]);
    }
  });

  it('has no range that begins beyond its end', async () => {
    const api = await startApi();
    const { media } = await addRenderedClip(api);

    for (const range of ['bytes=43-', 'bytes=99-100', 'bytes=-0']) {
      const response = await read(media, { range });
      expect(response.headers.get('content-range')).toBe('bytes */43');
      expect(await readProblem(response)).toMatchObject({ kind: 'range-not-satisfiable', status: 416 });
    }
  });

  it('is given in a range only where it still is the file that If-Range names', async () => {
    const api = await startApi();
    const { media, etag } = await addRenderedClip(api);
    const range = 'bytes=0-2';

    const statuses = [];
    for (const ifRange of [etag, '"another"', `W/${etag}`, 'Wed, 21 Oct 2026 07:28:00 GMT']) {
      statuses.push((await read(media, { range, 'if-range': ifRange })).status);
    }

    expect(statuses).toEqual([206, 200, 200, 200]);
  });

  it('is not given again to whom has it', async () => {
    const api = await startApi();
    const { media, etag } = await addRenderedClip(api);

    const known = await read(media, { 'if-none-match': `"another", W/${etag}` });
    const changed = await read(media, { 'if-none-match': '"another"' });

    expect([known.status, await known.text(), known.headers.get('etag')]).toEqual([304, '', etag]);
    expect(changed.status).toBe(200);
  });

  it('is told of by HEAD, without a byte of it', async () => {
    const api = await startApi();
    const { media } = await addRenderedClip(api);
    const { port, pathname } = new URL(media);
    const socket = connect(Number(port), '127.0.0.1');

    socket.write(
      `HEAD ${pathname} HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-1\r\nConnection: close\r\n\r\n`,
    );
    const [head = '', body] = (await text(socket)).split('\r\n\r\n');

    expect(head).toMatch(/^HTTP\/1.1 200 /);
    expect(head).toMatch(/^content-length: 43$/im);
    expect(head).toMatch(/^accept-ranges: bytes$/im);
    expect(body).toBe('');
  });

  it('streams at the pace of the client, and is let go of when the client leaves', async () => {
    const open = { read: 0, cancelled: 0 };
    class WatchedStore extends DiskStore {
      override async get(...call: Parameters<DiskStore['get']>) {
        const body = await super.get(...call);
        const reader = body.stream.getReader();
        const stream = new ReadableStream<Uint8Array>(
          {
            async pull(controller) {
              const { value, done } = await reader.read();
              if (done) return controller.close();
              open.read += value.length;
              controller.enqueue(value);
            },
            cancel(reason) {
              open.cancelled += 1;
              return reader.cancel(reason);
            },
          },
          { highWaterMark: 0 },
        );
        return { ...body, stream };
      }
    }
    const api = await startApi({ storage: new WatchedStore(await temporaryFolder()) });
    const size = 64_000_000;
    const { media } = await addRenderedClip(api, new Uint8Array(size));
    const { port, pathname } = new URL(media);
    const socket = connect(Number(port), '127.0.0.1');

    socket.write(`GET ${pathname} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await once(socket, 'data');
    socket.pause();
    socket.destroy();
    await waitFor(() => open.cancelled === 1, { describe: 'the object is let go of' });

    expect(open.read).toBeLessThan(size);
  });

  it('that is gone from storage is a problem, and no broken answer', async () => {
    const api = await startApi();
    const { media } = await addRenderedClip(api);
    for await (const { key } of api.deps.storage.list('clips/')) await api.deps.storage.delete(key);

    expect(await readProblem(await read(media))).toMatchObject({
      kind: 'not-found',
      detail: expect.stringContaining('no longer in storage'),
    });
  });
});

describe('what is not rendered', () => {
  it.each<[JobStatus, string | null]>([
    ['pending', '2'],
    ['cancelled', null],
  ])('says that its job is %s', async (status, retryAfter) => {
    const api = await startApi();
    const { jobId, path } = await addClip(api);
    if (status === 'cancelled') await api.deps.queue.cancel(jobId);

    for (const file of ['media', 'poster']) {
      const response = await read(`${api.url}${path}/${file}`);
      expect(response.headers.get('retry-after')).toBe(retryAfter);
      const problem = await readProblem(response);
      expect(problem).toMatchObject({ kind: 'not-rendered', render: { job_id: jobId, status } });
      expect(problem.detail).toContain(`/jobs/${jobId}`);
    }
    const clip = ClipResource.parse(await (await read(api.url + path)).json());
    expect(clip).toMatchObject({ media_url: null, poster_url: null, render: { job_id: jobId, status } });
  });

  it('is told apart from what there is not', async () => {
    const api = await startApi();
    const videoId = await uploadedId(api);

    for (const sheet of ['contact-sheet', 'storyboard']) {
      const early = await readProblem(await read(`${api.url}/videos/${videoId}/${sheet}`));
      const unknown = await readProblem(await read(`${api.url}/videos/${uuidv7()}/${sheet}`));
      expect([early.kind, early.render, unknown.kind]).toEqual(['not-rendered', undefined, 'not-found']);
    }
    for (const path of ['', '/media', '/poster']) {
      expect((await readProblem(await read(`${api.url}/clips/${uuidv7()}${path}`))).kind).toBe('not-found');
      expect((await readProblem(await read(`${api.url}/clips/no-id${path}`))).kind).toBe('validation');
    }
  });
});

describe('the sheets of a video', () => {
  it('are described with the video, and given as JPEG', async () => {
    const api = await startApi();
    const id = await uploadedId(api);
    const keys = sheetKeys(id, uuidv7());
    const grid = { columns: 2, rows: 2, cell_width: 160, cell_height: 48, gap: 4 };
    const layout = { width: 332, height: 108, ...grid, frames_ms: [0, 1000, 2000, 3000], total: 4 };
    const contact = { ...(await store(api, keys.contactSheet, 'contact')), layout };
    const story = { ...(await store(api, keys.storyboard, 'story')), layout };
    await api.sql`
      UPDATE orq.video_assets SET contact_sheet = ${api.sql.json(contact)}, storyboard = ${api.sql.json(story)}`;

    const video = VideoResource.parse(await (await read(`${api.url}/videos/${id}`)).json());

    expect(video.contact_sheet).toEqual({ url: `/videos/${id}/contact-sheet`, ...layout });
    const sheets = [];
    for (const url of [video.contact_sheet?.url, video.storyboard?.url]) {
      const sheet = await read(`${api.url}${url}`);
      sheets.push([sheet.headers.get('content-type'), await sheet.text()]);
    }
    expect(sheets).toEqual([
      ['image/jpeg', 'contact'],
      ['image/jpeg', 'story'],
    ]);
  });
});
