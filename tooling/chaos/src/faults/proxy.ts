import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What stops coming through: everything, or only the server's answers. */
type Held = 'all' | 'answers';

/** Stands between one worker and the server, and does what networks do. */
export interface Proxy {
  port: number;
  /** Ends the connections that there are. New ones are welcome. */
  cut(): void;
  /** Connections stand, old and new, and nothing that is held comes through. Holds add up. @returns what ends this one */
  hold(held: Held): () => void;
  /**
   * From now on nothing comes through the connections that there are, though they stand. New ones are welcome. Each side is
   * told after a while, as its system would find out.
   */
  strand(notice: StrandedNotice): void;
  close(): Promise<void>;
}

interface StrandedNotice {
  /** In ms. */
  serverMs: number;
  clientMs: number;
}

interface Link {
  client: Socket;
  server: Socket;
  stranded: boolean;
}

/** Listens on a free port of 127.0.0.1. A server that is not there ends the connection, as a refusal would. */
export async function openProxy(targetPort: number): Promise<Proxy> {
  const links = new Set<Link>();
  const holds = { requests: 0, answers: 0 };

  const listener = createServer({ pauseOnConnect: true }, (client) => {
    const server = connect(targetPort, '127.0.0.1');
    const link = { client, server, stranded: false };
    links.add(link);
    server.on('data', (answer) => void client.write(answer));
    client.on('data', (request) => void server.write(request));
    for (const end of [client, server]) {
      end.setNoDelay(true);
      end.on('error', () => undefined);
      end.on('close', () => {
        if (!link.stranded || end === client) closeLink(link);
      });
    }
    flow(link);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('The system gave no TCP port.');

  function flow({ client, server, stranded }: Link): void {
    if (stranded || holds.requests > 0) client.pause();
    else client.resume();
    if (stranded || holds.answers > 0) server.pause();
    else server.resume();
  }

  function closeLink(link: Link): void {
    links.delete(link);
    link.client.destroy();
    link.server.destroy();
  }

  function change(held: Held, by: 1 | -1): void {
    holds.answers += by;
    if (held === 'all') holds.requests += by;
    for (const link of links) flow(link);
  }

  function strandOne(link: Link, { serverMs, clientMs }: StrandedNotice): void {
    link.stranded = true;
    flow(link);
    setTimeout(() => link.server.destroy(), serverMs).unref();
    setTimeout(() => link.client.destroy(), clientMs).unref();
  }

  const closeAll = (): void => links.forEach(closeLink);
  return {
    port: address.port,
    cut: () => links.forEach((link) => link.stranded || closeLink(link)),
    strand: (notice) => links.forEach((link) => link.stranded || strandOne(link, notice)),
    hold(held) {
      change(held, 1);
      return () => change(held, -1);
    },
    async close() {
      const closed = once(listener, 'close');
      listener.close();
      closeAll();
      await closed;
    },
  };
}
