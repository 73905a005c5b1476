import { assertObjectKey } from '../object-key.ts';
import type { ListedObject } from '../object-store.ts';
import type { S3Http } from './http.ts';
import { elementsOf, textOf } from './xml.ts';

/** An object that is being written in parts. */
export interface UnfinishedUpload {
  key: string;
  uploadId: string;
  begunAt: Date;
}

function isObjectKey(key: string): boolean {
  try {
    assertObjectKey(key);
    return true;
  } catch {
    return false;
  }
}

/** The key without the store's prefix; undefined where it is none that a store of ours writes. */
function keyOf(item: string, prefix: string): string | undefined {
  const whole = textOf(item, 'Key') ?? '';
  const key = whole.slice(prefix.length);
  return whole.startsWith(prefix) && isObjectKey(key) ? key : undefined;
}

function dateOf(item: string, name: string): Date {
  const date = new Date(textOf(item, name) ?? '');
  if (Number.isNaN(date.getTime())) throw new Error(`The storage service lists an object without ${name}`);
  return date;
}

/** Asks for pages until there are no more. A service that says so for ever is not believed. */
async function* pagesOf(
  http: S3Http,
  key: string | null,
  query: Record<string, string>,
  markers: Readonly<Record<string, string>>,
): AsyncIterable<string> {
  let from: Record<string, string> = {};
  for (;;) {
    const { text } = await http.send({ method: 'GET', key, query: { ...query, ...from } });
    yield text;
    if (textOf(text, 'IsTruncated') !== 'true') return;
    const next: Record<string, string> = {};
    for (const [name, element] of Object.entries(markers)) {
      const marker = textOf(text, element);
      if (marker) next[name] = marker;
    }
    if (JSON.stringify(next) === JSON.stringify(from)) {
      throw new Error('The storage service says that its list goes on, and not where');
    }
    from = next;
  }
}

/** Every object of the store whose key begins with `prefix`. */
export async function* listObjects(http: S3Http, prefix: string): AsyncIterable<ListedObject> {
  const own = http.location.prefix;
  const query = { 'list-type': '2', prefix: own + prefix };
  for await (const page of pagesOf(http, null, query, { 'continuation-token': 'NextContinuationToken' })) {
    for (const item of elementsOf(page, 'Contents')) {
      const key = keyOf(item, own);
      const listed = { bytes: Number(textOf(item, 'Size')), modifiedAt: dateOf(item, 'LastModified') };
      if (key !== undefined) yield { key, ...listed };
    }
  }
}

/** Every object of the store that is being written in parts. */
export async function* listUnfinished(http: S3Http): AsyncIterable<UnfinishedUpload> {
  const own = http.location.prefix;
  const markers = { 'key-marker': 'NextKeyMarker', 'upload-id-marker': 'NextUploadIdMarker' };
  for await (const page of pagesOf(http, null, { uploads: '', prefix: own }, markers)) {
    for (const item of elementsOf(page, 'Upload')) {
      const [key, uploadId] = [keyOf(item, own), textOf(item, 'UploadId')];
      if (key !== undefined && uploadId) yield { key, uploadId, begunAt: dateOf(item, 'Initiated') };
    }
  }
}

/** When the last part of it arrived, or it was begun. */
export async function lastWritten(http: S3Http, { key, uploadId, begunAt }: UnfinishedUpload): Promise<Date> {
  let last = begunAt;
  const markers = { 'part-number-marker': 'NextPartNumberMarker' };
  for await (const page of pagesOf(http, key, { uploadId }, markers)) {
    for (const part of elementsOf(page, 'Part')) {
      const written = dateOf(part, 'LastModified');
      if (written > last) last = written;
    }
  }
  return last;
}
