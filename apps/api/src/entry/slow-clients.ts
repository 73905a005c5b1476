import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface SlowClientBounds {
  /** How long an answer may lie unread, in ms. */
  unreadMs: number;
  /** How long a client may go on sending once it is answered, in ms. */
  lateMs: number;
}

/** Ends the connections of clients that hold them without using them. */
export function endSlowClients(server: Server, { unreadMs, lateMs }: SlowClientBounds): void {
  // Of a connection on which nothing moves, in either direction.
  server.timeout = unreadMs;
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // With a listener, Node leaves it to that one: what waits for our own answer waits on.
    response.on('timeout', (socket: Socket) => {
      if (socket.writableLength > 0) socket.destroy();
    });
    response.once('finish', () => {
      if (request.complete) return;
      const late = setTimeout(() => request.destroy(), lateMs);
      request.once('close', () => clearTimeout(late));
    });
  });
}
