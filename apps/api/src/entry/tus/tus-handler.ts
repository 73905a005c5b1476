import { Server } from '@tus/server';
import { v7 as uuidv7 } from 'uuid';
import { ProblemError, type ProblemOptions } from '../../problem.ts';
import type { BodyLimits } from '../../request/body.ts';
import { TUS_PATH } from '../../routes/tus.ts';
import { toAnnounced } from './announce.ts';
import type { Finish, TusDeps } from './finish.ts';
import { UploadLocker } from './locker.ts';
import { patientBody } from './patient-body.ts';
import { UploadStore } from './upload-store.ts';

interface TusOptions {
  limits: BodyLimits;
  corsOrigins: readonly string[];
}

/** What tus has to say, as a problem. */
function toProblem(status: number, text: string, limits: BodyLimits, options: ProblemOptions): ProblemError {
  switch (status) {
    case 404:
    case 410:
      return new ProblemError(
        'not-found',
        'There is no such upload, or it has expired: begin it again',
        options,
      );
    case 409:
      return new ProblemError(
        'upload-conflict',
        'Upload-Offset is not where it stands: ask by HEAD',
        options,
      );
    case 412:
      return new ProblemError(
        'tus-version-unsupported',
        'This speaks tus: send Tus-Resumable: 1.0.0',
        options,
      );
    case 413:
      return new ProblemError(
        'upload-too-large',
        `An upload has at most ${limits.maxBytes} bytes (MAX_UPLOAD_BYTES), and no more than Upload-Length`,
        options,
      );
    case 500:
      return new ProblemError('unavailable', 'Another request sends this upload; try again', {
        headers: { ...options.headers, 'retry-after': '5' },
      });
    default:
      if (text.includes('tus-resumable')) return toProblem(412, text, limits, options);
      return new ProblemError('malformed-request', text.trim(), options);
  }
}

/** Answers requests of tus 1.0.0. @param finish makes the video of an upload all of which has come */
export function createTusHandler(
  deps: TusDeps,
  finish: Finish,
  { limits, corsOrigins }: TusOptions,
): (request: Request) => Promise<Response> {
  const failures = new WeakMap<Request, unknown>();
  const server = new Server({
    path: TUS_PATH,
    datastore: new UploadStore(deps, finish),
    locker: new UploadLocker(),
    relativeLocation: true,
    maxSize: limits.maxBytes,
    allowedOrigins: [...corsOrigins],
    namingFunction: () => uuidv7(),
    onUploadCreate: async (_request, upload) => {
      toAnnounced(upload);
      return {};
    },
    onUploadFinish: async (_request, { id }) => {
      await finish(id);
      return {};
    },
    onResponseError: (request, error) => {
      if (error instanceof Error) failures.set(request, error);
      return undefined;
    },
  });

  return async (incoming) => {
    const { url, method, headers, body } = incoming;
    const sends = body && (method === 'PATCH' || method === 'POST');
    // Unknown to TypeScript's RequestInit: without it, a request takes no stream.
    const streaming = sends && { body: patientBody(incoming, limits), duplex: 'half' };
    const request = new Request(url, { method, headers, ...streaming });
    const response = await server.handleWeb(request);
    if (response.status < 400) return response;
    const text = await response.text();
    const failure = failures.get(request);
    // Errors of tus itself have a status of their own.
    if (failure !== undefined && !(failure instanceof Error && 'status_code' in failure)) throw failure;
    throw toProblem(response.status, text, limits, {
      headers: { 'tus-resumable': '1.0.0', 'tus-version': '1.0.0' },
    });
  };
}
