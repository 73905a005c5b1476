import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health } from '@orq/contracts';

export interface HealthServer {
  port: number;
  close(): void;
}

/**
 * Answers `GET /healthz` with 200 while the worker is well and 503 while it is not, saying which check failed.
 *
 * @param port 0 takes any free one
 * @throws the listen error, such as EADDRINUSE
 */
export async function serveHealth(host: string, port: number, health: () => Health): Promise<HealthServer> {
  const server = createServer((request, response) => {
    if (request.url !== '/healthz') return void response.writeHead(404).end();
    const state = health();
    response.writeHead(state.status === 'ok' ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify(state));
  });
  await listening(server, host, port);
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
}
