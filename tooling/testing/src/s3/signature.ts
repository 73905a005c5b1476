import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { S3Refusal } from './refusal.ts';

// AWS Signature Version 4 as https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html has it,
// written from that page alone: what it accepts, no client library of ours has had a say in.

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface SignedRequest {
  method: string;
  /** As it stood in the request line: path and query, still encoded. */
  target: string;
  headers: IncomingHttpHeaders;
}

const MAX_SKEW_MS = 15 * 60_000;
const MAX_EXPIRES_S = 7 * 24 * 3_600;

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();

/** Everything but A-Z a-z 0-9 - . _ ~ is encoded, byte by byte, in upper case. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

export const decode = (text: string) => decodeURIComponent(text.replaceAll('+', ' '));

export function queryOf(target: string): [name: string, value: string][] {
  const [, query = ''] = target.split('?');
  return query
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      return [decode(name), decode(value)];
    });
}

function canonicalQuery(target: string): string {
  return queryOf(target)
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

const canonicalPath = (target: string) =>
  (target.split('?')[0] ?? '').split('/').map(decode).map(encode).join('/');

function canonicalHeaders(names: string[], headers: IncomingHttpHeaders): string {
  return names
    .map(
      (name) =>
        `${name}:${String(headers[name] ?? '')
          .trim()
          .replace(/ +/g, ' ')}\n`,
    )
    .join('');
}

/** AWS: `20261128T120000Z`. @returns ms since 1970 */
function parseDate(text: string): number {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  return Date.parse(iso);
}

interface Claim {
  credential: string;
  date: string;
  signedHeaders: string[];
  signature: string;
  payloadHash: string;
  /** Undefined where the signature is in a header. */
  expiresS: number | undefined;
}

function claimOf({ target, headers }: SignedRequest): Claim {
  const query = new Map(queryOf(target));
  const presigned = query.get('X-Amz-Algorithm');
  if (presigned !== undefined) {
    if (presigned !== 'AWS4-HMAC-SHA256') throw new S3Refusal(400, 'AuthorizationQueryParametersError');
    return {
      credential: query.get('X-Amz-Credential') ?? '',
      date: query.get('X-Amz-Date') ?? '',
      signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
      signature: query.get('X-Amz-Signature') ?? '',
      payloadHash: 'UNSIGNED-PAYLOAD',
      expiresS: Number(query.get('X-Amz-Expires')),
    };
  }
  const form = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([\da-f]{64})$/;
  const [, credential = '', signedHeaders = '', signature = ''] =
    form.exec(headers.authorization ?? '') ?? [];
  if (credential === '') throw new S3Refusal(403, 'AccessDenied');
  const payloadHash = String(headers['x-amz-content-sha256'] ?? '');
  if (payloadHash === '') throw new S3Refusal(400, 'MissingSecurityHeader');
  const date = String(headers['x-amz-date'] ?? '');
  return {
    credential,
    date,
    signedHeaders: signedHeaders.split(';'),
    signature,
    payloadHash,
    expiresS: undefined,
  };
}

function assertInTime({ date, expiresS }: Claim): void {
  const age = Date.now() - parseDate(date);
  if (Number.isNaN(age)) throw new S3Refusal(403, 'AccessDenied', 'The date is malformed');
  if (expiresS === undefined && Math.abs(age) > MAX_SKEW_MS) throw new S3Refusal(403, 'RequestTimeTooSkewed');
  if (expiresS === undefined) return;
  const makesSense = Number.isInteger(expiresS) && expiresS > 0 && expiresS <= MAX_EXPIRES_S;
  if (!makesSense) throw new S3Refusal(400, 'AuthorizationQueryParametersError');
  if (age > expiresS * 1_000) throw new S3Refusal(403, 'AccessDenied', 'Request has expired');
}

/** `host`, and every header of AWS' own, has to be signed. */
function assertAllSigned({ signedHeaders }: Claim, headers: IncomingHttpHeaders): void {
  const needed = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  if (needed.every((name) => signedHeaders.includes(name))) return;
  throw new S3Refusal(403, 'AccessDenied', 'There were headers present in the request which were not signed');
}

/**
 * Makes sure that whoever sent a request knows the secret key.
 *
 * @returns the SHA-256 that its body must have, in hexadecimal; undefined where that was not signed
 * @throws {S3Refusal} as S3 refuses
 */
export function verify(
  request: SignedRequest,
  { accessKeyId, secretAccessKey }: Credentials,
  region: string,
): string | undefined {
  const claim = claimOf(request);
  const [keyId, day, claimedRegion, service, ending] = claim.credential.split('/');
  if (keyId !== accessKeyId) throw new S3Refusal(403, 'InvalidAccessKeyId');
  const scope = [claim.date.slice(0, 8), region, 's3', 'aws4_request'];
  if ([day, claimedRegion, service, ending].join() !== scope.join()) {
    throw new S3Refusal(400, 'AuthorizationHeaderMalformed', `the scope is not ${scope.join('/')}`);
  }
  assertInTime(claim);
  assertAllSigned(claim, request.headers);
  const canonical = [
    request.method,
    canonicalPath(request.target),
    canonicalQuery(request.target),
    canonicalHeaders(claim.signedHeaders, request.headers),
    claim.signedHeaders.join(';'),
    claim.payloadHash,
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', claim.date, scope.join('/'), sha256(canonical)].join('\n');
  const key = scope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  const signature = createHmac('sha256', key).update(toSign).digest();
  const claimed = Buffer.from(claim.signature, 'hex');
  const isRight = claimed.length === signature.length && timingSafeEqual(claimed, signature);
  if (!isRight) throw new S3Refusal(403, 'SignatureDoesNotMatch');
  return claim.payloadHash === 'UNSIGNED-PAYLOAD' ? undefined : claim.payloadHash;
}
