import { connect as openSocket, type Socket } from 'node:net';
import { once } from 'node:events';
import type { TestApi } from './api.ts';

const BOUNDARY = 'test-boundary';
const multipart = `multipart/form-data; boundary=${BOUNDARY}`;

/** One part of a form as it goes over the wire. */
export const field = (name: string, value: string) =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

export const fileStart = (filename = 'video.mp4') =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: video/mp4\r\n\r\n`;

export const file = (content: string, filename?: string) => `${fileStart(filename)}${content}\r\n`;

export const end = `--${BOUNDARY}--\r\n`;

/** POST /upload with a body that is written out by hand. */
export function postRaw(
  api: TestApi,
  body: BodyInit,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${api.url}/upload`, {
    method: 'POST',
    headers: { 'content-type': multipart, ...headers },
    body,
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  });
}

export interface UploadForm {
  content?: string | Uint8Array<ArrayBuffer>;
  filename?: string;
  title?: string;
  titleFirst?: boolean;
  idempotencyKey?: string;
  clipCount?: number;
}

/** POST /upload as a form, by the runtime's own client. */
export function upload(api: TestApi, options: UploadForm = {}): Promise<Response> {
  const {
    content = 'a video',
    filename = 'video.mp4',
    title,
    titleFirst = false,
    idempotencyKey,
    clipCount,
  } = options;
  const form = new FormData();
  if (title !== undefined && titleFirst) form.append('title', title);
  form.append('file', new Blob([content], { type: 'video/mp4' }), filename);
  if (title !== undefined && !titleFirst) form.append('title', title);
  if (clipCount !== undefined) form.append('clip_count', String(clipCount));
  const headers = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
  return fetch(`${api.url}/upload`, { method: 'POST', body: form, headers });
}

/** A body of unknown length that is sent in chunks. */
export function chunked(...chunks: string[]): ReadableStream<Uint8Array> {
  const waiting = chunks.map((chunk) => new TextEncoder().encode(chunk));
  return new ReadableStream({
    pull(controller) {
      const next = waiting.shift();
      if (next) controller.enqueue(next);
      else controller.close();
    },
  });
}

/** A client that can stop half way. */
export interface RawUpload {
  socket: Socket;
  /** What the server has answered so far. */
  answer(): string;
  closed: Promise<void>;
}

/** Announces an upload of `contentLength` bytes, and sends the beginning of it. */
export async function beginUpload(
  port: number,
  beginning: string,
  contentLength: number,
): Promise<RawUpload> {
  const socket = openSocket(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(
    `POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${multipart}\r\nContent-Length: ${contentLength}\r\n\r\n${beginning}`,
  );
  // Not `once`, which rejects on an error: a connection that is reset has closed, too.
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { socket, answer: () => answer, closed };
}
