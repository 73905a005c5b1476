import { runApi } from './run-api.ts';
import { type Connection, endsWithin, type Listen, urlOf } from './server.ts';

/** What is used of Deno: its own types would take the place of Node's in all of this package. */
declare const Deno: {
  serve(
    options: { hostname: string; port: number; signal: AbortSignal; onListen(): void },
    handler: (request: Request, info: { remoteAddr: { hostname: string } }) => Response | Promise<Response>,
  ): { addr: { port: number }; shutdown(): Promise<void> };
};

/** Serves the app by Deno's own server. */
const listenOnDeno: Listen = async (app, hostname, port) => {
  const end = new AbortController();
  const options = { hostname, port, signal: end.signal, onListen: () => undefined };
  const server = Deno.serve(options, (request, { remoteAddr }) =>
    app.fetch(request, { remoteAddress: remoteAddr.hostname } satisfies Connection),
  );
  return {
    url: urlOf(hostname, server.addr.port),
    async drain(boundMs) {
      if (!(await endsWithin(boundMs, server.shutdown()))) end.abort();
    },
  };
};

runApi(listenOnDeno);
