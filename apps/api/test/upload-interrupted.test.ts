import { waitFor } from '@orq/testing';
import { describe, expect, it } from 'vitest';
import { startApi, type TestApi } from './support/api.ts';
import { beginUpload, fileStart, upload } from './support/upload.ts';

const HALF = fileStart() + 'x'.repeat(200_000);
const LENGTH = 1_000_000;

const storesFiles = (api: TestApi, count: number) =>
  waitFor(async () => (await api.storedFiles()).length === count, {
    describe: `storage holds ${count} files`,
  });

/** The rows that there are once storage holds no file any more. */
async function rowsOnceFilesAreGone(api: TestApi) {
  await storesFiles(api, 0);
  return api.countRows();
}

const NO_ROWS = { videos: 0, jobs: 0, keys: 0 };

describe('an upload that is interrupted', () => {
  it('by a client that hangs up half way leaves no file and no row', async () => {
    const api = await startApi();
    const client = await beginUpload(api.port, HALF, LENGTH);
    await storesFiles(api, 1);

    client.socket.destroy();

    expect(await rowsOnceFilesAreGone(api)).toEqual(NO_ROWS);
    expect((await upload(api)).status).toBe(201);
  });

  it('by a client that resets the connection leaves no file and no row', async () => {
    const api = await startApi();
    const client = await beginUpload(api.port, HALF, LENGTH);
    await storesFiles(api, 1);

    client.socket.resetAndDestroy();

    expect(await rowsOnceFilesAreGone(api)).toEqual(NO_ROWS);
  });

  it('by a client that sends no more is told so, and leaves no file and no row', async () => {
    const api = await startApi({ limits: { stallTimeoutMs: 200 } });

    const client = await beginUpload(api.port, HALF, LENGTH);

    await client.closed;
    expect(client.answer()).toMatch(/^HTTP\/1.1 408 /);
    expect(client.answer()).toContain('urn:orq:problem:upload-stalled');
    expect(await rowsOnceFilesAreGone(api)).toEqual(NO_ROWS);
  });

  it('by a client that sends a byte now and then is told so, too', async () => {
    const api = await startApi({ limits: { stallTimeoutMs: 300 } });
    const client = await beginUpload(api.port, HALF, LENGTH);

    const trickle = setInterval(() => client.socket.write('x'), 20);
    await client.closed.finally(() => clearInterval(trickle));

    expect(client.answer()).toContain('urn:orq:problem:upload-stalled');
    expect(await rowsOnceFilesAreGone(api)).toEqual(NO_ROWS);
  });

  it('by the limit is told so while the client still sends', async () => {
    const api = await startApi({ limits: { maxBytes: 300_000 } });
    const client = await beginUpload(api.port, HALF, 250_000);
    const oversized = await beginUpload(api.port, HALF, LENGTH);

    await waitFor(() => oversized.answer().includes('urn:orq:problem:upload-too-large'), {
      describe: () => `it was refused: ${oversized.answer()}`,
    });

    expect(oversized.answer()).toMatch(/^HTTP\/1.1 413 /);
    client.socket.destroy();
    expect(await rowsOnceFilesAreGone(api)).toEqual(NO_ROWS);
  });
});
