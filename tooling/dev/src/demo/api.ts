import { createReadStream } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { type JsonAnswer, Problem, type RouteContract, routes, type UploadResult } from '@orq/contracts';
import type { z } from 'zod';

const BOUNDARY = 'orq-demo-boundary-5b1d0c7e';

/** How long an answer may take, in ms. The body of an upload is not bounded. */
const ANSWER_MS = 30_000;

type JsonRoute = RouteContract & { success: JsonAnswer };

/** A call that did not succeed, in one line. */
class ApiError extends Error {
  override readonly name = 'ApiError';
}

const notRunning = (url: string, cause: unknown) =>
  new ApiError(`Nothing answers at ${url}: start the stack with pnpm dev`, { cause });

/** The body of an answer, as its route promises it. @throws {ApiError} with the problem's detail otherwise */
function parseAnswer<Route extends JsonRoute>(
  route: Route,
  url: string,
  status: number,
  body: string,
): z.output<Route['success']['body']> {
  const json = parseJson(body);
  if (status === route.success.status) {
    const answer = route.success.body.safeParse(json);
    if (answer.success) return answer.data as z.output<Route['success']['body']>;
  }
  const problem = Problem.safeParse(json);
  throw new ApiError(
    problem.success
      ? `${problem.data.title}: ${problem.data.detail}`
      : `What answers at ${url} is not orq's api (status ${status}); is PORT right?`,
  );
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

type Headers = Record<string, string>;

async function get<Route extends JsonRoute>(
  route: Route,
  url: string,
  id: string,
  headers: Headers,
  signal: AbortSignal,
) {
  const bound = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  let response: Response;
  try {
    response = await fetch(url + route.path.replace(':id', id), { headers, signal: bound });
  } catch (error) {
    signal.throwIfAborted();
    throw notRunning(url, error);
  }
  return parseAnswer(route, url, response.status, await response.text());
}

export interface UploadOptions {
  file: string;
  /** Its size in bytes. */
  bytes: number;
  title: string | undefined;
  signal: AbortSignal;
  /** Told how many bytes of the file have been sent so far. */
  onSent: (bytes: number) => void;
}

/** The form, piece by piece, and how long it is. */
function uploadForm({ file, bytes, title, onSent }: UploadOptions) {
  const filename = path.basename(file).replace(/["\r\n]/g, encodeURIComponent);
  const part = (disposition: string) => `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n`;
  const titlePart = title === undefined ? '' : `${part('name="title"')}\r\n${title}\r\n`;
  const head = Buffer.from(
    `${titlePart}${part(`name="file"; filename="${filename}"`)}Content-Type: application/octet-stream\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
  async function* pieces() {
    yield head;
    let sent = 0;
    for await (const chunk of createReadStream(file)) {
      yield chunk as Buffer;
      sent += (chunk as Buffer).length;
      onSent(sent);
    }
    yield tail;
  }
  return { body: Readable.from(pieces()), length: head.length + bytes + tail.length };
}

/** The calls that the demo makes. Each throws {@link ApiError} when it does not succeed. */
export function demoApi(url: string, signal: AbortSignal, apiKey?: string) {
  const keyed: Headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  return {
    /** Makes sure that orq answers there. */
    async greet(): Promise<void> {
      await get(routes.healthz, url, '', keyed, signal);
    },

    job: (id: string) => get(routes.getJob, url, id, keyed, signal),
    clips: (videoId: string) => get(routes.listVideoClips, url, videoId, keyed, signal),
    video: (id: string) => get(routes.getVideo, url, id, keyed, signal),

    /** Streams a file. By node:http, since fetch does not tell how far it has come. */
    async upload(options: UploadOptions): Promise<UploadResult> {
      const { body, length } = uploadForm(options);
      const { request } = url.startsWith('https:') ? https : http;
      const call = request(url + routes.upload.path, {
        method: 'POST',
        signal,
        headers: {
          ...keyed,
          'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
          'content-length': length,
        },
      });
      const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
        call.on('response', resolve).on('error', reject);
      });
      // What refuses an upload answers before it is sent; then the rest of it has nowhere to go.
      const sending = pipeline(body, call);
      sending.catch(() => undefined);
      try {
        const response = await answered;
        return parseAnswer(routes.upload, url, response.statusCode ?? 0, await text(response));
      } catch (error) {
        signal.throwIfAborted();
        throw error instanceof ApiError
          ? error
          : await sending.then(() => notRunning(url, error), uploadFailed(url));
      } finally {
        call.destroy();
      }
    },
  };
}

/** A file that cannot be read says so itself; all else is the connection. */
function uploadFailed(url: string): (error: unknown) => Error {
  return (error) =>
    error instanceof Error && 'path' in error
      ? error
      : new ApiError(
          `The upload to ${url} broke off: ${error instanceof Error ? error.message : String(error)}`,
        );
}
