import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import type { Api } from '../mount.ts';

/** How often connections that have become idle are closed while the server drains, in ms. */
const IDLE_CHECK_MS = 50;

/** The words for a port that cannot be used. */
function listenError(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return new Error(
        `PORT ${port} is in use already on ${host}: set PORT to another one, or to 0 for any free one`,
      );
    case 'EACCES':
      return new Error(`PORT ${port} is not allowed to this user: set PORT to one above 1023`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Error(
        `HOST ${host} is no address of this machine: set HOST to 127.0.0.1, or to 0.0.0.0 for all`,
      );
    default:
      return error;
  }
}

/**
 * Asks the client for the body only once the app reads it: an upload that is refused by its headers is never sent.
 */
function continueWhenRead(server: Server) {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    request.once('resume', () => {
      if (!response.headersSent) response.writeContinue();
    });
    server.emit('request', request, response);
  });
}

/**
 * Serves the app over HTTP/1.1.
 *
 * @param port 0 takes any free one
 * @throws {Error} one line that names PORT or HOST, when it cannot listen there
 */
export async function listen(app: Api, host: string, port: number): Promise<{ server: Server; url: string }> {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  // An upload may take hours; the app itself bounds how long nothing may come.
  server.requestTimeout = 0;
  continueWhenRead(server);
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw listenError(error, host, port);
  }
  const address = server.address();
  const boundPort = typeof address === 'object' && address ? address.port : port;
  return { server, url: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}` };
}

/** Takes no new connection, lets running requests end, and after `boundMs` ends those that have not. */
export async function drain(server: Server, boundMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const bound = new AbortController();
  await Promise.race([closed, sleep(boundMs, undefined, { signal: bound.signal }).catch(() => undefined)]);
  bound.abort();
  clearInterval(idle);
  server.closeAllConnections();
}
