import type { Content } from './request.ts';

/** What is uploaded: a file or blob, which can be sent again when the connection breaks, or a stream, which cannot. */
export type UploadSource = Blob | ReadableStream<Uint8Array>;

export interface UploadProgress {
  /** Bytes of the file that have gone out. */
  sent: number;
  /** Bytes of the file; undefined for a stream. */
  total: number | undefined;
}

/** What goes into the form of an upload. */
export interface UploadForm {
  file: UploadSource;
  title: string | undefined;
  filename: string;
  onProgress: (progress: UploadProgress) => void;
  signal: AbortSignal;
}

/** As https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data says. */
const quoted = (text: string) =>
  `"${text.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22')}"`;

/** The form of an upload as a stream, so that the file is never held, and what goes out can be counted. */
export function formStream({ file, title, filename, onProgress, signal }: UploadForm): Content {
  const boundary = `orq-${crypto.randomUUID()}`;
  const encoder = new TextEncoder();
  const part = (headers: string) => `--${boundary}\r\nContent-Disposition: form-data; ${headers}\r\n\r\n`;
  const type = (file instanceof Blob && file.type) || 'application/octet-stream';
  const filePart = part(`name="file"; filename=${quoted(filename)}\r\nContent-Type: ${type}`);
  const titlePart = title === undefined ? '' : `${part('name="title"')}${title}\r\n`;
  const total = file instanceof Blob ? file.size : undefined;
  const reader: ReadableStreamDefaultReader<Uint8Array> = (
    file instanceof Blob ? file.stream() : file
  ).getReader();
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(titlePart + filePart)),
    async pull(controller) {
      // Who asks for more has sent what there was.
      onProgress({ sent, total });
      const { done, value } = await reader.read();
      // Node's fetch reads on to the end of what it sends, also once it is aborted.
      if (signal.aborted) {
        await reader.cancel(signal.reason);
        throw signal.reason;
      }
      if (done) {
        controller.enqueue(encoder.encode(`\r\n--${boundary}--\r\n`));
        controller.close();
        return;
      }
      sent += value.length;
      controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, body };
}
