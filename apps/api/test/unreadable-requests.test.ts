import { Hono } from 'hono';
import { expect, it, onTestFinished } from 'vitest';
import { jsonLog } from '../src/entry/json-log.ts';
import { listenOnNode } from '../src/entry/node-server.ts';
import type { ApiEnv } from '../src/api-env.ts';
import { head, sendRaw } from './support/attacks/raw.ts';

const BEGUN = new TextEncoder().encode('begun');
const app = new Hono<ApiEnv>()
  .get('/late', () => new Promise<Response>(() => undefined))
  .post('/answered', (c) => c.text('refused'))
  .post('/begun', (c) => c.body(new ReadableStream({ start: (controller) => controller.enqueue(BEGUN) })));

const CHUNKED = 'Transfer-Encoding: chunked';

it.each([
  ['one that is still worked on', head('GET /late') + 'no request\r\n\r\n', undefined],
  ['an answer that has begun', head('POST /begun', CHUNKED), 'no chunk\r\n'],
  ['one that is answered already', head('POST /answered', CHUNKED), 'no chunk\r\n'],
])('what cannot be read is not answered in the place of %s', async (_, bytes, drip) => {
  const server = await listenOnNode(app, '127.0.0.1', 0, jsonLog('silent'));
  onTestFinished(() => server.drain(0));

  const answer = await sendRaw(Number(new URL(server.url).port), bytes, drip);

  expect(answer).not.toContain('problem');
});
