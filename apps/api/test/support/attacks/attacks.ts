import { gzipSync } from 'node:zlib';
import { field, fileStart } from '../upload.ts';
import { head, json } from './raw.ts';

export interface Attack {
  bytes: string | Buffer;
  /** What follows, again and again. */
  drip?: string;
}

const JOB = '/jobs/0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69';
const MB = 1024 * 1024;
const job = (fields: object) => JSON.stringify({ type: 'report', input: 1, ...fields });
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

function uploadOf(key: string, body: string): string {
  const type = 'Content-Type: multipart/form-data; boundary=test-boundary';
  return head('POST /upload', key, type, `Content-Length: ${Buffer.byteLength(body)}`) + body;
}

/**
 * Requests as an attacker writes them, by the names of their rows in docs/attacks.md.
 *
 * @param key the `Authorization` header of a key that may do anything, but where the attack is to have none
 */
export const attacks = (key: string): Record<string, Attack> => ({
  // Bodies
  'a JSON body of 5 MB that says so': { bytes: json('POST /jobs', key, Buffer.alloc(5 * MB, '1')) },
  'a JSON body of 5 MB in chunks': {
    bytes:
      head('POST /jobs', key, 'Content-Type: application/json', 'Transfer-Encoding: chunked') +
      `${(5 * MB).toString(16)}\r\n${'1'.repeat(5 * MB)}\r\n0\r\n\r\n`,
  },
  'JSON 100,000 levels deep': { bytes: json('POST /jobs', key, deep(100_000)) },
  'JSON 101 levels deep as an input': {
    bytes: json('POST /jobs', key, `{"type":"report","input":${deep(101)}}`),
  },
  'a body that is not UTF-8': {
    bytes: json('POST /jobs', key, Buffer.from([0x22, 0xc0, 0x80, 0xff, 0x22])),
  },
  'a compressed body': {
    bytes: json('POST /jobs', key, gzipSync(job({})), 'Content-Encoding: gzip'),
  },
  'a null byte in a name': { bytes: json('POST /jobs', key, job({ queue: 'a\0' })) },
  'a null byte in an input': { bytes: json('POST /jobs', key, job({ input: { text: 'a\0' } })) },
  'half of a surrogate pair in a name': { bytes: json('POST /jobs', key, job({ queue: '\ud800' })) },
  'a batch of 1,001 jobs': {
    bytes: json(
      'POST /jobs/batch',
      key,
      JSON.stringify({ jobs: Array.from({ length: 1_001 }, () => ({ type: 'report', input: 1 })) }),
    ),
  },
  'a form sent as a page can without asking': {
    bytes: head('POST /jobs', key, 'Content-Type: text/plain', 'Content-Length: 2') + '{}',
  },
  // Time
  'headers that never end': { bytes: 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n', drip: 'x-a: 1\r\n' },
  'a body that stops coming': {
    bytes: head('POST /jobs', key, 'Content-Type: application/json', 'Content-Length: 99') + '{',
  },
  'a body that comes a byte at a time': {
    bytes: head('POST /jobs', key, 'Content-Type: application/json', 'Content-Length: 9999') + '{',
    drip: ' ',
  },
  // The protocol
  'headers of 100 kB': { bytes: head(`GET ${JOB}`, key, `x-a: ${'a'.repeat(100_000)}`) },
  'a path of 100 kB': { bytes: head(`GET /${'a'.repeat(100_000)}`, key) },
  'two lengths of one body': {
    bytes: head('POST /jobs', key, 'Content-Length: 2', 'Content-Length: 40') + '{}',
  },
  'a length beside chunks': {
    bytes:
      head('POST /jobs', key, 'Content-Length: 4', 'Transfer-Encoding: chunked') +
      '0\r\n\r\nGET /admin HTTP/1.1\r\n\r\n',
  },
  'a header with a bare line end in it': { bytes: head(`GET ${JOB}`, key, 'x-a: a\rx-admin: 1') },
  'a null byte in a header': { bytes: head(`GET ${JOB}`, key, 'x-a: a\0') },
  'no Host': { bytes: `GET ${JOB} HTTP/1.1\r\n\r\n` },
  'a Host that is none': { bytes: `GET ${JOB} HTTP/1.1\r\nHost: a b\r\n\r\n` },
  'an address that is none': { bytes: head('GET http://[', key) },
  'chunks that are none': {
    bytes: head('POST /jobs', key, 'Content-Type: application/json', 'Transfer-Encoding: chunked') + 'x\r\n',
  },
  'a method that is none': { bytes: head('BREW /jobs', key) },
  'a method that nothing answers': { bytes: head(`PROPFIND ${JOB}`, key) },
  CONNECT: { bytes: 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n' },
  'an expectation that is none': { bytes: head(`GET ${JOB}`, key, 'Expect: tea') },
  TRACE: { bytes: head(`TRACE ${JOB}`, key) },
  'an upgrade to HTTP/2': {
    bytes: head(
      `GET ${JOB}`,
      key,
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AA',
    ),
  },
  // Paths, ids and titles
  'dots in a path': { bytes: head('GET /videos/../../../../etc/passwd', key) },
  'dots in an id': { bytes: head('GET /videos/..%2f..%2f..%2fetc%2fpasswd', key) },
  'a null byte in an id': { bytes: head('GET /jobs/%00', key) },
  'an id that is not UTF-8': { bytes: head('GET /jobs/%ff%fe', key) },
  'SQL in an id': { bytes: head('GET /jobs/%27%20OR%201%3D1%20--', key) },
  'SQL in a key': {
    bytes: json('POST /jobs', key, job({ unique_key: "'; DROP TABLE orq.jobs; --", tags: ["'"] })),
  },
  'dots in a title and in the name of a file': {
    bytes: uploadOf(
      key,
      `${field('title', '../../../../etc/passwd')}${fileStart('../../../../etc/cron.d/orq')}x\r\n--test-boundary--\r\n`,
    ),
  },
  'a null byte in a title': {
    bytes: uploadOf(key, `${field('title', 'a\0')}${fileStart()}x\r\n--test-boundary--\r\n`),
  },
  // Keys
  'no key': { bytes: head(`GET ${JOB}`) },
  'a key in the address': { bytes: head(`GET ${JOB}?access_token=${key.split(' ').at(-1) ?? ''}`) },
  'two keys': { bytes: head(`GET ${JOB}`, key, 'Authorization: Bearer x') },
  'a key of 10 kB': { bytes: head(`GET ${JOB}`, `Authorization: Bearer ${'a'.repeat(10_000)}`) },
});
