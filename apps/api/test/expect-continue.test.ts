import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startApi, type TestApi } from './support/api.ts';
import { end, file } from './support/upload.ts';

/** Sends a body only once it is asked for, as curl does with large files. */
function uploadWhenAsked(
  api: TestApi,
  body: string,
): Promise<{ status: number | undefined; asked: boolean }> {
  return new Promise((resolve, reject) => {
    let asked = false;
    const client = request(`${api.url}/upload`, {
      method: 'POST',
      headers: {
        expect: '100-continue',
        'content-type': 'multipart/form-data; boundary=test-boundary',
        'content-length': Buffer.byteLength(body),
      },
    });
    client.on('continue', () => {
      asked = true;
      client.end(body);
    });
    client.on('response', (response) => {
      response.resume();
      resolve({ status: response.statusCode, asked });
      if (!asked) client.destroy();
    });
    client.on('error', reject);
    client.flushHeaders();
  });
}

describe('a client that waits for 100 Continue', () => {
  it('is asked for an upload that may come', async () => {
    const api = await startApi();

    expect(await uploadWhenAsked(api, file('a video') + end)).toEqual({ status: 201, asked: true });
  });

  it('is refused an upload that is too large before it sends any of it', async () => {
    const api = await startApi({ limits: { maxBytes: 1_000 } });

    expect(await uploadWhenAsked(api, file('x'.repeat(2_000)) + end)).toEqual({ status: 413, asked: false });
  });
});
