import {
  maxHeaderSize,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Socket } from 'node:net';
import { RequestError } from '@hono/node-server';
import { problems } from '@orq/contracts';
import type { Logger } from '@orq/queue';
import { PROBLEM_JSON, problemBody, ProblemError } from '../problem.ts';
import { STANDARD_HEADERS } from '../standard-headers.ts';

/** How long a client that is refused may still send: a connection closed before that is reset, and its answer lost. In ms. */
const LINGER_MS = 1_000;

/** What Node says of a request that it cannot read. */
function toProblem(code: string | undefined): ProblemError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new ProblemError(
        'headers-too-large',
        `The address and the headers have at most ${maxHeaderSize} bytes together`,
      );
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new ProblemError('body-too-large', 'Send the chunks of the body without such extensions');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ProblemError('headers-stalled', 'The headers of the request stopped coming; send it again');
    default:
      return new ProblemError(
        'malformed-request',
        'This is no HTTP/1.1 that can be read; the connection is closed',
      );
  }
}

/** An answer as the app gives them, of a request that it never saw. */
function answerTo(problem: ProblemError, log: Logger, reason: string | undefined) {
  const request_id = crypto.randomUUID();
  const { status } = problems[problem.kind];
  log.info({ request_id, status, problem: problem.kind, reason }, 'request refused unread');
  const headers = {
    ...STANDARD_HEADERS,
    ...problem.headers,
    'content-type': PROBLEM_JSON,
    'x-request-id': request_id,
  };
  return { status, headers, body: JSON.stringify(problemBody(problem, { request_id })) };
}

/** Answers a request of which the adapter to the app could make none, since its address, or `Host`, is missing or none. */
export function unreadableRequest(error: unknown, log: Logger): Response {
  const isUnreadable = error instanceof RequestError;
  const problem = isUnreadable
    ? new ProblemError('malformed-request', 'The address of the request, or its Host, is missing or is none')
    : new ProblemError('internal', 'The request failed; tell us its request_id, the log has the reason');
  const { status, headers, body } = answerTo(problem, log, String(error));
  return new Response(body, { status, headers });
}

/**
 * Answers what Node would answer by a bare status, by a problem, and hangs up. Nothing is written where it would be taken for
 * the answer, or a part of the answer, to another request.
 */
export function answerUnreadable(server: Server, log: Logger): void {
  /** Of each connection: what came last, and what came before that. */
  const exchanges = new WeakMap<Socket, { last: ServerResponse; previous: ServerResponse | undefined }>();
  const refused = new WeakSet<Socket>();

  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    const { socket } = response.req;
    exchanges.set(socket, { last: response, previous: exchanges.get(socket)?.last });
  });

  /** Answers go out in the order of their requests: with one, all before it have gone. */
  const isAnswered = (response: ServerResponse | undefined) => response?.writableFinished ?? true;

  function isUnanswered(socket: Socket): boolean {
    const { last, previous } = exchanges.get(socket) ?? {};
    // Else it is the body of the last one that cannot be read.
    if (!last || last.req.complete) return isAnswered(last);
    return !last.headersSent && isAnswered(previous);
  }

  function refuse(socket: Socket, problem: ProblemError, reason: string | undefined): void {
    refused.add(socket);
    const { status, headers, body } = answerTo(problem, log, reason);
    const lines = Object.entries({
      ...headers,
      'content-length': Buffer.byteLength(body),
      date: new Date().toUTCString(),
      connection: 'close',
    }).map(([name, value]) => `${name}: ${value}`);
    socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n'));
  }

  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (refused.has(socket)) return;
    if (!socket.writable || error.code === 'ECONNRESET' || !isUnanswered(socket))
      return void socket.destroy();
    refuse(socket, toProblem(error.code), error.code);
    // Headers that came whole after their time would be a request.
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return socket.destroySoon();
    const end = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(end));
  });

  server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    if (!isUnanswered(socket)) return void socket.destroy();
    const detail = 'This is an api, and no proxy';
    refuse(socket, new ProblemError('method-not-allowed', detail, { headers: { allow: '' } }), 'CONNECT');
    socket.destroySoon();
  });
}
