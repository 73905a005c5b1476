import { runApi } from './run-api.ts';
import { type Connection, endsWithin, type Listen, urlOf } from './server.ts';

/** What is used of Bun: its own types would take the place of Node's in all of this package. */
declare const Bun: {
  serve(options: {
    fetch: (request: Request, server: BunServer) => Response | Promise<Response>;
    hostname: string;
    port: number;
    /** In seconds; 0: none. */
    idleTimeout: number;
    maxRequestBodySize: number;
  }): BunServer;
};

interface BunServer {
  port: number;
  requestIP(request: Request): { address: string } | null;
  stop(closeActiveConnections?: boolean): Promise<void>;
}

/** Serves the app by Bun's own server. The app itself bounds how large a body is, and how long nothing may come of it. */
const listenOnBun: Listen = async (app, hostname, port) => {
  const server = Bun.serve({
    fetch: (request, bun) => {
      const remoteAddress = bun.requestIP(request)?.address;
      return app.fetch(request, { remoteAddress } satisfies Connection);
    },
    hostname,
    port,
    idleTimeout: 0,
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
  });
  return {
    url: urlOf(hostname, server.port),
    async drain(boundMs) {
      if (!(await endsWithin(boundMs, server.stop()))) await server.stop(true);
    },
  };
};

runApi(listenOnBun);
