import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveFfmpeg } from '@orq/media';
import { renderSample } from '@orq/media/sample';
import { spawnProcess } from '@orq/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { binaries } from '../src/binaries.ts';
import { startBrowser } from '../src/browser.ts';
import { workers } from '../src/runtimes.ts';
import { type RunningApi, socketOf, startApi } from './support/api.ts';

const example = (path: string) => fileURLToPath(new URL(`../../../examples/${path}`, import.meta.url));
const build = (name: string) => execFileSync('pnpm', ['--silent', 'build'], { cwd: example(name) });

let folder: string;
let page: { origin: string; close(): void };
let api: RunningApi;
let video: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orq-examples-'));
  video = join(folder, 'sample.mp4');
  await renderSample(video, { ffmpeg: await resolveFfmpeg() });
  build('browser');
  page = await serveFolder(example('browser/public'));
  api = await startApi('Node', { CORS_ORIGINS: page.origin });
  await api.start(workers.Node).waitForOutput('"worker ready"');
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  page.close();
  await rm(folder, { recursive: true, force: true });
});

test('the script for Node saves the clips of a video', async () => {
  const clips = join(folder, 'clips');
  const env = { ORQ_URL: api.url, ORQ_TOKEN: api.token };

  const script = spawnProcess(example('node/src/clips.ts'), { args: [video, clips], env });

  expect(await script.exited).toEqual({ code: 0, signal: null });
  expect(script.output()).toMatch(/\d+ shots\n/);
  expect((await readdir(clips)).every((name) => /^\d+-\d+\.mp4$/.test(name))).toBe(true);
});

test('the page uploads a video and plays its clips', async () => {
  await using browser = await startBrowser();
  const tab = await browser.newPage();
  await tab.goto(page.origin);

  await tab.getByLabel('Api', { exact: true }).fill(api.url);
  await tab.getByLabel('Api key').fill(api.token);
  await tab.getByLabel('Video').setInputFiles(video);
  await tab.getByRole('button', { name: 'Upload' }).click();
  await tab.getByText(/^\d+ clips$/).waitFor({ timeout: 100_000 });

  const sources = await tab.locator('video').evaluateAll((all) => all.map((one) => one.getAttribute('src')));
  expect(sources.length).toBeGreaterThan(0);
  expect(sources.every((source) => source?.startsWith('blob:'))).toBe(true);
});

test('the Worker has the words of a text counted', async () => {
  build('cloudflare-worker');
  const args = ['serve', example('cloudflare-worker/workerd.capnp'), '--socket-addr=http=127.0.0.1:0'];
  const env = { ORQ_URL: api.url, ORQ_TOKEN: api.token };
  const worker = api.start({ program: binaries.workerd, args: [...args, '--control-fd=1'] }, env);
  const url = await socketOf(worker);

  const answer = await fetch(url, { method: 'POST', body: 'one two three' });
  const refused = await fetch(url, { method: 'POST', body: '' });

  expect(await answer.json()).toMatchObject({ words: 3 });
  expect(await refused.json()).toMatchObject({ error: expect.stringContaining('text') });
});

/** Serves the files of a folder, as any web server does. */
async function serveFolder(root: string): Promise<{ origin: string; close(): void }> {
  const types: Record<string, string> = { '/': 'text/html', '/main.js': 'text/javascript' };
  const server = createServer(({ url = '' }, response) => {
    const type = types[url];
    if (type === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': type });
    createReadStream(join(root, url === '/' ? 'index.html' : url)).pipe(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => void server.close().closeAllConnections(),
  };
}
