import { createHash, randomUUID } from 'node:crypto';
import { S3Refusal } from './refusal.ts';

export interface StoredObject {
  body: Buffer;
  etag: string;
  lastModified: Date;
  contentType: string;
  /** SHA-256 in base64, where the writer gave one. */
  checksum: string | undefined;
  /** Headers that begin with `x-amz-meta-`. */
  metadata: Record<string, string>;
}

type Described = Pick<StoredObject, 'contentType' | 'metadata'>;

export interface Upload extends Described {
  key: string;
  initiated: Date;
  parts: Map<number, { body: Buffer; etag: string; lastModified: Date }>;
}

const md5 = (data: Buffer) => createHash('md5').update(data);
const MIN_PART_BYTES = 5 * 1024 * 1024;
const MAX_PARTS = 10_000;

/** S3 sorts by the bytes of UTF-8. */
const byKey = ([a]: [string, unknown], [b]: [string, unknown]) =>
  Buffer.compare(Buffer.from(a), Buffer.from(b));

/** One bucket, in memory, with the rules of S3. */
export class Bucket {
  readonly objects = new Map<string, StoredObject>();
  readonly uploads = new Map<string, Upload>();

  put(key: string, body: Buffer, described: Described & Pick<StoredObject, 'checksum'>): StoredObject {
    const object = { ...described, body, etag: `"${md5(body).digest('hex')}"`, lastModified: new Date() };
    this.objects.set(key, object);
    return object;
  }

  get(key: string): StoredObject {
    const object = this.objects.get(key);
    if (!object) throw new S3Refusal(404, 'NoSuchKey');
    return object;
  }

  /** The keys below a prefix that follow one, in their order. */
  after(prefix: string, last: string): [string, StoredObject][] {
    const isAfter = (key: string) => last === '' || Buffer.compare(Buffer.from(key), Buffer.from(last)) > 0;
    return [...this.objects].filter(([key]) => key.startsWith(prefix) && isAfter(key)).sort(byKey);
  }

  begin(key: string, described: Described): string {
    const id = randomUUID();
    this.uploads.set(id, { ...described, key, initiated: new Date(), parts: new Map() });
    return id;
  }

  upload(key: string, id: string): Upload {
    const upload = this.uploads.get(id);
    if (upload?.key !== key) throw new S3Refusal(404, 'NoSuchUpload');
    return upload;
  }

  addPart(key: string, id: string, number: number, body: Buffer): string {
    if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS)
      throw new S3Refusal(400, 'InvalidArgument');
    const etag = `"${md5(body).digest('hex')}"`;
    this.upload(key, id).parts.set(number, { body, etag, lastModified: new Date() });
    return etag;
  }

  complete(key: string, id: string, named: { number: number; etag: string }[]): StoredObject {
    const upload = this.upload(key, id);
    const inOrder = named.every(({ number }, index) => number > (named[index - 1]?.number ?? 0));
    if (!inOrder) throw new S3Refusal(400, 'InvalidPartOrder');
    const parts = named.map(({ number, etag }) => {
      const part = upload.parts.get(number);
      if (part?.etag !== etag) throw new S3Refusal(400, 'InvalidPart');
      return part;
    });
    if (parts.length === 0) throw new S3Refusal(400, 'MalformedXML');
    if (parts.slice(0, -1).some(({ body }) => body.length < MIN_PART_BYTES))
      throw new S3Refusal(400, 'EntityTooSmall');
    const digests = Buffer.concat(parts.map(({ body }) => md5(body).digest()));
    const etag = `"${md5(digests).digest('hex')}-${parts.length}"`;
    const { contentType, metadata } = upload;
    const body = Buffer.concat(parts.map((part) => part.body));
    const object = { body, etag, lastModified: new Date(), contentType, metadata, checksum: undefined };
    this.objects.set(key, object);
    this.uploads.delete(id);
    return object;
  }

  abort(key: string, id: string): void {
    this.upload(key, id);
    this.uploads.delete(id);
  }
}
