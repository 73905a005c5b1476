import { randomUUID } from 'node:crypto';
import { errorOf, isCode } from './errors.ts';
import type { S3Http } from './http.ts';
import { elementsOf, escaped, textOf } from './xml.ts';

/** Names the upload that made an object, so that one whose last answer was lost can be told from another's. */
const MARK = 'x-amz-meta-orq-upload';

/** An object that is written in parts. Nothing of it is visible before `complete`. */
export class MultipartUpload {
  readonly #http: S3Http;
  readonly #key: string;
  readonly #signal: AbortSignal | undefined;
  readonly #mark = randomUUID();
  readonly #etags: string[] = [];
  #id: string | undefined;
  #sending: Promise<void> = Promise.resolve();

  constructor(http: S3Http, key: string, signal: AbortSignal | undefined) {
    this.#http = http;
    this.#key = key;
    this.#signal = signal;
  }

  get begun(): boolean {
    return this.#id !== undefined;
  }

  async begin(): Promise<void> {
    if (this.#id !== undefined) return;
    const { text } = await this.#http.send({
      ...this.#request('POST', { uploads: '' }),
      headers: { [MARK]: this.#mark },
    });
    const id = textOf(text, 'UploadId');
    if (!id) throw new Error('The storage service began an upload in parts, and named no UploadId');
    this.#id = id;
  }

  /** Begins to send a part, once the one before has arrived. What becomes of it, the next call tells. */
  async add(part: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.begin();
    await this.#sending;
    this.#sending = this.#send(this.#etags.length + 1, part);
    this.#sending.catch(() => undefined);
  }

  /**
   * Makes the object of all parts.
   *
   * @param rest the last part, of any size; none where it is empty
   * @param bytes of all parts together
   */
  async complete(rest: Uint8Array<ArrayBuffer>, bytes: number): Promise<void> {
    if (rest.length > 0) await this.add(rest);
    await this.#sending;
    const parts = this.#etags.map(
      (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escaped(etag)}</ETag></Part>`,
    );
    const xml = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</CompleteMultipartUpload>`;
    try {
      const { text } = await this.#http.send({
        ...this.#request('POST', { uploadId: this.#id ?? '' }),
        headers: { 'content-type': 'application/xml' },
        body: new TextEncoder().encode(xml),
      });
      // S3 answers 200 before it has put the parts together, and may say later that it could not.
      if (elementsOf(text, 'Error').length > 0) throw errorOf(`POST ${this.#key}`, 200, text);
    } catch (error) {
      // A try whose answer was lost has done it; the next one finds no such upload.
      if (!isCode(error, 'NoSuchUpload') || !(await this.#isMade(bytes).catch(() => false))) throw error;
    }
    this.#id = undefined;
  }

  /** Removes what was sent. What cannot be removed now, `deleteUnfinished` finds. */
  async abort(): Promise<void> {
    if (this.#id === undefined) return;
    await this.#sending.catch(() => undefined);
    const request = { ...this.#request('DELETE', { uploadId: this.#id }), signal: undefined };
    await this.#http.send(request).catch(() => undefined);
  }

  async #send(partNumber: number, body: Uint8Array<ArrayBuffer>): Promise<void> {
    const query = { partNumber: String(partNumber), uploadId: this.#id ?? '' };
    const { headers } = await this.#http.send({ ...this.#request('PUT', query), body });
    const etag = headers.get('etag');
    if (!etag) throw new Error('The storage service took a part, and named no ETag');
    this.#etags.push(etag);
  }

  async #isMade(bytes: number): Promise<boolean> {
    const { headers } = await this.#http.send(this.#request('HEAD', {}));
    return headers.get(MARK) === this.#mark && headers.get('content-length') === String(bytes);
  }

  #request<Method extends 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'>(
    method: Method,
    query: Record<string, string>,
  ) {
    return { method, key: this.#key, query, signal: this.#signal };
  }
}
