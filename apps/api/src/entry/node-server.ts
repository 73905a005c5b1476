import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { getRequestListener, type Http2Bindings, type HttpBindings } from '@hono/node-server';
import { type Connection, endsWithin, type Listen, urlOf } from './server.ts';
import { endSlowClients } from './slow-clients.ts';
import { answerUnreadable, unreadableRequest } from './unreadable-requests.ts';

/** How often connections that have become idle are closed while the server drains, in ms. */
const IDLE_CHECK_MS = 50;

const SERVER_OPTIONS = {
  headersTimeout: 10_000,
  // An upload may take hours; the app itself bounds how long nothing may come.
  requestTimeout: 0,
  /** How often connections are held against these, in ms. */
  connectionsCheckingInterval: 2_000,
  // What has none is refused all the same, by a problem.
  requireHostHeader: false,
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

/** Passes over what else a client expects, as a server may (RFC 9110, section 10.1.1); Node's answer to it would be bare. */
function expectNothing(server: Server) {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

/** Serves the app over HTTP/1.1, by Node's own server. */
export const listenOnNode: Listen = async (app, host, port, log) => {
  const fetch = (request: Request, { incoming }: HttpBindings | Http2Bindings) => {
    const { remoteAddress } = incoming.socket;
    return app.fetch(request, { remoteAddress } satisfies Connection);
  };
  const listener = getRequestListener(fetch, { errorHandler: (error) => unreadableRequest(error, log) });
  const server = createServer(SERVER_OPTIONS, (incoming, outgoing) => void listener(incoming, outgoing));
  endSlowClients(server, SLOW_CLIENTS);
  continueWhenRead(server);
  expectNothing(server);
  answerUnreadable(server, log);
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
