import { connect } from 'node:net';
import { Problem, problems, type ProblemKind } from '@orq/contracts';
import { waitFor } from '@orq/testing';

const kinds = Object.keys(problems) as ProblemKind[];

/** What came of an attack, in the words of docs/attacks.md: the status, and which problem it is. */
export function outcomeOf(answer: string): string {
  const [, status = 'nothing'] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? [];
  const kind = kinds.find((name) => answer.includes(`"urn:orq:problem:${name}"`));
  return kind === undefined ? status : `${status} ${kind}`;
}

/** Whether an answer is a problem in its whole form, whoever gave it: the app, or the server before it. */
export function isProblem(answer: string): boolean {
  const [headers = '', body = ''] = answer.split(/\r\n\r\n/);
  const header = (name: string) => new RegExp(`^${name}: (.*?)\r?$`, 'im').exec(headers)?.[1];
  const problem = Problem.safeParse(JSON.parse(body));
  return (
    header('content-type') === 'application/problem+json' &&
    header('content-length') === String(Buffer.byteLength(body)) &&
    header('cache-control') === 'no-store' &&
    header('x-request-id') === problem.data?.request_id
  );
}

/** Sends bytes as they are, and then one of `drip` each half second. @returns the answer, once it is there in whole */
export async function sendRaw(port: number, bytes: string | Buffer, drip?: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  let closed = false;
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  socket.on('error', () => undefined).on('close', () => (closed = true));
  socket.write(bytes);
  const dripping = drip === undefined ? undefined : setInterval(() => socket.write(drip), 500);
  await waitFor(() => closed || /\r\n\r\n(.*\}|0\r\n\r\n)$/s.test(answer), {
    describe: () => `it was answered: ${answer}`,
    timeoutMs: 60_000,
  });
  clearInterval(dripping);
  socket.destroy();
  return answer;
}

/** A request as it goes over the wire. @param headers lines of their own */
export const head = (line: string, ...headers: string[]): string =>
  [`${line} HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n');

/** A request with a body of JSON, or what is said to be. */
export function json(line: string, key: string, body: string | Buffer, ...headers: string[]): Buffer {
  const bytes = Buffer.from(body);
  const own = [key, 'Content-Type: application/json', `Content-Length: ${bytes.length}`, ...headers];
  return Buffer.concat([Buffer.from(head(line, ...own)), bytes]);
}
