import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type Answer, xml } from './answer.ts';
import type { Bucket, StoredObject } from './bucket.ts';
import { S3Refusal } from './refusal.ts';

export interface Operation {
  method: string;
  /** Empty for the bucket. */
  key: string;
  query: ReadonlyMap<string, string>;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

const MAX_PUT_BYTES = 5 * 1024 ** 3;

const headerOf = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
};

function describedBy(headers: IncomingHttpHeaders) {
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  return {
    contentType: headers['content-type'] ?? 'binary/octet-stream',
    metadata: Object.fromEntries(metadata.map(([name, value]) => [name, String(value)])),
  };
}

function putObject(bucket: Bucket, { key, headers, body }: Operation): Answer {
  if (body.length > MAX_PUT_BYTES) throw new S3Refusal(400, 'EntityTooLarge');
  if (headers['if-none-match'] === '*' && bucket.objects.has(key))
    throw new S3Refusal(412, 'PreconditionFailed');
  const checksum = headerOf(headers, 'x-amz-checksum-sha256');
  const isRight = checksum === undefined || checksum === createHash('sha256').update(body).digest('base64');
  if (!isRight) throw new S3Refusal(400, 'BadDigest');
  const { etag } = bucket.put(key, body, { ...describedBy(headers), checksum });
  return { status: 200, headers: { etag } };
}

/** @returns undefined where all of it is asked for */
function rangeOf(header: string | undefined, size: number): { first: number; last: number } | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  if (from === '') return { first: Math.max(0, size - Number(to)), last: size - 1 };
  if (Number(from) >= size) throw new S3Refusal(416, 'InvalidRange');
  return { first: Number(from), last: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
}

function getObject(bucket: Bucket, { key, headers }: Operation): Answer {
  const object = bucket.get(key);
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined && ifMatch !== object.etag) throw new S3Refusal(412, 'PreconditionFailed');
  const range = rangeOf(headers.range, object.body.length);
  const body = range ? object.body.subarray(range.first, range.last + 1) : object.body;
  const tellsChecksum = headers['x-amz-checksum-mode'] === 'ENABLED' && !range && object.checksum;
  return {
    status: range ? 206 : 200,
    headers: {
      ...headersOf(object),
      ...(range && { 'content-range': `bytes ${range.first}-${range.last}/${object.body.length}` }),
      ...(tellsChecksum && { 'x-amz-checksum-sha256': tellsChecksum }),
    },
    body,
  };
}

const headersOf = ({ etag, lastModified, contentType, metadata }: StoredObject) => ({
  'accept-ranges': 'bytes',
  etag,
  'last-modified': lastModified.toUTCString(),
  'content-type': contentType,
  ...metadata,
});

function listObjects(bucket: Bucket, { query }: Operation, pageSize: number): Answer {
  const prefix = query.get('prefix') ?? '';
  const token = query.get('continuation-token');
  const last = token === undefined ? '' : Buffer.from(token, 'base64url').toString();
  const found = bucket.after(prefix, last);
  const page = found.slice(0, Math.min(pageSize, Number(query.get('max-keys') ?? 1_000)));
  const isTruncated = page.length < found.length;
  const lastKey = page.at(-1)?.[0] ?? '';
  return xml('ListBucketResult', {
    Prefix: prefix,
    KeyCount: page.length,
    IsTruncated: isTruncated,
    NextContinuationToken: isTruncated ? Buffer.from(lastKey).toString('base64url') : undefined,
    Contents: page.map(([key, { body, etag, lastModified }]) => ({
      Key: key,
      LastModified: lastModified,
      ETag: etag,
      Size: body.length,
    })),
  });
}

function listUploads(bucket: Bucket, { query }: Operation, pageSize: number): Answer {
  const marker = query.get('upload-id-marker') ?? '';
  const all = [...bucket.uploads].filter(([, { key }]) => key.startsWith(query.get('prefix') ?? ''));
  const from = marker === '' ? 0 : all.findIndex(([id]) => id === marker) + 1;
  const page = all.slice(from, from + pageSize);
  const [lastId, last] = page.at(-1) ?? [];
  const isTruncated = from + page.length < all.length;
  return xml('ListMultipartUploadsResult', {
    IsTruncated: isTruncated,
    NextKeyMarker: isTruncated ? last?.key : undefined,
    NextUploadIdMarker: isTruncated ? lastId : undefined,
    Upload: page.map(([id, { key, initiated }]) => ({ Key: key, UploadId: id, Initiated: initiated })),
  });
}

function listParts(bucket: Bucket, { key, query }: Operation, pageSize: number): Answer {
  const { parts } = bucket.upload(key, query.get('uploadId') ?? '');
  const from = Number(query.get('part-number-marker') ?? 0);
  const all = [...parts].filter(([number]) => number > from).sort(([a], [b]) => a - b);
  const page = all.slice(0, pageSize);
  const isTruncated = page.length < all.length;
  return xml('ListPartsResult', {
    IsTruncated: isTruncated,
    NextPartNumberMarker: isTruncated ? page.at(-1)?.[0] : undefined,
    Part: page.map(([number, { body, etag, lastModified }]) => ({
      PartNumber: number,
      LastModified: lastModified,
      ETag: etag,
      Size: body.length,
    })),
  });
}

function completeUpload(bucket: Bucket, { key, query, body }: Operation): Answer {
  const text = body.toString().replaceAll('&quot;', '"').replaceAll('&#34;', '"');
  const parts = [...text.matchAll(/<Part>([\s\S]*?)<\/Part>/g)].map(([, part = '']) => ({
    number: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
    etag: /<ETag>([^<]*)</.exec(part)?.[1] ?? '',
  }));
  const { etag } = bucket.complete(key, query.get('uploadId') ?? '', parts);
  return xml('CompleteMultipartUploadResult', { Key: key, ETag: etag });
}

/**
 * Does what a request asks for.
 *
 * @param pageSize most items of a page of any list
 * @throws {S3Refusal}
 */
export function perform(bucket: Bucket, operation: Operation, pageSize: number): Answer {
  const { method, key, query, headers, body } = operation;
  const uploadId = query.get('uploadId');
  if (key === '') {
    if (method !== 'GET') throw new S3Refusal(501, 'NotImplemented');
    return query.has('uploads')
      ? listUploads(bucket, operation, pageSize)
      : listObjects(bucket, operation, pageSize);
  }
  switch (method) {
    case 'PUT':
      if (uploadId === undefined) return putObject(bucket, operation);
      return {
        status: 200,
        headers: { etag: bucket.addPart(key, uploadId, Number(query.get('partNumber')), body) },
      };
    case 'POST':
      if (uploadId !== undefined) return completeUpload(bucket, operation);
      if (!query.has('uploads')) throw new S3Refusal(501, 'NotImplemented');
      return xml('InitiateMultipartUploadResult', {
        Key: key,
        UploadId: bucket.begin(key, describedBy(headers)),
      });
    case 'GET':
    case 'HEAD':
      return uploadId === undefined ? getObject(bucket, operation) : listParts(bucket, operation, pageSize);
    case 'DELETE':
      if (uploadId === undefined) bucket.objects.delete(key);
      else bucket.abort(key, uploadId);
      return { status: 204 };
    default:
      throw new S3Refusal(405, 'MethodNotAllowed');
  }
}
