import { UploadResult } from '../resources/upload.ts';
import { routes } from '../routes/index.ts';
import { readJson } from './answer.ts';
import type { MutationOptions } from './call-types.ts';
import { uploadDirect } from './direct-upload.ts';
import { formStream, type UploadProgress, type UploadSource } from './form-stream.ts';
import type { RequestParts } from './request.ts';
import { nameOf, type Transport } from './transport.ts';
import { xhrFetch } from './xhr-fetch.ts';

export interface UploadOptions extends MutationOptions {
  /** Default: the name of the file. */
  title?: string;
  /** Default: that of the file; `upload` where it has none. */
  filename?: string;
  onProgress?: (progress: UploadProgress) => void;
  /** Whether to put the file right into the server's storage, where that takes it; a stream never goes there. Default false. */
  direct?: boolean;
}

/** Browsers send no stream over HTTP/1.1, and tell of an upload's progress by XMLHttpRequest alone. */
const inBrowser = () => typeof XMLHttpRequest === 'function';

const nameOfFile = (source: UploadSource) =>
  'name' in source && typeof source.name === 'string' ? source.name : 'upload';

const read = (response: Response) => readJson(nameOf(routes.upload), UploadResult, response);

/** Uploads a video. Without `timeoutMs` it may take as long as it takes. */
export async function upload(
  transport: Transport,
  source: UploadSource,
  {
    title,
    filename = nameOfFile(source),
    onProgress = () => undefined,
    direct = false,
    ...options
  }: UploadOptions = {},
): Promise<UploadResult> {
  const file = inBrowser() && !(source instanceof Blob) ? await new Response(source).blob() : source;
  if (!(file instanceof Blob)) return uploadForm(false);

  const telling = xhrFetch((sent) => onProgress({ sent: Math.min(sent, file.size), total: file.size }));
  const done = direct
    ? await uploadDirect(transport, file, {
        ...options,
        title,
        filename,
        fetch: inBrowser() ? telling : transport.fetch,
      })
    : undefined;
  if (done) {
    onProgress({ sent: file.size, total: file.size });
    return done;
  }
  if (!inBrowser()) return uploadForm(true);
  const named = new File([file], filename, { type: file.type });
  const parts = { multipart: { title, file: named } };
  return transport.send(routes.upload, parts, { ...options, via: telling }, read);

  function uploadForm(repeatable: boolean): Promise<UploadResult> {
    const form: RequestParts = {
      content: (signal) => formStream({ file, title, filename, onProgress, signal }),
    };
    return transport.send(routes.upload, form, { ...options, repeatable }, read);
  }
}
