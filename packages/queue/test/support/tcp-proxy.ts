import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a client and the database, and does what networks do. */
export interface TcpProxy extends AsyncDisposable {
  /** The database's URL, by way of this proxy. */
  url: string;
  /** Ends all connections. New ones are welcome. */
  cut(): void;
  /** Ends all connections and refuses new ones. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  /** From now on every connection stands, and nothing comes through it. */
  freeze(): void;
  thaw(): void;
  /** As `freeze`, for good, and only for the connections that are there: new ones are as good as ever. */
  strand(): void;
}

interface Link {
  client: Socket;
  server: Socket;
}

export async function openTcpProxy(databaseUrl: string): Promise<TcpProxy> {
  const target = new URL(databaseUrl);
  const links = new Set<Link>();
  let frozen = false;

  const listener = createServer({ pauseOnConnect: true }, (client) => {
    const server = connect(Number(target.port), target.hostname);
    const link = { client, server };
    links.add(link);
    server.on('data', (answer) => void client.write(answer));
    client.on('data', (request) => void server.write(request));
    for (const end of [client, server]) {
      end.on('error', () => undefined);
      end.on('close', () => closeLink(link));
      if (!frozen) end.resume();
      else end.pause();
    }
  });
  await listen(0);
  const { port } = listener.address() as AddressInfo;

  async function listen(on: number): Promise<void> {
    listener.listen(on, '127.0.0.1');
    await once(listener, 'listening');
  }

  /** Not destroyed at once: the client would be told of a reset instead of an end. */
  function closeLink(link: Link): void {
    links.delete(link);
    link.server.destroy();
    link.client.resume();
    link.client.end();
  }

  function cut(): void {
    for (const link of links) closeLink(link);
  }

  function eachEnd(change: (end: Socket) => void): void {
    for (const { client, server } of links) for (const end of [client, server]) change(end);
  }

  async function refuse(): Promise<void> {
    const closed = once(listener, 'close');
    listener.close();
    cut();
    await closed;
  }

  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    cut,
    refuse,
    accept: () => listen(port),
    freeze() {
      frozen = true;
      eachEnd((end) => end.pause());
    },
    thaw() {
      frozen = false;
      eachEnd((end) => end.resume());
    },
    strand: () => eachEnd((end) => end.pause()),
    async [Symbol.asyncDispose]() {
      if (listener.listening) await refuse();
      else cut();
    },
  };
}
