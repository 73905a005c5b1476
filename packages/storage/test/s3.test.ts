import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitFor } from '@orq/testing';
import { startS3Server, type S3Server, type SeenRequest } from '@orq/testing/s3-server';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ObjectNotFoundError } from '../src/index.ts';
import { parseS3Url } from '../src/s3/location.ts';
import { S3Store } from '../src/s3/store.ts';
import { describeObjectStore } from './object-store-conformance.ts';

const MIB = 1024 * 1024;

let server: S3Server;
let stores = 0;

beforeAll(async () => {
  server = await startS3Server({ pageSize: 2 });
});
afterAll(() => server.stop());

/** A store of its own: below a prefix of its own. */
function openStore({ credentials = server.credentials, stallTimeoutMs = 10_000, keepCopiesMs = 0 } = {}) {
  const prefix = `store-${(stores += 1)}`;
  const location = parseS3Url(
    new URL(`s3://${server.bucket}/${prefix}?endpoint=${server.endpoint}&region=${server.region}`),
  );
  const isOwn = (matches: (request: SeenRequest) => boolean) => (request: SeenRequest) =>
    (request.key.startsWith(prefix) || request.query.get('prefix')?.startsWith(prefix)) === true &&
    matches(request);
  return { store: new S3Store({ location, credentials, stallTimeoutMs, keepCopiesMs }), prefix, isOwn };
}

async function* bytes(content: Uint8Array, chunkBytes = MIB): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < content.length; from += chunkBytes)
    yield content.subarray(from, from + chunkBytes);
}

const isGet = ({ method }: SeenRequest) => method === 'GET';
const isPart = ({ method, query }: SeenRequest) => method === 'PUT' && query.has('partNumber');
const isCompletion = ({ method, query }: SeenRequest) => method === 'POST' && query.has('uploadId');

describeObjectStore('S3', async () => openStore().store);

describe('what is written in parts', () => {
  const content = randomBytes(20 * MIB);
  const sha256 = createHash('sha256').update(content).digest('hex');

  it('is one object with the size and the SHA-256 of the whole', async () => {
    const { store, prefix, isOwn } = openStore();

    expect(await store.put('a', bytes(content))).toEqual({ bytes: content.length, sha256 });

    expect(server.objects.get(`${prefix}/a`)?.body.equals(content)).toBe(true);
    expect(server.requests.filter(isOwn(isPart))).toHaveLength(3);
  });

  it('arrives where a part breaks, is refused for now, or the last answer is lost', async () => {
    const { store, prefix, isOwn } = openStore();
    server.fail({ kind: 'break' }, isOwn(isPart));
    server.fail({ kind: 'refuse', status: 503, code: 'SlowDown' }, isOwn(isPart));
    server.fail({ kind: 'lose-answer' }, isOwn(isCompletion));

    expect(await store.put('a', bytes(content))).toEqual({ bytes: content.length, sha256 });

    expect(server.objects.get(`${prefix}/a`)?.body.equals(content)).toBe(true);
  });

  it('is not taken for done when another made the object under its key', async () => {
    const { store, isOwn } = openStore();
    const lost = store.put('a', bytes(content));
    server.fail({ kind: 'refuse', status: 404, code: 'NoSuchUpload' }, isOwn(isCompletion));

    await expect(lost).rejects.toThrow('404 NoSuchUpload');
  });

  it('leaves nothing where a part is refused for good', async () => {
    const { store } = openStore();
    const before = server.unfinished();
    server.fail({ kind: 'refuse', status: 403, code: 'AccessDenied' }, isPart);

    await expect(store.put('a', bytes(content))).rejects.toThrow('403 AccessDenied');

    expect(server.unfinished()).toBe(before);
  });

  it('is swept where its writer was killed, page by page, and not while it is written', async () => {
    const { store, isOwn } = openStore();
    const lost = ({ method, query }: SeenRequest) => method === 'DELETE' && query.has('uploadId');
    server.fail({ kind: 'refuse', status: 403, code: 'AccessDenied' }, isOwn(isPart), 3);
    server.fail({ kind: 'refuse', status: 403, code: 'AccessDenied' }, isOwn(lost), 3);
    for (const key of ['a', 'b', 'c']) await store.put(key, bytes(content)).catch(() => undefined);

    expect(await store.deleteUnfinished(new Date(Date.now() - 60_000))).toBe(0);
    expect(await store.deleteUnfinished(new Date(Date.now() + 60_000))).toBe(3);
  });
});

describe('a read', () => {
  const content = randomBytes(3 * MIB);
  const readAll = async (store: S3Store, range?: { first: number; last: number }) =>
    Buffer.from(await new Response((await store.get('a', { range })).stream).arrayBuffer());

  it('goes on where its connection breaks, and breaks again, or stalls', async () => {
    const { store, isOwn } = openStore({ stallTimeoutMs: 300 });
    await store.put('a', bytes(content));
    server.fail({ kind: 'cut', afterBytes: MIB }, isOwn(isGet));
    server.fail({ kind: 'break' }, isOwn(isGet));
    server.fail({ kind: 'stall', afterBytes: 1000 }, isOwn(isGet));

    const read = await readAll(store, { first: 5, last: content.length - 7 });

    expect(read.equals(content.subarray(5, -6))).toBe(true);
  });

  it('fails where the object is another one by then', async () => {
    const { store, isOwn } = openStore();
    await store.put('a', bytes(content));
    server.fail({ kind: 'cut', afterBytes: MIB }, isOwn(isGet));
    const { stream } = await store.get('a');

    await store.put('a', bytes(Buffer.from('new')));

    await expect(new Response(stream).arrayBuffer()).rejects.toThrow('412 PreconditionFailed');
  });

  it('gives up a connection that never brings a byte', async () => {
    const { store, isOwn } = openStore();
    await store.put('a', bytes(content));
    server.fail({ kind: 'cut', afterBytes: 0 }, isOwn(isGet), 20);

    await expect(readAll(store)).rejects.toThrow('terminated');
  });

  it('gives up for good when it is cancelled while it waits', async () => {
    const { store, isOwn } = openStore();
    await store.put('a', bytes(content));
    server.fail({ kind: 'stall', afterBytes: 0 }, isOwn(isGet));
    const reader = (await store.get('a')).stream.getReader();
    const waiting = reader.read();

    await reader.cancel();

    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(server.requests.filter(isOwn(isGet))).toHaveLength(1);
  });
});

describe('a local file', () => {
  const temporary = async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'orq-storage-'));
    vi.stubEnv('TMPDIR', folder);
    onTestFinished(async () => {
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true, force: true });
    });
    return folder;
  };

  it('is a copy that is there until it has not been used for a while', async () => {
    const folder = await temporary();
    const { store } = openStore();
    await store.put('a', bytes(Buffer.from('hello')));
    {
      await using file = await store.localFile('a');
      expect(file.path.startsWith(folder)).toBe(true);
      expect(await readFile(file.path, 'utf8')).toBe('hello');
    }
    await waitFor(async () => (await readdir(folder)).length === 0, { describe: 'the copy is removed' });
  });

  it('is one for all who use an object at a time, or soon after', async () => {
    const folder = await temporary();
    const { store, isOwn } = openStore({ keepCopiesMs: 60_000 });
    await store.put('a', bytes(Buffer.from('hello')));
    {
      const [one, other] = await Promise.all([store.localFile('a'), store.localFile('a')]);
      await one[Symbol.asyncDispose]();
      expect(await readFile(other.path, 'utf8')).toBe('hello');
      await other[Symbol.asyncDispose]();
    }
    await using later = await store.localFile('a');

    expect(await readFile(later.path, 'utf8')).toBe('hello');
    expect(server.requests.filter(isOwn(isGet))).toHaveLength(1);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('is another one once the object was replaced, and few are kept', async () => {
    const folder = await temporary();
    const { store } = openStore({ keepCopiesMs: 60_000 });
    for (const content of ['one', 'two', 'three']) {
      await store.put('a', bytes(Buffer.from(content)));
      await using file = await store.localFile('a');
      expect(await readFile(file.path, 'utf8')).toBe(content);
    }
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('is made for whoever still waits when the one who asked first is aborted', async () => {
    await temporary();
    const { store, isOwn } = openStore({ stallTimeoutMs: 1_000 });
    await store.put('a', bytes(Buffer.from('hello')));
    server.fail({ kind: 'stall', afterBytes: 2 }, isOwn(isGet));
    const abort = new AbortController();
    const [first, second] = [store.localFile('a', { signal: abort.signal }), store.localFile('a')];
    await waitFor(() => server.requests.some(isOwn(isGet)), { describe: 'the copy is begun' });

    abort.abort(new Error('cancelled'));

    await expect(first).rejects.toThrow('cancelled');
    await using file = await second;
    expect(await readFile(file.path, 'utf8')).toBe('hello');
  });

  it('is not made to its end where that is not wanted any more, and leaves nothing', async () => {
    const folder = await temporary();
    const { store, isOwn } = openStore();
    await store.put('a', bytes(Buffer.from('hello')));
    server.fail({ kind: 'stall', afterBytes: 2 }, isOwn(isGet));
    const abort = new AbortController();
    const copy = store.localFile('a', { signal: abort.signal });
    await waitFor(async () => (await readdir(folder)).length > 0, { describe: 'the copy is begun' });

    abort.abort(new Error('cancelled'));

    await expect(copy).rejects.toThrow('cancelled');
    expect(await readdir(folder)).toEqual([]);
  });

  it('that a killed process left is removed with the next one, once nobody has used it for an hour', async () => {
    const folder = await temporary();
    const { store } = openStore();
    await store.put('a', bytes(Buffer.from('hello')));
    const long = new Date(Date.now() - 3_700_000);
    for (const name of ['orq-object-left', 'orq-object-used', 'others']) await mkdir(path.join(folder, name));
    for (const name of ['orq-object-left', 'others']) await utimes(path.join(folder, name), long, long);

    await using _ = await store.localFile('a');

    expect(await readdir(folder)).not.toContain('orq-object-left');
    expect(await readdir(folder)).toEqual(expect.arrayContaining(['orq-object-used', 'others']));
  });
});

it('lists what only it writes, and no keys of others', async () => {
  const { store, prefix } = openStore();
  for (const key of ['a', 'b/1', 'b/2', 'c', 'd']) await store.put(key, bytes(Buffer.from(key)));
  await openStore().store.put('other', bytes(Buffer.from('x')));
  const foreign = server.objects.get(`${prefix}/a`);
  if (foreign) (server.objects as Map<string, typeof foreign>).set(`${prefix}/b/not & a <key>`, foreign);

  const keys = [];
  for await (const { key } of store.list()) keys.push(key);

  expect(keys).toEqual(['a', 'b/1', 'b/2', 'c', 'd']);
});

it('says what the service said, and not the secret', async () => {
  const { store } = openStore({ credentials: { ...server.credentials, secretAccessKey: 'wrong' } });

  await expect(store.check()).rejects.toThrow(/POST check: .* 403 SignatureDoesNotMatch/);
  await expect(store.get('a')).rejects.not.toThrow(ObjectNotFoundError);
});

it('says that the service is not there', async () => {
  const location = parseS3Url(new URL('s3://bucket?endpoint=http://127.0.0.1:1'));
  const store = new S3Store({ location, credentials: server.credentials });

  await expect(store.check()).rejects.toThrow('POST check: the storage service was not reached: bad port');
});

describe('a client that puts an object by itself', () => {
  const content = Buffer.from('a video');
  const sha256 = createHash('sha256').update(content).digest('hex');
  const announced = { bytes: content.length, contentType: 'video/mp4' };
  const put = (url: string, headers: Record<string, string>, body: Buffer<ArrayBuffer>) =>
    fetch(url, { method: 'PUT', headers, body });

  it('may put what was announced, once, and the store vouches for it', async () => {
    const { store, isOwn } = openStore();
    const { url, headers } = await store.direct.presignPut('a', { ...announced, sha256 }, 60);

    expect((await put(url, headers, content)).status).toBe(200);
    expect((await put(url, headers, content)).status).toBe(412);

    expect(await store.direct.inspect('a')).toEqual({ bytes: content.length, sha256 });
    expect(server.requests.filter(isOwn(isGet))).toEqual([]);
  });

  it('may put nothing else: no other length, type or content, nor under another key', async () => {
    const { store } = openStore();
    const { url, headers } = await store.direct.presignPut('a', { ...announced, sha256 }, 60);

    const refused = await Promise.all([
      put(url, headers, Buffer.from('another length')),
      put(url, { ...headers, 'content-type': 'text/html' }, content),
      put(url, headers, Buffer.from('b video')),
      put(url.replace('/a?', '/b?'), headers, content),
      put(url.replace('Expires=60', 'Expires=6000'), headers, content),
    ]);

    expect(refused.map(({ status }) => status)).toEqual([403, 403, 400, 403, 403]);
    await expect(store.direct.inspect('a')).rejects.toThrow(ObjectNotFoundError);
  });

  it('is asked for no condition where the service takes none', async () => {
    const url = new URL(`${server.storageUrl}&conditional_puts=false`);
    const store = new S3Store({ location: parseS3Url(url), credentials: server.credentials });

    const { headers } = await store.direct.presignPut('a', announced, 60);

    expect(headers).toEqual({ 'content-type': 'video/mp4' });
  });

  it('need not say the SHA-256: then the object is read for it', async () => {
    const { store } = openStore();
    const { url, headers } = await store.direct.presignPut('a', announced, 60);
    await put(url, headers, content);

    expect(await store.direct.inspect('a')).toEqual({ bytes: content.length, sha256 });
  });
});
