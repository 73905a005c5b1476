import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, xml } from './s3/answer.ts';
import { Bucket, type StoredObject } from './s3/bucket.ts';
import { createFaults, type Fault, type SeenRequest } from './s3/faults.ts';
import { perform } from './s3/operations.ts';
import { S3Refusal } from './s3/refusal.ts';
import { type Credentials, decode, queryOf, verify } from './s3/signature.ts';

export type { Fault, SeenRequest } from './s3/faults.ts';

export interface S3ServerOptions {
  /** Default `eu-test-1`. */
  region?: string;
  /** Most items of a page of a list. Default 1,000, as in S3. */
  pageSize?: number;
}

/** A server with one bucket that speaks S3 as far as orq needs it, and goes wrong when it is told to. */
export interface S3Server {
  endpoint: string;
  region: string;
  bucket: string;
  credentials: Credentials;
  /** A STORAGE_URL for it. */
  storageUrl: string;
  objects: ReadonlyMap<string, StoredObject>;
  /** How many objects are being written in parts. */
  unfinished(): number;
  /** Every request that was let in, in order. */
  requests: readonly SeenRequest[];
  /** Lets the next requests (default: one) that match go wrong. */
  fail(fault: Fault, matches: (request: SeenRequest) => boolean, times?: number): void;
  stop(): Promise<void>;
}

const BUCKET = 'orq-test';
const CREDENTIALS = { accessKeyId: 'AKIDORQTEST', secretAccessKey: 'secret/with+signs=of/base64' };

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The key of a path-style request. @throws {S3Refusal} for another bucket */
function keyOf(target: string): string {
  const [, bucket = '', ...key] = (target.split('?')[0] ?? '').split('/').map(decode);
  if (bucket !== BUCKET) throw new S3Refusal(404, 'NoSuchBucket');
  return key.join('/');
}

/** Of the answer to GET, so much is sent, and then the connection ends or nothing more comes. */
function sendPart(response: ServerResponse, { status, headers = {}, body = '' }: Answer, fault: Fault): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  const sent = bytes.subarray(0, 'afterBytes' in fault ? fault.afterBytes : 0);
  response.write(sent, () => fault.kind === 'cut' && response.destroy());
}

function send(response: ServerResponse, method: string, { status, headers = {}, body = '' }: Answer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, status === 204 ? headers : { ...headers, 'content-length': bytes.length });
  response.end(method === 'HEAD' ? undefined : bytes);
}

const refused = ({ status, code, message }: S3Refusal) =>
  xml('Error', { Code: code, Message: message }, status);

/** Runs such a server, on a port of its own. */
export async function startS3Server(options: S3ServerOptions = {}): Promise<S3Server> {
  const { region = 'eu-test-1', pageSize = 1_000 } = options;
  const bucket = new Bucket();
  const faults = createFaults();
  const requests: SeenRequest[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: target = '', headers } = request;
    const body = await readBody(request);
    const payloadHash = verify({ method, target, headers }, CREDENTIALS, region);
    if (payloadHash !== undefined && payloadHash !== createHash('sha256').update(body).digest('hex')) {
      throw new S3Refusal(400, 'XAmzContentSHA256Mismatch');
    }
    if (method === 'PUT' && headers['content-length'] === undefined)
      throw new S3Refusal(411, 'MissingContentLength');
    const seen = { method, key: keyOf(target), query: new Map(queryOf(target)), headers };
    requests.push(seen);
    const fault = faults.take(seen);
    if (fault?.kind === 'break') return void response.destroy();
    if (fault?.kind === 'refuse') throw new S3Refusal(fault.status, fault.code);
    const done = perform(bucket, { ...seen, body }, pageSize);
    if (fault?.kind === 'lose-answer') return void response.destroy();
    if (fault) sendPart(response, done, fault);
    else send(response, method, done);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent || (request.destroyed && !request.complete)) return void response.destroy();
      const refusal = error instanceof S3Refusal ? error : new S3Refusal(500, 'InternalError', String(error));
      send(response, request.method ?? '', refused(refusal));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    region,
    bucket: BUCKET,
    credentials: CREDENTIALS,
    storageUrl: `s3://${BUCKET}/orq?endpoint=${endpoint}&region=${region}`,
    objects: bucket.objects,
    unfinished: () => bucket.uploads.size,
    requests,
    fail: (fault, matches, times = 1) => faults.plan(fault, matches, times),
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
