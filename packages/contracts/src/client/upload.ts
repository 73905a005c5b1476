import { UploadResult } from '../resources/upload.ts';
import { routes } from '../routes/index.ts';
import { readJson } from './answer.ts';
import type { MutationOptions } from './call-types.ts';
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
}

/** Browsers send no stream over HTTP/1.1, and tell of an upload's progress by XMLHttpRequest alone. */
const inBrowser = () => typeof XMLHttpRequest === 'function';

const nameOfFile = (source: UploadSource) =>
  'name' in source && typeof source.name === 'string' ? source.name : 'upload';

/** Uploads a video. Without `timeoutMs` it may take as long as it takes. */
export async function upload(
  transport: Transport,
  source: UploadSource,
  { title, filename = nameOfFile(source), onProgress = () => undefined, ...options }: UploadOptions = {},
): Promise<UploadResult> {
  const file = inBrowser() && !(source instanceof Blob) ? await new Response(source).blob() : source;
  const repeatable = file instanceof Blob;
  const sending = { ...options, repeatable };
  const read = (response: Response) => readJson(nameOf(routes.upload), UploadResult, response);

  if (inBrowser() && repeatable) {
    const named = new File([file], filename, { type: file.type });
    const via = xhrFetch((sent) => onProgress({ sent: Math.min(sent, file.size), total: file.size }));
    return transport.send(routes.upload, { multipart: { title, file: named } }, { ...sending, via }, read);
  }
  const parts: RequestParts = {
    content: (signal) => formStream({ file, title, filename, onProgress, signal }),
  };
  return transport.send(routes.upload, parts, sending, read);
}
