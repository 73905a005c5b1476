import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { type Connection, endsWithin, type Listen, urlOf } from './server.ts';
import { endSlowClients } from './slow-clients.ts';

/** How often connections that have become idle are closed while the server drains, in ms. */
const IDLE_CHECK_MS = 50;

const TIMEOUTS = {
  headersTimeout: 10_000,
  // An upload may take hours; the app itself bounds how long nothing may come.
  requestTimeout: 0,
  /** How often connections are held against these, in ms. */
  connectionsCheckingInterval: 2_000,
};
const SLOW_CLIENTS = { unreadMs: 60_000, lateMs: 1_000 };

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

/** Serves the app over HTTP/1.1, by Node's own server. */
export const listenOnNode: Listen = async (app, host, port) => {
  const server = createAdaptorServer({
    fetch: (request, { incoming }) => {
      const { remoteAddress } = incoming.socket;
      return app.fetch(request, { remoteAddress } satisfies Connection);
    },
    serverOptions: TIMEOUTS,
  }) as Server;
  endSlowClients(server, SLOW_CLIENTS);
  continueWhenRead(server);
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const boundPort = typeof address === 'object' && address ? address.port : port;
  return { url: urlOf(host, boundPort), drain: (boundMs) => drain(server, boundMs) };
};

async function drain(server: Server, boundMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  await endsWithin(boundMs, closed);
  clearInterval(idle);
  server.closeAllConnections();
}
