import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { promisify } from 'node:util';
import { createAdaptorServer } from '@hono/node-server';
import { waitFor } from '@orq/testing';
import { Hono } from 'hono';
import { describe, expect, it, onTestFinished } from 'vitest';
import { endSlowClients } from '../src/entry/slow-clients.ts';

const chunk = new Uint8Array(1024 * 1024);
const app = new Hono()
  .get('/endless', (c) => c.body(new ReadableStream({ pull: (controller) => controller.enqueue(chunk) })))
  .get('/late', async (c) => {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return c.text('late, and whole');
  })
  .all('/', (c) => c.text('here'));

async function start(bounds: { unreadMs: number; lateMs: number }) {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  endSlowClients(server, bounds);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}`, port };
}

/** Sends the head of a request, and reads nothing of what comes. */
async function ask(port: number, ...lines: string[]) {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write([...lines, 'Host: localhost', '', ''].join('\r\n'));
  return socket;
}

const connections = (server: Server) => promisify(server.getConnections.bind(server))();

describe('a client', () => {
  it('that does not read its answer is hung up on, and one that waits for it is not', async () => {
    const { server, url, port } = await start({ unreadMs: 300, lateMs: 60_000 });
    await ask(port, 'GET /endless HTTP/1.1');

    const late = await fetch(`${url}/late`, { headers: { connection: 'close' } });

    expect(await late.text()).toBe('late, and whole');
    await waitFor(async () => (await connections(server)) === 0, { describe: 'it is hung up on' });
  });

  it.each(['GET', 'POST', 'HEAD'])(
    'that goes on sending once it is answered is hung up on: %s',
    async (method) => {
      const { server, port } = await start({ unreadMs: 60_000, lateMs: 100 });
      const socket = await ask(port, `${method} / HTTP/1.1`, 'Transfer-Encoding: chunked');
      const sending = setInterval(() => socket.write('1\r\na\r\n'), 20);
      onTestFinished(() => clearInterval(sending));

      const [answer] = await once(socket, 'data');

      expect(String(answer)).toMatch(/^HTTP\/1\.1 200/);
      await waitFor(async () => (await connections(server)) === 0, { describe: 'it is hung up on' });
    },
  );
});
