import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { connect } from '@orq/db';
import { waitFor } from '@orq/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { filesBelow } from './support/api.ts';
import {
  forkApi,
  ownSettings,
  residentBytes,
  spawnApi,
  startApiProcess,
  uploadBytes,
} from './support/api-process.ts';
import { beginUpload, end, file, fileStart } from './support/upload.ts';

const MB = 1_000_000;

describe('the api process', () => {
  it('names every setting that is wrong, in a line each', async () => {
    const api = spawnApi({ DATABASE_URL: undefined, PORT: '70000', MAX_UPLOAD_BYTES: '5GB' });

    const { code } = await api.exited;

    expect(code).toBe(1);
    expect(api.output().trim().split('\n')).toEqual([
      expect.stringMatching(/^DATABASE_URL is not set/),
      expect.stringMatching(/^PORT takes .*"70000"/),
      expect.stringMatching(/^MAX_UPLOAD_BYTES takes .*"5GB"/),
    ]);
  });

  it('says in one line that its port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';

    const api = spawnApi({ DATABASE_URL: 'postgres://127.0.0.1:1/none', PORT: port });

    expect(await api.exited).toMatchObject({ code: 1 });
    expect(api.output()).toMatch(new RegExp(`^PORT ${port} is in use [^\n]*\n$`));
  });

  it('lets a running upload end when it is told to stop, and takes no new request', async () => {
    const { env, folder } = await ownSettings();
    const api = await startApiProcess(env);
    const body = file('a video') + end;
    const client = await beginUpload(Number(new URL(api.url).port), body.slice(0, -20), body.length);
    await waitFor(async () => (await filesBelow(folder)).length > 0, { describe: 'the upload has begun' });

    process.kill(api.pid, 'SIGTERM');
    await api.waitForOutput('"api stopping"');
    const refused = await fetch(`${api.url}/healthz`).catch((error: unknown) => error);
    client.socket.write(body.slice(-20));

    expect(await api.exited).toEqual({ code: 0, signal: null });
    expect(refused).toBeInstanceOf(TypeError);
    expect(client.answer()).toMatch(/^HTTP\/1.1 201 /);
    expect(api.output()).toContain('"api stopped"');
  });

  it('ends when the process that started it is gone', async () => {
    const { env } = await ownSettings();
    const child = forkApi(env);
    await once(child.stdout ?? child, 'data');

    child.disconnect();

    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('leaves no trace of an upload in which it was killed, once that is an hour old', async () => {
    const { env, folder } = await ownSettings();
    const killed = await startApiProcess(env);
    const beginning = fileStart() + 'x'.repeat(MB);
    await beginUpload(Number(new URL(killed.url).port), beginning, 5 * MB);
    await waitFor(async () => (await filesBelow(folder)).length === 1, { describe: 'the upload has begun' });
    await killed.kill('SIGKILL');
    const orphan = join(folder, 'objects', 'videos', 'orphan');
    await mkdir(join(folder, 'objects', 'videos'), { recursive: true });
    await writeFile(orphan, 'stored, but never recorded');
    const young = join(folder, 'objects', 'videos', 'young');
    await writeFile(young, 'stored, and to be recorded now');
    const anHourAgo = new Date(Date.now() - 3_700_000);
    for (const left of await filesBelow(folder)) if (left !== young) await utimes(left, anHourAgo, anHourAgo);
    const sql = connect(env['DATABASE_URL'] ?? '');
    onTestFinished(() => sql.end());

    const next = await startApiProcess(env);

    await next.waitForOutput('nothing needs any more');
    expect(await filesBelow(folder)).toEqual([young]);
    expect(await sql`SELECT 1 FROM orq.video_assets`).toEqual([]);
  });

  it('needs no more memory for a large upload than for a small one', async () => {
    const { env } = await ownSettings();
    const api = await startApiProcess(env);
    await uploadBytes(api.url, 20 * MB);
    const before = await residentBytes(api.pid);
    let most = 0;

    const uploading = uploadBytes(api.url, 400 * MB);
    let ended = false;
    void uploading.finally(() => (ended = true));
    await waitFor(
      async () => {
        most = Math.max(most, await residentBytes(api.pid));
        return ended;
      },
      { describe: 'the upload has ended', timeoutMs: 60_000 },
    );

    expect(await uploading).toBe(201);
    expect((most - before) / MB).toBeLessThan(100);
  });
});
