import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Stands between the api and its database, and can go away and come back as a server does. */
export interface DatabaseProxy {
  url: string;
  /** Breaks every connection and refuses new ones. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** Passes nothing on any more, and breaks nothing either. */
  freeze(): void;
  /** Passes the next statement that has this text on, and breaks the connection before its answer comes back. */
  loseAnswerTo(text: string): void;
}

export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let frozen = false;
  let losing: string | undefined;
  let server: Server | undefined;

  function pass(from: Socket, to: Socket) {
    sockets.add(from);
    from.on('data', (bytes) => {
      if (!frozen) to.write(bytes);
    });
    from.on('error', () => undefined).on('close', () => to.destroy());
  }

  async function open(port: number): Promise<number> {
    server = createServer((client) => {
      const upstream = connect(Number(target.port), target.hostname);
      client.on('data', (bytes) => {
        if (losing === undefined || !bytes.includes(losing)) return;
        losing = undefined;
        upstream.removeAllListeners('data').once('data', () => client.destroy());
      });
      pass(client, upstream);
      pass(upstream, client);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  async function close() {
    server?.close();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  }

  const port = await open(0);
  onTestFinished(close);
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    goAway: close,
    comeBack: async () => void (await open(port)),
    freeze: () => void (frozen = true),
    loseAnswerTo: (text) => void (losing = text),
  };
}
