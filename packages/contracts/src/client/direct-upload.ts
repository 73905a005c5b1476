import { CreatedUpload, MAX_DIRECT_UPLOAD_BYTES } from '../resources/direct-upload.ts';
import { UploadResult } from '../resources/upload.ts';
import { routes } from '../routes/index.ts';
import { problemOf, readJson } from './answer.ts';
import type { MutationOptions } from './call-types.ts';
import { NetworkError, ProblemError } from './errors.ts';
import { retrying } from './retry.ts';
import { within } from './time.ts';
import { type Fetch, nameOf, type Transport } from './transport.ts';

interface DirectUpload extends MutationOptions {
  title: string | undefined;
  filename: string;
  /** Sends the file. */
  fetch: Fetch;
}

const PUT = 'PUT of the file';
/** There is a file already: that of an earlier try, whose answer was lost. */
const IS_THERE = 412;

/** @returns undefined where the server takes no uploads right into storage */
async function begin(transport: Transport, file: Blob, { title, filename, ...options }: DirectUpload) {
  const body = { title, filename, content_type: file.type || undefined, size_bytes: file.size };
  try {
    return await transport.send(routes.createUpload, { body }, options, (response) =>
      readJson(nameOf(routes.createUpload), CreatedUpload, response),
    );
  } catch (error) {
    if (error instanceof ProblemError && error.kind === 'direct-upload-unavailable') return undefined;
    throw error;
  }
}

/** Puts the file where the server says, without what is only the api's to know, such as the token. */
async function put(transport: Transport, file: Blob, upload: CreatedUpload, options: DirectUpload) {
  const { url, headers } = upload.put;
  await retrying(transport.maxRetries, options.signal, () =>
    within(options, PUT, async (signal) => {
      const init = { method: 'PUT', headers: new Headers(headers), body: file, signal };
      const response = await options.fetch(url, init).catch((cause: unknown) => {
        signal.throwIfAborted();
        throw new NetworkError(`${PUT}: storage was not reached`, { cause });
      });
      if (!response.ok && response.status !== IS_THERE) throw await problemOf(PUT, response);
      await response.body?.cancel();
    }),
  );
}

/**
 * Puts a file right into the server's storage, and completes the upload.
 *
 * @returns undefined where the server takes no such upload of this file
 */
export async function uploadDirect(
  transport: Transport,
  file: Blob,
  options: DirectUpload,
): Promise<UploadResult | undefined> {
  if (file.size === 0 || file.size > MAX_DIRECT_UPLOAD_BYTES) return undefined;
  const upload = await begin(transport, file, options);
  if (!upload) return undefined;
  await put(transport, file, upload, options);
  const { signal, timeoutMs } = options;
  // Not bounded by the client's own time: the server may have to read the file.
  return transport.send(
    routes.completeUpload,
    { params: { id: upload.id } },
    { signal, timeoutMs },
    (response) => readJson(nameOf(routes.completeUpload), UploadResult, response),
  );
}
